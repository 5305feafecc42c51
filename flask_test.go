package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnerdb/queries/querytest"
)

const oldDump = `COPY public.race (id, race_name, date, distance, runner, time) FROM stdin;
1	Cape Peninsula Marathon	2019-02-17	42.2km	Karabo Khumalo	3:47:30
2	Cape Peninsula Marathon	2019-02-17	42.2km	=HYPERLINK("x")	4:01:00
3	../../etc	2020-03-08	21.1km	Karabo Khumalo	1:47:30
\.

COPY public."user" (id, username, email, password) FROM stdin;
1	Thandi	thandi@example.org	pbkdf2:sha256:1$x$y
2	Sipho	no address	x
\.
`

// What the first app kept becomes sheets that the import takes, and its users
// are invited once.
func TestTheFirstAppsDataIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	dump, into := filepath.Join(dir, "old.sql"), filepath.Join(dir, "races")
	if err := os.WriteFile(dump, []byte(oldDump), 0o600); err != nil {
		t.Fatal(err)
	}
	location := querytest.Location(t, querytest.SQLite)
	status, out, errOut := runOn(t, location, "", "flask", dump, "--into", into, "--invite")
	for _, want := range []string{"3 results of 2 races", "2 users with an address", "thandi@example.org, viewer, chooses a password at"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Fatalf("got %d, %s%s; want %s", status, out, errOut, want)
		}
	}
	if !strings.Contains(errOut, `"no address" is left out`) || strings.Contains(out+errOut, "pbkdf2") {
		t.Errorf("got %s", errOut)
	}
	files, err := filepath.Glob(into + "/*")
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != "001-cape-peninsula-marathon-2019-02-17.csv" || filepath.Base(files[1]) != "002-etc-2020-03-08.csv" {
		t.Fatalf("got %v, %v", files, err)
	}
	out = must(t, location, "", "import", "--dry-run", "--json", files[0])
	for _, want := range []string{`"name":"Cape Peninsula Marathon"`, `"date":"2019-02-17"`, `"metres":42195`, `"time_ms":13650000`} {
		if !strings.Contains(out, want) {
			t.Errorf("the import reads %s; want %s", out, want)
		}
	}
	if status, _, errOut := runOn(t, location, "", "flask", dump, "--into", into); status == 0 || !strings.Contains(errOut, "exists already") {
		t.Errorf("a second time: got %d, %s", status, errOut)
	}
	if out := must(t, location, "", "flask", dump, "--into", filepath.Join(dir, "again"), "--invite"); !strings.Contains(out, "thandi@example.org is a user already") {
		t.Errorf("got %s", out)
	}
	for _, args := range [][]string{{"flask", into}, {"flask", dump, "--map", "shoe=size"}, {"flask", filepath.Join(dir, "none.sql")}} {
		if status, _, _ := runOn(t, location, "", args...); status == 0 {
			t.Errorf("%v succeeds", args)
		}
	}
}
