package sheets_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnerdb/sheets"
)

// Calculated, guessed and odd values always come with a warning.
func TestWarns(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]map[int]string{
		"behind-the-first.csv":              {2: "", 3: "“+0:12” behind 0:32:08: taken as 0:32:20", 5: "“s.t.”: taken as 0:33:13", 7: ""},
		"behind-in-a-gap.csv":               {2: "", 3: "behind 3:02:08", 4: "“ditto”", 7: "", 8: "“+12” behind 3:22:08"},
		"words-for-positions.csv":           {2: "", 4: "in place of the position stands “Guest”", 6: "“Last”", 8: "", 10: "does not say that it counts"},
		"hours-and-minutes-of-comrades.csv": {3: "probably hours and minutes: taken as 5:28:00", 7: "taken as 11:58:00"},
		"after-cut-off.csv":                 {3: "", 5: "stands below “AFTER CUT-OFF”", 6: "stands below"},
		"behind-without-a-sign.csv":         {2: "", 3: "“0:12” behind 0:32:08", 7: ""},
		"minutes-or-hours.csv":              {2: "if it was hours and minutes, say how long the race was", 5: "read as minutes and seconds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sheet := read(t, name)
			for _, e := range sheet.Entries {
				got := strings.Join(e.Warnings, "; ")
				if words, asked := want[e.Line]; asked && (words == "" && got != "" || !strings.Contains(got, words)) {
					t.Errorf("line %d: got %q, want %q", e.Line, got, words)
				}
			}
		})
	}
}

// read reads a file in testdata.
func read(t *testing.T, name string) *sheets.Sheet {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	file, err := sheets.Open(name, data)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := file.Read(sheets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}
