package sheets_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"runnerdb/club"
	"runnerdb/sheets"
	"runnerdb/sheets/grid"
)

// write returns a file with a header and rows.
func write(t testing.TB, format sheets.Format, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := sheets.NewWriter(&b, format, "Name", "Pos", "Time", "Date", "Hidden", "At")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	march   = club.Date{Year: 2025, Month: time.March, Day: 2}
	instant = time.Date(2026, time.November, 24, 16, 45, 9, 0, time.UTC)
	sample  = [][]any{
		{"José García", 12, club.FinishTime(13_625_400), march, true, instant},
		{"=1+1", 0, club.FinishTime(0), club.Date{}, false, time.Time{}},
		{"a,\"b\"\nc", -3, club.FinishTime(97_200_000), club.Date{Year: 1899, Month: 1, Day: 1}, false, instant},
		{nil, 1, club.FinishTime(7_005), march, false, instant},
	}
)

func TestCSVHoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	const want = "\ufeffName,Pos,Time,Date,Hidden,At\n" +
		"José García,12,3:47:05.4,2025-03-02,yes,2026-11-24 16:45:09\n" +
		"'=1+1,0,,,no,\n" +
		"\"a,\"\"b\"\"\nc\",-3,27:00:00,1899-01-01,no,2026-11-24 16:45:09\n" +
		",1,0:00:07.005,2025-03-02,no,2026-11-24 16:45:09\n"
	if diff := cmp.Diff(want, string(write(t, sheets.CSV, sample...))); diff != "" {
		t.Error(diff)
	}
}

func TestXLSXHoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	book, err := excelize.OpenReader(bytes.NewReader(write(t, sheets.XLSX, sample...)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	shown, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Name", "Pos", "Time", "Date", "Hidden", "At"},
		{"José García", "12", "3:47:05.400", "2025-03-02", "yes", "2026-11-24 16:45:09"},
		{"=1+1", "0", "", "", "no"},
		{"a,\"b\"\nc", "-3", "27:00:00", "1899-01-01", "no", "2026-11-24 16:45:09"},
		{"", "1", "0:00:07.005", "2025-03-02", "no", "2026-11-24 16:45:09"},
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	if formula, err := book.GetCellFormula("Sheet1", "A3"); formula != "" || err != nil {
		t.Errorf("A3 holds the formula %q, %v", formula, err)
	}
	for cell, want := range map[string]excelize.CellType{
		"A3": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset, "C2": excelize.CellTypeUnset, "D2": excelize.CellTypeUnset,
	} {
		if got, err := book.GetCellType("Sheet1", cell); got != want || err != nil {
			t.Errorf("%s: got type %d, %v; want %d", cell, got, err, want)
		}
	}
}

// R037: exported texts and times are read back the same.
func TestWhatGoesOutComesInAgain(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[ -~éǅ王\n\t]{0,12}`), rapid.SampledFrom([]string{"=1", "'=1", "-", "_x0041_", " x ", "0012", "1e5", "3:47:05"}))
	rapid.Check(t, func(t *rapid.T) {
		name := text.Draw(t, "name")
		time := club.FinishTime(rapid.Int64Range(1, 1000*3_600_000).Draw(t, "ms"))
		for _, format := range []sheets.Format{sheets.CSV, sheets.XLSX} {
			var b bytes.Buffer
			w, err := sheets.NewWriter(&b, format, "Name", "Time")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Row(name, time); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			gotName, gotTime := readBack(t, format, b.Bytes())
			if gotName != name || gotTime != time {
				t.Fatalf("%s: %q, %d come back as %q, %d", format, name, time, gotName, gotTime)
			}
		}
	})
}

func readBack(t *rapid.T, format sheets.Format, file []byte) (string, club.FinishTime) {
	if format == sheets.CSV {
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		time, err := club.ParseFinishTime(rows[1][1])
		if err != nil {
			t.Fatal(err)
		}
		return grid.Unguard(rows[1][0]), time
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	name, err := book.GetCellValue("Sheet1", "A2")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := book.GetCellValue("Sheet1", "B2")
	if err != nil {
		t.Fatal(err)
	}
	days, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		t.Fatal(err)
	}
	return name, club.FinishTime(math.Round(days * 24 * 3_600_000))
}

func TestUnknownFormats(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]sheets.Format{"": sheets.CSV, "csv": sheets.CSV, "xlsx": sheets.XLSX} {
		if got, err := sheets.ParseFormat(name); got != want || err != nil {
			t.Errorf("%q: got %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"xls", "CSV", "pdf", "../csv"} {
		if got, err := sheets.ParseFormat(name); err == nil {
			t.Errorf("%q: got %q, want an error", name, got)
		}
	}
}

// BenchmarkXLSX measures a hundred thousand rows.
func BenchmarkXLSX(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		w, err := sheets.NewWriter(io.Discard, sheets.XLSX, "Name", "Pos", "Time", "Date", "Hidden", "At")
		if err != nil {
			b.Fatal(err)
		}
		for i := range 100_000 {
			if err := w.Row(fmt.Sprintf("Runner %d", i), i, club.FinishTime(13_625_000+i), march, false, instant); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
