package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// newRace adds a race, and gives the address where its results are entered.
func newRace(t *testing.T, b *browser, name, held, length string) string {
	t.Helper()
	a := submit(b, b.get("/admin/races"), "/admin/races", url.Values{"name": {name}, "held": {held}, "length": {length}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%s: got %d %s", name, a.status, a.doc(t).Find(".problem").Text())
	}
	path, _, _ := strings.Cut(a.header.Get("Location"), "?")
	return path
}

func TestRacesAreAdded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		newRace(t, b, "Gugulethu 10", "2026-05-17", "10")
		marathon := newRace(t, b, "Peninsula Marathon", "2026-02-15", "42,2 km")
		if race := b.get(marathon).text(t); !strings.Contains(race, "15 Feb 2026") || !strings.Contains(race, "42.2 km") {
			t.Errorf("got %s", race)
		}
		for field, value := range map[string]string{"name": "", "held": "2999-01-01", "length": "NaN"} {
			fields := url.Values{"name": {"A"}, "held": {"2026-05-17"}, "length": {"10"}}
			fields.Set(field, value)
			a := submit(b, b.get("/admin/races"), "/admin/races", fields)
			if a.status != http.StatusUnprocessableEntity || a.doc(t).Find("#race-"+field+"-problem").Length() != 1 {
				t.Errorf("%s=%q: got %d, want 422 and words at the field", field, value, a.status)
			}
		}
		twice := submit(b, b.get("/admin/races"), "/admin/races", url.Values{"name": {"Gugulethu 10"}, "held": {"2026-05-17"}, "length": {"10.0"}})
		if twice.status != http.StatusUnprocessableEntity || !strings.Contains(twice.text(t), "There is this race already") {
			t.Errorf("twice: got %d", twice.status)
		}
		for path, want := range map[string]string{"/admin/races?q=gugul": "Gugulethu 10", "/admin/races?q=gugul+2025": "", "/admin/races?q=2026": "Gugulethu 10, Peninsula Marathon"} {
			if got := strings.Join(records(t, b.fragment(path)), ", "); got != want {
				t.Errorf("%s: got %q, want %q", path, got, want)
			}
		}
		if got := b.fragment("/runners?q=gugulethu+10").text(t); !strings.Contains(got, "Gugulethu 10") {
			t.Errorf("the new race is not found: %s", got)
		}
	})
}

func TestResultsAreEntered(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		race := newRace(t, b, "Gugulethu Marathon", "2026-05-17", "42.2")
		enter := func(fields url.Values) answer { return submit(b, b.get(race), race, fields, hx) }
		entered := func(runner, time string, more ...string) answer {
			fields := url.Values{"runner": {runner}, "time": {time}}
			for i := 0; i < len(more); i += 2 {
				fields.Set(more[i], more[i+1])
			}
			return enter(fields)
		}
		for _, test := range []struct {
			a    answer
			want string
		}{
			{entered("karabo kh", "34705"), "Karabo Khumalo 3:47:05 Gugulethu"},
			{entered("lethabo", "3h51"), "Lethabo Ndlovu 3:51:00"},
			{entered("Nomsa Brandnew", "4:10:00", "who", "new", "category", "40-49", "within", "3"), "Nomsa Brandnew 4:10:00 40-49 3rd in category"},
			{entered("bandile", "", "status", "DNF"), "Bandile Nkosi DNF"},
			{entered("secret runner", "4:00:00", "who", "9"), "Secret Runner 4:00:00 hidden"},
			{entered("thandi", "4:20:00", "who", "8"), "Thandi Mokoena 4:20:00"},
			{entered("five", "1:59:00", "sure", "yes"), "Five Races 1:59:00"},
		} {
			row := strings.Join(strings.Fields(test.a.doc(t).Find("[hx-swap-oob] .record").Text()), " ")
			for word := range strings.FieldsSeq(test.want) {
				if !strings.Contains(row, word) {
					t.Errorf("got %d %q, want %q; problems: %s", test.a.status, row, test.want, test.a.doc(t).Find(".problem").Text())
				}
			}
			if got := test.a.doc(t).Find("#new-runner").AttrOr("value", "?"); got != "" {
				t.Errorf("the form for the next one holds %q", got)
			}
		}
		for _, test := range []struct {
			a    answer
			want string
		}{
			{entered("", "4:00:00"), "Write who it was."},
			{entered("thandi", "4:00:00"), "Choose who it is"},
			{entered("sixty", "4:00:00", "who", "1"), "Choose who it is"}, // who was chosen for another name
			{entered("four", ""), "Write the time"},
			{entered("four", "banana"), "no time that we can read"},
			{entered("four", "47:05"), "faster than the world record"},
			{entered("four", "40:09:00"), "slower than walking"},
			{entered("four", "4:00:00", "position", "first"), "A place is a number."},
			{entered("four", "4:00:00", "within", "x"), "A place is a number."},
			{entered("four", "4:00:00", "position", "3", "within", "4"), "Nobody is further back in a category"},
			{entered("karabo khumalo", "4:00:00"), "has a result in this race already"},
		} {
			if text := test.a.text(t); test.a.status != http.StatusUnprocessableEntity || !strings.Contains(text, test.want) {
				t.Errorf("got %d %s, want 422 and %q", test.a.status, text, test.want)
			}
		}
		if got := b.get("/runners/1").text(t); !strings.Contains(got, "Gugulethu Marathon") || !strings.Contains(got, "3:47:05") {
			t.Error("the result is not on the runner's page")
		}
		if a := submit(b, b.get(race), race+"/places", nil); a.status != http.StatusSeeOther {
			t.Errorf("places: got %d", a.status)
		}
		if got := b.get(race).text(t); !strings.Contains(got, "place 1") || !strings.Contains(got, "place 6") || strings.Contains(got, "place 7") {
			t.Errorf("the places are not those of six finishers: %s", got)
		}
	})
}

