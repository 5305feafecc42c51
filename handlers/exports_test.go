package handlers_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/sheets"
	"runnerdb/sheets/grid"
)

// rowsOf are the rows of a list as a file of comma-separated values.
func (a answer) rowsOf(t *testing.T) [][]string {
	t.Helper()
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("got %d, %q:\n%.300s", a.status, a.header.Get("Content-Type"), a.body)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sheetOf are the rows of a list as a workbook, without what rows end in.
func (a answer) sheetOf(t *testing.T) [][]string {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatalf("got %d, %v", a.status, err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// The files that an owner takes away, and those of everybody.
var (
	ownersFiles = []string{
		"/admin/runners/export", "/admin/runners/export?q=t&sort=races", "/admin/races/export", "/admin/races/1/export", "/admin/users/export",
		"/admin/audit/export?kind=sign-in", "/admin/results/export?q=karabo&sort=fastest", "/admin/duplicates/export", "/admin/checks/export", "/admin/bin/export",
		"/admin/imports/export",
	}
	publicFiles = []string{
		"/races/1/export", "/runners/1/export", "/runners/10/export", "/runners/export?q=thandi", "/runners/export?q=peninsula",
		"/runners/1/prediction/export", "/runners/10/prediction/export?distance=42k&goal=4:30", "/runners/6/prediction/export", "/records/export", "/records/export?distance=42k",
		"/records/history/export?distance=42k&sex=M", "/boards/export?distance=42k&sex=M", "/boards/export?board=most",
	}
)

// file asks for a list as a file: one that is not for everybody by a form.
func (b *browser) file(path string) answer {
	b.t.Helper()
	if !strings.HasPrefix(path, "/admin/") {
		return b.get(path)
	}
	token := b.get("/profile").fill(b.t, "/logout", nil).Get("form_token")
	return b.post(path, url.Values{"form_token": {token}})
}

// giveWork leaves something in each list of what is to be done: two who may be
// one, an import, and somebody in the bin.
func (s *site) giveWork(t *testing.T) {
	t.Helper()
	by := queries.Actor{Name: "test", At: s.clock.now()}
	file, err := sheets.Open("bay 10 km.csv", []byte("Name,Time\nTwin Example,41:00\n"))
	if err != nil {
		t.Fatal(err)
	}
	day := club.Date{Year: 2026, Month: 3, Day: 8}
	_, _, err = imports.Commit(t.Context(), imports.Records{DB: s.db}, imports.Order{File: file, Choices: imports.Choices{HeldOn: day}}, by)
	twin, errTwin := s.db.CreateRunner(t.Context(), club.Runner{Name: "Twin Example"}, by)
	gone, errGone := s.db.CreateRunner(t.Context(), club.Runner{Name: "@Gone Example"}, by)
	if err := errors.Join(err, errTwin, errGone); err != nil || twin == gone {
		t.Fatal(err)
	}
	if _, err := s.db.DeleteRunner(t.Context(), gone, 1, by); err != nil {
		t.Fatal(err)
	}
}

// R037: both kinds of file hold the same, and neither holds a formula.
func TestListsGoOutAsFiles(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		admin := s.browser(t)
		admin.signIn()
		s.giveWork(t)
		for _, path := range slices.Concat(ownersFiles, publicFiles) {
			join := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
			rows := admin.file(path + join + "format=csv").rowsOf(t)
			sheet := admin.file(path + join + "format=xlsx").sheetOf(t)
			if len(rows) < 2 || len(rows) != len(sheet) {
				t.Errorf("%s: %d rows of CSV, %d of XLSX", path, len(rows), len(sheet))
				continue
			}
			for i, row := range rows {
				for j, cell := range row {
					other := ""
					if j < len(sheet[i]) {
						other = sheet[i][j]
					}
					if grid.Unguard(cell) != other {
						t.Errorf("%s, row %d, %s: %q as CSV, %q as XLSX", path, i, rows[0][j], cell, other)
					}
					if grid.Guard(cell) != cell && !strings.HasPrefix(cell, "'") {
						t.Errorf("%s, row %d: the formula %q", path, i, cell)
					}
				}
			}
		}
	}, func(p *setup) {
		p.users = append(p.users, accounts.User{Email: "sum@example.org", Name: "=SUM(A1)", Role: accounts.Viewer})
	})
}

func TestRunnersGoOutAsTheyAreFiltered(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		admin := s.browser(t)
		admin.signIn()
		page := admin.get("/admin/runners?q=thandi&shown=visible&sort=races")
		links := []string{
			page.doc(t).Find("form.files").AttrOr("action", ""), page.doc(t).Find(".files button[formaction]").AttrOr("formaction", ""),
		}
		want := []string{
			"/admin/runners/export?format=csv&q=thandi&shown=visible&sort=races", "/admin/runners/export?format=xlsx&q=thandi&shown=visible&sort=races",
		}
		if diff := cmp.Diff(want, links); diff != "" {
			t.Fatal(diff)
		}
		rows := admin.file(links[0]).rowsOf(t)
		var found []string
		for _, row := range rows[1:] {
			found = append(found, row[0]+" "+row[6])
		}
		if diff := cmp.Diff([]string{"Thandi Mokoena 2", "Thandi Mokoena 1"}, found); diff != "" {
			t.Error(diff)
		}
		if log := admin.get("/admin/audit?kind=list").text(t); strings.Count(log, "exportlist runners-") != 1 {
			t.Errorf("who took the list is not noted once: %s", log)
		}
		hidden := admin.file("/admin/runners/export?shown=hidden").rowsOf(t)
		if len(hidden) != 2 || hidden[1][0] != "Secret Runner" || hidden[1][5] != "yes" {
			t.Errorf("hidden: got %q", hidden)
		}
	})
}

