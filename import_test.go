package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnerdb/queries/querytest"
)

const sheetOfResults = `Pos,No,Name,Club,Time,Net Time
1,12,Sipho DLAMINI,RCS,0:32:11,0:32:09.5
2,14,"NKOSI, Anna",,0:33:40,
,15,Zoe Zulu,,UOF,
`

func sheetFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What a dry run prints is read by scripts: names and types stay as they are.
func TestImportDryRunAsJSON(t *testing.T) {
	location := querytest.Location(t, "sqlite")
	path := sheetFile(t, "Bay Run 10km 2026-03-08.csv", sheetOfResults)
	status, out, errOut := runOn(t, location, "", "import", "--dry-run", "--json", path)
	if status != 0 || errOut != "" {
		t.Fatalf("got %d, %q", status, errOut)
	}
	const want = `{"sheet":"","header_row":1,` +
		`"mapping":{"Club":"club","Name":"name","Net Time":"net","No":"bib","Pos":"position","Time":"time"},` +
		`"events":[{"name":"Bay Run 10km 2026 03 08","metres":10000,"date":"2026-03-08","rows":3}],"rows":[` +
		`{"line":2,"name":"Sipho Dlamini","time_ms":1929500,"gun_ms":1931000,"status":"finished","verdict":"new","reasons":[]},` +
		`{"line":3,"name":"Anna Nkosi","time_ms":2020000,"gun_ms":2020000,"status":"finished","verdict":"new","reasons":[]},` +
		`{"line":4,"name":"Zoe Zulu","time_ms":null,"gun_ms":null,"status":"OOT","verdict":"new","reasons":[]}],` +
		`"summary":{"new":3,"rows":3,"skipped":0}}`
	if got := strings.TrimSpace(out); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !json.Valid([]byte(out)) {
		t.Error("that is no JSON")
	}
}

func TestImportAndUndo(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			path := sheetFile(t, "Bay Run 10km 2026-03-08.csv", sheetOfResults+",16,Una Abe,,25:61:61,\n")
			rest := filepath.Join(t.TempDir(), "rest.csv")
			for _, step := range []struct {
				args   []string
				status int
				says   []string
			}{
				{[]string{path, "--rest", rest}, 0, []string{"4 rows: 3 new, 1 error", "Stored as import 1"}},
				{[]string{path}, 0, []string{"3 present, 1 error", "nothing to store"}},
				{[]string{"--undo", "1"}, 0, []string{"3 results and 3 runners"}},
				{[]string{"--undo", "1"}, 1, []string{"undone before"}},
				{[]string{"--undo", "9"}, 1, []string{"no import 9"}},
				{nil, 1, []string{"name a file"}},
				{[]string{sheetFile(t, "x.csv", sheetOfResults)}, 1, []string{"on which day", "how long", "--date"}},
			} {
				status, out, errOut := runOn(t, location, "", append([]string{"import"}, step.args...)...)
				for _, words := range step.says {
					if status != step.status || !strings.Contains(out+errOut, words) {
						t.Errorf("%v: got %d, %q, %q, want %d and %q", step.args, status, out, errOut, step.status, words)
					}
				}
			}
			if got, err := os.ReadFile(rest); err != nil || !strings.Contains(string(got), "Una Abe") || strings.Contains(string(got), "Nkosi") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestImportSaysWhatIsWrong(t *testing.T) {
	location := querytest.Location(t, "sqlite")
	good, bad := sheetFile(t, "a.csv", sheetOfResults), sheetFile(t, "b.pdf", "%PDF-1.7")
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"--dry-run", "--json", bad}, "b.pdf: This is a PDF"},
		{[]string{"--dry-run", "--distance", "far", good}, "is no length"},
		{[]string{"--dry-run", "--date", "8/3/2026", good}, "write it as 2026-11-23"},
		{[]string{"--dry-run", "--map", "Club", good}, "write it as"},
		{[]string{"--dry-run", "--map", "Club=shoe", good}, "is none of"},
		{[]string{"--dry-run", "--sheet", "Two", good}, "There is no sheet"},
		{[]string{"--dry-run", good + "x"}, "no such file"},
	} {
		status, out, errOut := runOn(t, location, "", append([]string{"import"}, test.args...)...)
		if status != 1 || out != "" || !strings.Contains(errOut, test.says) {
			t.Errorf("%v: got %d, %q, %q, want 1 and %q", test.args, status, out, errOut, test.says)
		}
	}
	status, out, errOut := runOn(t, location, "", "import", "--dry-run", "--map", "Club=category", good)
	if status != 0 || !strings.Contains(out, "3 rows: 3 new") || !strings.Contains(out, "category  chosen") {
		t.Errorf("got %d, %q, %q", status, out, errOut)
	}
}

// What was taken for no result is named, so that somebody may see that it was one.
func TestImportNamesLinesWithoutResults(t *testing.T) {
	location := querytest.Location(t, "sqlite")
	path := sheetFile(t, "a.csv", sheetOfResults+"Average time,,,,33:00,\nPage 1 of 4"+strings.Repeat("\nThank you", 60)+"\n")
	status, out, errOut := runOn(t, location, "", "import", "--dry-run", path)
	if status != 0 || !strings.Contains(out, "line 5: no result: Average time · 33:00\n") || !strings.Contains(out, "12 more lines: no results\n") {
		t.Errorf("got %d, %q, %q", status, out, errOut)
	}
}
