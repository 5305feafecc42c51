package sheets_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"runnerdb/club"
	"runnerdb/sheets"
)

// book makes a workbook from sheets by name, with a number format for all
// fractions.
func book(t testing.TB, format string, pages map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		t.Fatal(err)
	}
	for name, rows := range pages {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, value := range row {
				cell, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if err := f.SetCellValue(name, cell, value); err != nil {
					t.Fatal(err)
				}
				if _, isPart := value.(float64); isPart {
					if err := f.SetCellStyle(name, cell, cell, style); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// clockOf returns a time as the fraction of a day that spreadsheets store.
func clockOf(d time.Duration) float64 { return d.Hours() / 24 }

func TestWorkbooks(t *testing.T) {
	t.Parallel()
	const minute, second = time.Minute, time.Second
	tests := map[string]struct {
		format string
		rows   [][]any
		want   string
	}{
		"times": {"hh:mm:ss", [][]any{
			{"Pos", "No", "Runner", "Club", "Category", "Time"},
			{1, 87, "Ann Abe", "RCS", "FS", clockOf(27*minute + 20*second)},
			{2, 88, "Ben Abe", "", "M40", "DNF"},
			{3, 89, "Cyd Abe", "", "M40", "0:45:10"},
			{4, 90, "Dan Abe", "", "M40", clockOf(65*minute + 1*second + 300*time.Millisecond)},
		}, "2\tAnn Abe\t1640000\tfinished\n3\tBen Abe\t-\tDNF\n4\tCyd Abe\t2710000\tfinished\n5\tDan Abe\t3901300\tfinished\n"},
		"hours that were minutes": {"[h]:mm:ss", [][]any{
			{"FIRST NAME", "SURNAME", "Race No.", "Time"},
			{"ANN", "ABE", 655, clockOf(40*time.Hour + 9*minute)},
			{"Ben", "Abe", 656, clockOf(80*time.Hour + 36*minute)},
			{"CYD", "ABE", 657, "DQ"},
		}, "2\tAnn Abe\t2409000\tfinished\n3\tBen Abe\t4836000\tfinished\n4\tCyd Abe\t-\tDSQ\n"},
		"dates of 1900": {"yyyy-mm-dd hh:mm:ss", [][]any{
			{"Place", "Name", "Time"},
			{1, "Ann Abe", clockOf(40*time.Hour + 9*minute)},
			{2, "Ben Abe", clockOf(41*time.Hour + 10*minute)},
		}, "2\tAnn Abe\t2409000\tfinished\n3\tBen Abe\t2470000\tfinished\n"},
		"minutes as decimals": {"0.00", [][]any{
			{"Place", "Name", "Time"},
			{1, "Ann Abe", 40.09},
			{2, "Ben Abe", 41.1},
		}, "2\tAnn Abe\t2409000\tfinished\n3\tBen Abe\t2470000\tfinished\n"},
		"the hours of the day": {"yyyy-mm-dd hh:mm:ss", [][]any{
			{"No", "Name", "Start", "Finish"},
			{1, "Ann Abe", 46089 + clockOf(7*time.Hour), 46089 + clockOf(7*time.Hour+40*minute)},
			{2, "Ben Abe", 46089 + clockOf(7*time.Hour), 46089 + clockOf(7*time.Hour+41*minute+5*second)},
		}, "2\tAnn Abe\t2400000\tfinished\n3\tBen Abe\t2465000\tfinished\n"},
		"hours, minutes and seconds": {"0", [][]any{
			{"Place", "Name", "Hours", "Minutes", "Seconds"},
			{1, "Ann Abe", 0, 40, 9},
			{2, "Ben Abe", 1, 2, 3},
		}, "2\tAnn Abe\t2409000\tfinished\n3\tBen Abe\t3723000\tfinished\n"},
		"faults of formulas": {"mm:ss.0", [][]any{
			{"Place", "Name\u00a0", "Gun Time"},
			{1, "ANN ABE\u00a0(# 969)", clockOf(20*minute + 28*second + 35*time.Millisecond)},
			{2, "Ben Abe", "#REF!"},
		}, "2\tAnn Abe\t1228035\tfinished\n3\tBen Abe\t-\tunknown\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := describe(sheets.Open("x.xlsx", book(t, test.format, map[string][][]any{"Results": test.rows})))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSheetIsGuessed(t *testing.T) {
	t.Parallel()
	file, err := sheets.Open("x.xlsm", book(t, "0", map[string][][]any{
		"Notes": {{"Thanks"}, {"to all"}, {"who came"}},
		"5 km":  {{"Pos", "Name", "Time"}, {1, "Ann Abe", "20:00"}},
		"10 km": {{"Pos", "Name", "Time"}, {1, "Ben Abe", "40:00"}, {2, "Cyd Abe", "41:00"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	for choice, want := range map[string]struct {
		name   string
		length int
		rows   int
	}{"": {"10 km", 10_000, 2}, "5 km": {"5 km", 5000, 1}} {
		sheet, err := file.Read(sheets.Options{Sheet: choice})
		if err != nil {
			t.Fatal(err)
		}
		if sheet.Name != want.name || int(sheet.Events[0].Length) != want.length || len(sheet.Entries) != want.rows {
			t.Errorf("%q: got %q, %d m, %d rows", choice, sheet.Name, sheet.Events[0].Length, len(sheet.Entries))
		}
	}
	var refusal *sheets.RefusalError
	if _, err := file.Read(sheets.Options{Sheet: "21 km"}); !errors.As(err, &refusal) {
		t.Errorf("got %v, want a refusal", err)
	}
}

func TestLimitsOfText(t *testing.T) {
	t.Parallel()
	row := "1,Ann Abe,40:00\n"
	for name, test := range map[string]struct{ text, words string }{
		"a file":    {"Pos,Name,Time\n" + strings.Repeat(row, sheets.MaxBytes/len(row)+1), "larger than"},
		"rows":      {"Pos,Name,Time\n" + strings.Repeat(row, sheets.MaxRows+1), "more than"},
		"columns":   {"Pos,Name,Time\n" + strings.Repeat(",", 10_000), "columns"},
		"a cell":    {"Pos,Name,Time\n1," + strings.Repeat("a", 1<<20) + ",40:00", "letters"},
		"binary":    {"Pos,Name,Time\n" + strings.Repeat("\x01\x02", 100), "no text"},
		"no ending": {"", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := describe(sheets.Open("x.csv", []byte(test.text)))
			if !strings.HasPrefix(got, "refused: ") || !strings.Contains(got, test.words) {
				t.Errorf("got %.200s, want a refusal with %q", got, test.words)
			}
		})
	}
}

// R070: unclosed quotes cost no more than reading the file.
func TestQuotesWithoutEnd(t *testing.T) {
	t.Parallel()
	text := "Pos,Name,Time\n1,Ann Abe,40:00\n" + strings.Repeat("2,\"\"\"x,\"40:00,\"\n", 100_000)
	file, err := sheets.Open("x.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(file.Tables[0].Rows); got < 2 {
		t.Errorf("got %d rows", got)
	}
}

// All sheets with results are read as one, each as its own race. A sheet that
// repeats all of them adds nothing.
func TestAllSheets(t *testing.T) {
	t.Parallel()
	file, err := sheets.Open("Bay Run 2026-03-08.xlsx", book(t, "0", map[string][][]any{
		"Notes":    {{"Thanks"}, {"to all"}, {"who came"}},
		"5 km":     {{"Pos", "Name", "Time"}, {1, "Ann Abe", "20:00"}},
		"10 km":    {{"Pos", "Name", "Time"}, {1, "Ben Abe", "40:00"}, {2, "Cyd Abe", "41:00"}},
		"10 km AK": {{"Pos", "Name", "Time"}, {1, "Ben Abe", "40:00"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	if n := file.Full(); n != 3 {
		t.Errorf("got %d sheets with results, want 3", n)
	}
	sheet, err := file.Read(sheets.Options{Sheet: sheets.AllSheets, Race: "Bay Run"})
	if err != nil {
		t.Fatal(err)
	}
	rows, same := map[club.Metres]int{}, 0
	for _, e := range sheet.Entries {
		rows[sheet.Events[e.Event].Length]++
		if e.Same > 0 {
			same++
		}
	}
	if len(sheet.Events) != 2 || rows[5000] != 1 || rows[10_000] != 3 || same != 1 || sheet.Events[0].Name != "Bay Run" {
		t.Errorf("got %+v, %v, %d said twice", sheet.Events, rows, same)
	}
	line := sheet.Entries[len(sheet.Entries)-1].Line
	edits := map[int]map[sheets.Field]string{line: {sheets.Name: "Dan Abe"}}
	options := sheets.Options{Sheet: sheets.AllSheets, Edits: edits}
	if sheet, err = file.Read(options); err != nil || sheet.Entries[len(sheet.Entries)-1].Name != "Dan Abe" {
		t.Errorf("an edited cell: got %+v, %v", sheet.Entries, err)
	}
	cells, err := file.Cells(options, line)
	if err != nil || len(cells) == 0 || cells[0].Text != "Dan Abe" {
		t.Errorf("the row's cells: got %v, %v", cells, err)
	}
}
