package sheets_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"runnerdb/club"
	"runnerdb/sheets"
)

// check checks that any file was refused with a reason, or gave rows that can
// be stored.
func check(t *testing.T, name string, data []byte) {
	t.Helper()
	file, err := sheets.Open(name, data)
	if err == nil {
		var sheet *sheets.Sheet
		if sheet, err = file.Read(sheets.Options{}); err == nil {
			checkEntries(t, sheet)
		}
	}
	var refusal *sheets.RefusalError
	if err != nil && (!errors.As(err, &refusal) || refusal.Reason == "") {
		t.Errorf("got %v, want a refusal", err)
	}
}

func checkEntries(t *testing.T, sheet *sheets.Sheet) {
	t.Helper()
	for _, e := range sheet.Entries {
		if !utf8.ValidString(e.Name) || e.Name == "" && len(e.Errors) == 0 {
			t.Errorf("line %d: the name %q", e.Line, e.Name)
		}
		if e.Net < 0 || e.Gun < 0 || e.Net > club.MaxFinishTime || e.Gun > club.MaxFinishTime {
			t.Errorf("line %d: %d, %d", e.Line, e.Net, e.Gun)
		}
		if e.Status == club.Finished && e.Time() == 0 {
			t.Errorf("line %d: finished without a time", e.Line)
		}
		if e.Event < 0 || e.Event >= len(sheet.Events) || e.Position < 0 {
			t.Errorf("line %d: event %d, position %d", e.Line, e.Event, e.Position)
		}
	}
}

func FuzzCSV(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.csv")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { check(t, "x.csv", data) })
}

func FuzzXLSX(f *testing.F) {
	f.Add(book(f, "hh:mm:ss", map[string][][]any{"Results": {{"Pos", "Name", "Time"}, {1, "Ann Abe", 0.0189}, {2, "Ben Abe", "DNF"}}}))
	f.Add(parts(f, map[string]string{"xl/workbook.xml": workbookPart}))
	f.Fuzz(func(t *testing.T, data []byte) { check(t, "x.xlsx", data) })
}

// FuzzTimes reads any text as a runner's time.
func FuzzTimes(f *testing.F) {
	for _, text := range []string{"3:47:05", "1900-01-01 00:47:05", "0 days 00:47:05", "12:47:05 AM", "1u23m45", "3时59分08秒", "0.0327", "40.09", "1e-2", "DNF"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check(t, "x.tsv", []byte("Pos\tName\tTime\n1\tAnn Abe\t40:00\n2\tBen Abe\t"+text+"\n"))
	})
}