func TestRaceResultsGoOutAsTheyAreFiltered(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		const filter = "category=Senior&club=Langa&sex=M"
		link := b.get("/races/1?"+filter).doc(t).Find(".files a").First().AttrOr("href", "")
		if want := "/races/1/export?category=Senior&club=Langa&format=csv&sex=M"; link != want {
			t.Fatalf("the link leads to %q, want %q", link, want)
		}
		rows := b.get(link).rowsOf(t)
		for _, row := range rows[1:] {
			if row[2] != "M" || row[3] != "Senior" || row[4] != "Langa" {
				t.Errorf("got %q", row)
			}
		}
		if len(rows) < 3 || len(rows) >= len(b.get("/races/1/export").rowsOf(t)) {
			t.Errorf("got %d rows", len(rows))
		}
		var page struct{ Results []struct{ Name string } }
		if b.get(api+"/races/1?"+filter).json(t, &page); len(page.Results) != len(rows)-1 {
			t.Errorf("programs get %d results, want %d", len(page.Results), len(rows)-1)
		}
	})
}

// What everybody may take holds nobody who is hidden, and nothing private.
func TestPublicFilesHoldNothingPrivate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		stranger := s.browser(t)
		rows := stranger.get("/races/1/export").rowsOf(t)
		want := []string{"1", "Karabo Khumalo", "F", "Senior", "Gugulethu", "finished", "4:00:36", "", "1"}
		if !slices.ContainsFunc(rows, func(row []string) bool { return cmp.Equal(row, want) }) {
			t.Errorf("the race has no row %q:\n%q", want, rows)
		}
		for _, path := range publicFiles {
			body := stranger.get(path).body
			for _, private := range []string{"Secret", "canary-licence", "1982-02-03"} {
				if strings.Contains(body, private) {
					t.Errorf("%s holds %q", path, private)
				}
			}
		}
		for _, path := range []string{"/runners/9/export", "/runners/9/prediction/export", "/runners/999/export", "/races/999/export", "/races/x/export", "/races/1/export?format=pdf"} {
			if a := stranger.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.status)
			}
		}
	})
}

