package sheets_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnerdb/sheets"
)

// Rows give more about a runner than name, time and status.
func TestReadsWho(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		line int
		want string
	}{
		{"thousands.csv", 3, "1000 1202"},
		{"thousands.csv", 5, "1002 1204"},
		{"letters-in-numbers.csv", 2, "1 C12"},
		{"words-for-positions.csv", 2, "1 11 RCS"},
		{"walkers.csv", 5, "1 Walkers RCS"},
		{"zulu.csv", 2, "1 11 M RCS"},
		{"xhosa.csv", 3, "2 12 F RCS"},
		{"short-years.csv", 2, "1 11 33 1990"},
		{"short-years.csv", 3, "2 A12 40 1985"},
		{"short-years.csv", 4, "3 A13 19 2005"},
		{"brazilian.csv", 2, "1 11 M M30-34 RCS"},
		{"japanese.csv", 3, "2 1002 大阪ＡＣ"},
		{"korean.csv", 2, "1 11 M"},
		{"hungarian.csv", 2, "1 11 BEAC"},
		{"ages-as-ag.csv", 3, "2 102 F 41"},
		{"sex-with-age.csv", 2, "1 M 33"},
		{"sex-with-age.csv", 4, "3 M 27"},
		{"sex-with-age.csv", 5, "4 F 58"},
		{"short-years.csv", 5, "4 A14 1990"},
		{"places-among.csv", 3, "2"},
		{"licence-type.csv", 2, "1 10001 M 33 OPEN RCS GUGULETHU WP1234"},
		{"surname-and-initials.csv", 2, "1 SNR RCS WPA 12345"},
		{"surname-and-initials.csv", 4, "3 JNR BELLVILLE"},
		{"surname-and-initials.csv", 5, "4 JNR BELLVILLE"},
		{"signs-of-a-web-page.csv", 2, "1 Run & Walk"},
		{"lists-in-other-orders.csv", 13, "1 RCS"},
		{"lists-with-private-columns.csv", 16, "1"},
		{"age-groups-without-header.csv", 5, "F Female 30-39"},
		{"categories.csv", 2, "1 Vet 40-49"},
		{"categories.csv", 3, "2 F F 50+"},
		{"categories.csv", 5, "4 M M40-49"},
		{"categories.csv", 7, "6 F V45W"},
		{"categories.csv", 8, "7 Grandmaster"},
		{"categories.csv", 9, "8 M 60-69 M"},
		{"categories.csv", 11, "10 F Vet F"},
		{"categories.csv", 12, "11 F Junior Women"},
		{"categories.csv", 14, "13 GGM"},
		{"categories.csv", 16, "15 M U20M"},
		{"categories.csv", 17, "16 F U/20 Girls"},
	}
	for _, test := range tests {
		got := "no such line"
		for _, e := range read(t, test.name).Entries {
			if e.Line == test.line {
				got = who(e)
			}
		}
		if got != test.want {
			t.Errorf("%s, line %d: got %q, want %q", test.name, test.line, got, test.want)
		}
	}
}

// who prints what a row says about the runner: position, number, sex, age,
// birth year, category, club and licence.
func who(e sheets.ResultRow) string {
	var parts []string
	for _, part := range []string{fmt.Sprint(e.Position), e.Bib, string(e.Sex), fmt.Sprint(e.Age), fmt.Sprint(e.BirthYear), e.Category, e.Club, e.Licence} {
		if part != "" && part != "0" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// Each of several lists one below the other may have its private columns in
// other places.
func TestPacksNothingPrivateOfLowerLists(t *testing.T) {
	t.Parallel()
	const name = "lists-with-private-columns.csv"
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	file, err := sheets.Open(name, data)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := file.Pack()
	if err != nil {
		t.Fatal(err)
	}
	again, err := sheets.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(again); strings.Contains(text, "example.org") || !strings.Contains(text, "Zola Nel") {
		t.Errorf("kept: %s", text)
	}
}

// Often only the name of the sheet says that its runners are women.
func TestReadsSexOffTheSheet(t *testing.T) {
	t.Parallel()
	data := book(t, "h:mm:ss", map[string][][]any{
		"Men":   {{"Pos", "Name", "Time"}, {1, "Ann Abe", "32:08"}, {"10 km"}, {2, "Ben Abe", "33:08"}},
		"Women": {{"Pos", "Name", "Time"}, {1, "Cyd Abe", "36:08"}, {"10 km"}, {2, "Dan Abe", "37:08"}},
	})
	file, err := sheets.Open("x.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := file.Read(sheets.Options{Sheet: sheets.AllSheets})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range sheet.Entries {
		got[e.Name] = string(e.Sex)
	}
	if want := map[string]string{"Ann Abe": "M", "Ben Abe": "M", "Cyd Abe": "F", "Dan Abe": "F"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// If the column of times is empty, the time is calculated from start and
// finish.
func TestReckonsWhereTheTimeIsEmpty(t *testing.T) {
	t.Parallel()
	data := book(t, "h:mm:ss", map[string][][]any{"R": {
		{"Pos", "Name", "Start", "Finish", "Time"}, {1, "Ann Abe", 6. / 24, 6.5 / 24}, {2, "Ben Abe", 6. / 24, 6.75 / 24},
	}})
	file, err := sheets.Open("x.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := file.Read(sheets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := sheet.Entries[1].Time(); got != 45*60_000 || len(sheet.Entries[1].Warnings) == 0 {
		t.Errorf("got %s, %v", got, sheet.Entries[1].Warnings)
	}
}

// Reading a sheet returns its races.
func TestReadsEvents(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"lengths-as-events.csv":     "10 KM 10000, 21 21098, 5KM FUN RUN 5000, 42.2 42195",
		"lists-in-other-orders.csv": "10 km Results 10000, 21.1 km Results 21098, 5 km Fun Run 5000",
		"length-over-times.csv":     "length over times 10000",
		"names-above-names.csv":     "names above names 0",
	} {
		var got []string
		for _, event := range read(t, name).Events {
			got = append(got, fmt.Sprintf("%s %d", event.Name, event.Length))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %s, want %s", name, strings.Join(got, ", "), want)
		}
	}
}