func TestResultsAreChangedAndDeleted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		one, two := s.keeper(t), s.keeper(t)
		forms := []answer{one.fragment("/admin/results/1/edit"), two.fragment("/admin/results/1/edit")}
		if a := submit(one, forms[0], "/admin/results/1", url.Values{"time": {"4:01:02"}, "do": {"save"}}, hx); a.status != http.StatusOK || !strings.Contains(a.text(t), "4:01:02") {
			t.Fatalf("got %d %s", a.status, a.text(t))
		}
		late := submit(two, forms[1], "/admin/results/1", url.Values{"time": {"4:09:09"}, "do": {"save"}}, hx)
		if late.status != http.StatusConflict || !strings.Contains(late.text(t), "4:01:02") {
			t.Errorf("the second: got %d %s, want 409 and what is stored", late.status, late.text(t))
		}
		if r, err := s.db.Result(t.Context(), 1); err != nil || r.Net.String() != "4:01:02" {
			t.Errorf("stored is %v, %v", r.Net, err)
		}
		if again := submit(two, late, "/admin/results/1", url.Values{"do": {"save"}}, hx); again.status != http.StatusOK {
			t.Errorf("saved again: got %d", again.status)
		}
		before := fmt.Sprint(s.stored(t)["results"])
		gone := submit(one, one.fragment("/admin/results/1/edit"), "/admin/results/1", url.Values{"do": {"delete"}}, hx)
		if _, err := s.db.Result(t.Context(), 1); gone.status != http.StatusOK || err == nil {
			t.Fatalf("delete: got %d, %v", gone.status, err)
		}
		if back := submit(one, gone, "/admin/restore", nil, hx); back.status != http.StatusNoContent {
			t.Errorf("undo: got %d", back.status)
		}
		if after := fmt.Sprint(s.stored(t)["results"]); after != before {
			t.Error("the result that is back is not the one that went")
		}
	})
}

func TestChecksLeadToWhatLooksWrong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		race := newRace(t, b, "Odd Marathon", "2020-01-15", "42.2")
		submit(b, b.get(race), race, url.Values{"runner": {"four races"}, "time": {"1:00:00"}, "sure": {"yes"}})
		page := b.get("/admin/checks")
		text := page.text(t)
		for _, want := range []string{"1:00:00 over 42.2 km is faster than the world record", "Extreme Clock", "Two races on one day"} {
			if !strings.Contains(text, want) {
				t.Errorf("the page does not say %q: %s", want, text)
			}
		}
		link := page.doc(t).Find(".record-actions a").First().AttrOr("href", "")
		if a := b.get(link); a.status != http.StatusOK || !strings.Contains(a.body, "Delete this result") {
			t.Errorf("%s: got %d, want the form to mend it", link, a.status)
		}
	})
}
