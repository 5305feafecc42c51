package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
)

// What a search finds is the same as a file; who is hidden is not found, and
// nothing in it is read as a formula.
func TestWhatASearchFindsGoesOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		formula := club.Runner{Name: "=1 Thandi", Sex: club.Male, Visibility: club.Shown}
		if _, err := s.db.CreateRunner(t.Context(), formula, queries.AtCommandLine(s.clock.now())); err != nil {
			t.Fatal(err)
		}
		stranger := s.browser(t)
		var found struct {
			Runners []struct{ Name string }
			CSV     string `json:"csv_url"`
		}
		stranger.get(api+"/search?q=thandi").json(t, &found)
		var names []string
		for _, runner := range found.Runners {
			names = append(names, runner.Name)
		}
		var listed []string
		for _, row := range stranger.get(found.CSV).rowsOf(t)[1:] {
			if row[0] != "runner" || row[1] == "Thandi Mokoena" && row[9] == "" {
				t.Errorf("got %q", row)
			}
			listed = append(listed, strings.TrimPrefix(row[1], "'"))
		}
		if diff := cmp.Diff(names, listed); diff != "" || len(names) != 3 {
			t.Errorf("JSON and CSV differ:\n%s", diff)
		}
		if body := stranger.get(found.CSV).body; !strings.Contains(body, ",'=1 Thandi,") {
			t.Errorf("a formula goes out:\n%s", body)
		}
		if rows := stranger.get("/runners/export?q=secret").rowsOf(t); len(rows) != 1 {
			t.Errorf("who is hidden is found: %q", rows)
		}
		races := stranger.get("/runners/export?q=peninsula+2020").rowsOf(t)
		want := []string{"race", "Peninsula Marathon", "", "", "", "", "2020-08-19", "42195", "8", ""}
		if !slices.ContainsFunc(races, func(row []string) bool { return cmp.Equal(row, want) }) {
			t.Errorf("no row is %q:\n%q", want, races)
		}
		if got := stranger.get("/runners/export?q=%22x%0d%0aSet-Cookie:+a").header.Get("Content-Disposition"); got != `attachment; filename="search-x-set-cookie-a.csv"` {
			t.Errorf("the file is called %q", got)
		}
	})
}

// The prediction is the same as a file.
func TestAPredictionGoesOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		stranger := s.browser(t)
		var answer struct {
			Name, Time, Lo95, Hi95, Model string
			NextOn                        string `json:"next_on"`
			CSV                           string `json:"csv_url"`
		}
		stranger.get(api+"/runners/1/prediction?distance=42k&goal=4:10").json(t, &answer)
		if want := "/runners/1/prediction/export?distance=42k&format=csv&goal=4%3A10"; answer.CSV != want {
			t.Fatalf("the file is at %q, want %q", answer.CSV, want)
		}
		row := stranger.get(answer.CSV).rowsOf(t)[1]
		got := []string{row[0], row[3], row[5], row[8], row[9], row[10], row[11]}
		if diff := cmp.Diff([]string{answer.Name, answer.NextOn, answer.Time, answer.Lo95, answer.Hi95, answer.Model, "4:10:00"}, got); diff != "" {
			t.Errorf("JSON and CSV differ:\n%s", diff)
		}
		refused := stranger.get("/runners/6/prediction/export").rowsOf(t)[1]
		if refused[5] != "" || refused[13] == "" || refused[14] != "6" {
			t.Errorf("who has no race: got %q", refused)
		}
		if a := stranger.get("/runners/9/prediction/export"); a.status != http.StatusNotFound || strings.Contains(a.body, "Secret") {
			t.Errorf("who is hidden: got %d", a.status)
		}
	})
}
