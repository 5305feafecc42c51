package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// longRows is how many rows a long sheet has: just enough to be a job, or as many
// as R067 names when there is time.
func longRows() int {
	if timed() {
		return 100_000
	}
	return 3500
}

// raceOf is a sheet of so many runners, all with names of their own.
func raceOf(rows int) string {
	var b strings.Builder
	b.WriteString("Pos,Name,Club,Time\n")
	for i := range rows {
		name := []byte{'A' + byte(i/17576%26), 'a' + byte(i/676%26), 'a' + byte(i/26%26), 'a' + byte(i%26)}
		fmt.Fprintf(&b, "%d,%s Xaba%c,Club %d,%d:%02d:%02d\n", i+1, name, 'a'+byte(i%7), i%90, 1+i/36000, i/600%60, i/10%60)
	}
	return b.String()
}

// records are the tables that an import writes to.
func records(t *testing.T, location string) map[string][]string {
	t.Helper()
	all, some := querytest.Stored(t, location), map[string][]string{}
	for _, table := range []string{"runners", "races", "series", "results", "imports", "sheet_imports", "import_changes", "audit_log", "drafts"} {
		some[table] = all[table]
	}
	return some
}

// isWhole complains when neither nothing nor all of an import is there, and
// reports whether all is.
func isWhole(t *testing.T, what string, before, after map[string][]string, rows int) bool {
	t.Helper()
	if len(after["imports"]) == len(before["imports"]) {
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("%s: something of it is there: %.1000s", what, diff)
		}
		return false
	}
	runners, results := len(after["runners"])-len(before["runners"]), len(after["results"])-len(before["results"])
	if runners != rows || results != rows || len(after["sheet_imports"]) != len(before["sheet_imports"])+1 {
		t.Fatalf("%s: got %d runners, %d results", what, runners, results)
	}
	return true
}

// R065: of an import that is killed at any moment nothing is there or all, and
// the same file again stores it once.
func TestFaultImportKilled(t *testing.T) {
	rows := longRows()
	if !timed() {
		rows = 600 // it is no job, so that it need not be long
	}
	path := filepath.Join(t.TempDir(), "Bay Run 10km 2026-03-08.csv")
	if err := os.WriteFile(path, []byte(raceOf(rows)), 0o600); err != nil {
		t.Fatal(err)
	}
	arguments := []string{"import", path, "--yes"}
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			start := time.Now()
			must(t, location, "", arguments...)
			took := time.Since(start)
			undoLast(t, db)
			for round := range querytest.Rounds(1) {
				before := records(t, location)
				cmd := program(t, []string{"DATABASE_URL=" + location}, arguments...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(took/4 + rand.N(took))
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
				if e, err := queries.Examine(t.Context(), location, time.Now); err != nil || len(e.Damage) > 0 {
					t.Errorf("round %d: %v, %v", round, e.Damage, err)
				}
				if !isWhole(t, fmt.Sprintf("round %d", round), before, records(t, location), rows) {
					continue
				}
				undoLast(t, db)
			}
			before := records(t, location)
			must(t, location, "", arguments...)
			if !isWhole(t, "after all", before, records(t, location), rows) {
				t.Error("nothing was stored")
			}
			if out := must(t, location, "", arguments...); !strings.Contains(out, "nothing to store") {
				t.Errorf("once more: %s", out)
			}
		})
	}
}

// undoLast takes back the newest import.
func undoLast(t *testing.T, db *queries.DB) {
	t.Helper()
	last, _, err := db.SheetImports(t.Context(), 0, 1)
	if err != nil || len(last) == 0 {
		t.Fatal(last, err)
	}
	if _, err := db.UndoImport(t.Context(), last[0].ID, queries.AtCommandLine(time.Now())); err != nil {
		t.Fatal(err)
	}
}

// R065, R075: a server that is killed while it imports has stored nothing or
// all; the next one shows the job as interrupted, and goes on with it when told.
func TestFaultServerKilledWhileItImports(t *testing.T) {
	rows := longRows()
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			server := startServer(t, location)
			keeper := signedIn(t, location, server.port)
			db := querytest.Open(t, location)
			interrupted := 0
			for round := range querytest.Rounds(1) {
				draft := keeper.upload(t, server.port, "Bay Run 10km 2026-03-08.csv", raceOf(rows))
				keeper.press(t, server.port, draft, draft+"/commit")
				before := records(t, location)
				awaitImport(t, db, queries.JobRunning, queries.JobDone)
				time.Sleep(rand.N(time.Duration(round)*400*time.Millisecond + 1)) // the first at once
				if err := server.cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				_ = server.cmd.Wait()
				after := records(t, location)
				delete(before, "drafts") // goes with the import
				delete(after, "drafts")
				isWhole(t, fmt.Sprintf("round %d", round), before, after, rows)
				// Half of a minute goes by.
				querytest.Exec(t, location, `UPDATE jobs SET lease_until = lease_until - 15000 WHERE state = 'running'`)
				server = startServer(t, location)
				if job := awaitImport(t, db, queries.JobRunning, queries.JobDone); job.State == queries.JobRunning {
					interrupted++
					if page := keeper.read(t, server.port, "/admin/jobs"); !strings.Contains(page, "interrupted") {
						t.Errorf("round %d: the job is not shown as interrupted: %s", round, page)
					}
					keeper.press(t, server.port, "/admin/jobs", fmt.Sprintf("/admin/jobs/%d/resume", job.ID))
				}
				if job := awaitImport(t, db, queries.JobDone); !strings.Contains(job.Result, fmt.Sprintf("%d new runners", rows)) {
					t.Errorf("round %d: got %q", round, job.Result)
				}
				after = records(t, location)
				delete(after, "drafts")
				if !isWhole(t, "resumed", before, after, rows) {
					t.Errorf("round %d: it was resumed, and nothing is there", round)
				}
				undoLast(t, db)
			}
			if interrupted == 0 {
				t.Error("no import was interrupted: the fault was not met")
			}
		})
	}
}

// awaitImport waits until the newest import stands in one of these states.
func awaitImport(t *testing.T, db *queries.DB, states ...queries.JobState) queries.Job {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		job, err := db.LastJob(t.Context(), "import")
		if err == nil && slices.Contains(states, job.State) {
			return job
		}
	}
	t.Fatalf("no import is %v", states)
	return queries.Job{}
}

// read is a page.
func (v *visitor) read(t *testing.T, port, path string) string {
	t.Helper()
	return fetch(t, v.client, http.MethodGet, "http://127.0.0.1:"+port+path, nil)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// press sends the form of a page that goes to an address.
func (v *visitor) press(t *testing.T, port, page, action string) {
	t.Helper()
	_, form, found := strings.Cut(v.read(t, port, page), `<form action="`+action+`"`)
	if !found {
		t.Fatalf("%s has no form to %s", page, action)
	}
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, field := range hiddenField.FindAllStringSubmatch(form, -1) {
		values.Set(field[1], field[2])
	}
	fetch(t, v.client, http.MethodPost, "http://127.0.0.1:"+port+action, values)
}

// upload uploads a sheet, and says where it is shown.
func (v *visitor) upload(t *testing.T, port, name, content string) string {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("form_token", v.token); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:"+port+"/admin/imports", &body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", w.FormDataContentType())
	response, err := v.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") != "" {
		return v.upload(t, port, name, content) // busy, it says: come again
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("upload: got %d", response.StatusCode)
	}
	return response.Request.URL.Path
}