// R038.
func TestFilesHaveSafeNames(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	admin := s.browser(t)
	admin.signIn()
	hostileRace := ""
	for _, row := range admin.file("/admin/races/export").rowsOf(t) {
		if strings.Contains(row[0], "img") {
			hostileRace = "/races/" + row[5] + "/export?format=xlsx"
		}
	}
	for path, want := range map[string]string{
		"/races/1/export":                   `attachment; filename="peninsula-marathon-2020-01-15-42-2-km.csv"`,
		"/runners/10/export?format=xlsx":    `attachment; filename="img-src-x-onerror-alert-1-a-hx-get-logout-hx-on-click-x-7-7-a-results.xlsx"`,
		hostileRace:                         "",
		"/admin/runners/export?format=xlsx": "",
	} {
		a := admin.file(path)
		got := a.header.Values("Content-Disposition")
		if len(got) != 1 || want != "" && got[0] != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
			continue
		}
		name, ok := strings.CutPrefix(got[0], `attachment; filename="`)
		name, closed := strings.CutSuffix(name, `"`)
		if !ok || !closed || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
			t.Errorf("%s: got %q", path, got)
		}
	}
}

// R015, R018: what belongs to somebody is kept by nobody, and no address of a
// private list looks like a file.
func TestPrivateFilesAreNotKept(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	admin := s.browser(t)
	admin.signIn()
	for _, path := range slices.Concat(ownersFiles, publicFiles) {
		a := admin.file(path)
		if got := a.header.Get("Cache-Control"); got != "no-store" || a.header.Get("ETag") != "" {
			t.Errorf("%s: Cache-Control %q, ETag %q", path, got, a.header.Get("ETag"))
		}
	}
	for _, path := range []string{"/admin/runners", "/admin/races", "/admin/races/1", "/admin/users", "/admin/audit", "/admin/runners/export"} {
		for _, suffix := range []string{".csv", ".xlsx", ".css", ".js", "/x.js", "/export.csv", ".json", "/"} {
			if a := admin.get(path + suffix); a.status != http.StatusNotFound {
				t.Errorf("%s%s: got %d, want 404", path, suffix, a.status)
			}
		}
	}
}

// A list longer than what is held in memory streams, whole and in order.
func TestLongListsStream(t *testing.T) {
	t.Parallel()
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			location := querytest.Location(t, engine)
			s := serveSite(t, location)
			const runners = 4500
			load := queries.Batch{
				Series: []club.Series{{ID: 1, Name: "Marathon"}},
				Races:  []club.Race{{ID: 1, SeriesID: 1, HeldOn: club.Date{Year: 2025, Month: 3, Day: 2}, Length: 42_195}},
			}
			for i := range runners {
				id := int64(i + 1)
				load.Runners = append(load.Runners, club.Runner{ID: id, Name: fmt.Sprintf("Runner %04d", id)})
				load.Results = append(load.Results, club.Result{
					ID: id, RunnerID: id, RaceID: 1, Status: club.Finished, Position: i + 1, Net: club.FinishTime(9_000_000 + i), Counts: true,
				})
			}
			querytest.Load(t, s.db, load)
			rows := s.browser(t).get("/races/1/export").rowsOf(t)
			if len(rows) != runners+1 {
				t.Fatalf("got %d rows, want %d", len(rows), runners+1)
			}
			for i, row := range rows[1:] {
				if row[0] != fmt.Sprint(i+1) || row[1] != fmt.Sprintf("Runner %04d", i+1) {
					t.Fatalf("row %d: got %q", i, row)
				}
			}
			if sheet := s.browser(t).get("/races/1/export?format=xlsx").sheetOf(t); len(sheet) != runners+1 {
				t.Errorf("XLSX: got %d rows, want %d", len(sheet), runners+1)
			}
			if head := s.browser(t).send(http.MethodHead, "/races/1/export", ""); head.status != http.StatusOK || head.body != "" {
				t.Errorf("HEAD: got %d, %d bytes", head.status, len(head.body))
			}
			packed := s.browser(t).get("/races/1/export", "Accept-Encoding: gzip")
			if packed.header.Get("Content-Encoding") != "gzip" || bytes.Contains([]byte(packed.body), []byte("Runner")) {
				t.Errorf("not packed: %q", packed.header.Get("Content-Encoding"))
			}
		})
	}
}
