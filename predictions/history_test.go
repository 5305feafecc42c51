package predictions_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func readSheet(t *testing.T, text string) *predictions.Sheet {
	t.Helper()
	sheet, err := predictions.ReadSheet(t.Context(), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

func TestReadSheet(t *testing.T) {
	want := []predictions.Finish{
		{Runner: 0, Race: 0, Day: 12236, Age: 37.5, Minutes: 50}, // 2003-07-03
		{Runner: 1, Race: 0, Day: 12236, Age: math.NaN(), Minutes: 51.5},
		{Runner: 0, Race: 1, Day: 12965, Age: 39.5, Minutes: 48}, // 2005-07-01
	}
	texts := map[string]string{
		"comma": "runner_id,sex,age,date,year,distance_km,net_minutes,gun_minutes,seconds\n" +
			"A1,F,37,2003-07-03,NA,10,50,51,\nB 2,M,,2003-07-03,,10.0,NA,51.5,\nA1,F,39,,2005,10,,,2880\n" +
			"A1,F,39,,2006,10,NA,NA,\nA1,F,39,,2006,7,30,NA,\n",
		"semicolon, BOM, CRLF, other order": "\ufeffdistance_km;Date;YEAR;runner_id;sex;age;net_minutes;gun_minutes;seconds;remark\r\n" +
			"10;2003-07-03;;A1;female;37;50;51;;\"so; \"\"fast\"\"\"\r\n\r\n10;2003-07-03;;\"B 2\";x;999;;51.5;;\r\n10;;2005;A1;f;39;;;2880;\r\n" +
			"10;;2006;A1;f;39;;;;\r\n7;;2006;A1;f;39;30;;;\r\n",
		"tab": "runner_id\tage\tdate\tyear\tdistance_km\tnet_minutes\tgun_minutes\tseconds\n" +
			"A1\t37\t2003-07-03\tNA\t10\t50\t51\t\nB 2\t\t2003-07-03\t\t1e1\tNA\t51.5\t\nA1\t39\t\t2005\t10\t\t\t2880\n" +
			"A1\t39\t\t2006\t10\tNA\t\t\nA1\t39\t\t2006\t7\t30\tNA\t",
	}
	for name, text := range texts {
		sheet := readSheet(t, text)
		if len(sheet.Histories) != 1 || sheet.Histories[0].Distance.Key != "10k" {
			t.Fatalf("%s: got %+v", name, sheet)
		}
		h := sheet.Histories[0]
		if diff := cmp.Diff(want, h.Finishes, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got, want := h.Clocks, (predictions.Clocks{Net: 1, Gun: 1, Unnamed: 1}); got != want {
			t.Errorf("%s: clocks: got %+v, want %+v", name, got, want)
		}
		if got, want := sheet.SheetCounts, (predictions.SheetCounts{Rows: 5, NoTime: 1, NoDistance: 1, YearsOnly: 3}); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		if !h.Runners[0].Odd || h.Runners[1].Odd || len(h.Races) != 2 {
			t.Errorf("%s: got %+v, %+v", name, h.Runners, h.Races)
		}
	}
}

// The file is read unchanged.
func TestReadCherryBlossom(t *testing.T) {
	text, err := os.ReadFile("testdata/cherry-blossom.csv")
	if err != nil {
		t.Fatal(err)
	}
	sheet := readSheet(t, string(text))
	h := sheet.Histories[0]
	if h.Distance.Key != "10mi" || len(h.Finishes) != 165 || len(h.Runners) != 60 || len(h.Races) != 10 || h.Runners[0].Sex != club.Female {
		t.Errorf("got %+v", h)
	}
	// C00001 ran 100.13 min net in 2003; born 1966, so about 37.
	first := h.Finishes[slices.IndexFunc(h.Finishes, func(f predictions.Finish) bool { return f.Runner == 0 })]
	if math.Abs(first.Minutes-100.1333333) > 1e-9 || math.Abs(first.Age-37) > 0.01 {
		t.Errorf("got %+v", first)
	}
}

func TestRacesOfASheet(t *testing.T) {
	const rows = "A1,2003-07-03,%s,10,3000\nA2,2003-07-03,%s,10,3000\nA1,2004-07-03,%s,10,3000\n"
	tests := []struct {
		header string
		names  []any
		races  int
		series []int64
	}{
		{"note", []any{"x", "y", "z"}, 2, []int64{0, 0}},
		{"race", []any{"Harbour", "Hill", "Harbour"}, 3, []int64{1, 2, 1}},
		{"Event", []any{"Harbour", "Harbour", "NA"}, 2, []int64{1, 0}},
	}
	for _, test := range tests {
		h := readSheet(t, "runner_id,date,"+test.header+",distance_km,seconds\n"+fmt.Sprintf(rows, test.names...)).Histories[0]
		var series []int64
		for _, race := range h.Races {
			series = append(series, race.Series)
		}
		if len(h.Races) != test.races || !slices.Equal(series, test.series) {
			t.Errorf("%s: got %+v, want %d of series %v", test.header, h.Races, test.races, test.series)
		}
	}
}

func TestBadSheets(t *testing.T) {
	const header = "runner_id,date,distance_km,net_minutes,yob\n"
	many := header + strings.Repeat("A1,2003-07-03,10,fast,\n", 25)
	tests := []struct{ text, want string }{
		{"", "empty"},
		{"\n \n", "empty"},
		{header, "none has a time over a standard distance"},
		{header + "A1,2003-07-03,7,40,\n", "of its 1 rows none has a time"},
		{"runner_id,date\n", "line 1: no column distance_km; no column seconds, net_minutes or gun_minutes; name"},
		{"a,b\n", "no column date or year"},
		{header + ",2003-07-03,10,40,\n", "line 2: runner_id is missing"},
		{header + "A1,,10,40,\n", "line 2: neither a date nor a year"},
		{header + "\nA1,3/7/2003,10,40,\n", `line 3: date "3/7/2003": not a date; write it as 2026-11-23`},
		{header + "A1,1503-07-03,10,40,\n", "line 2: the year 1503"},
		{header + "A1,2003-07-03,,40,\n", `line 2: distance_km "" is no number`},
		{header + "A1,2003-07-03,-10,40,\n", `line 2: distance_km "-10": must be more than 0`},
		{"runner_id,year,distance_km,seconds\nA1,2003,10,-5\n", `line 2: seconds "-5": must be more than 0 and at most 1000:00:00`},
		{"\x1f\x8b\x08\x00\x00", "line 1: this is no text; unpack it, or save it as CSV in UTF-8"},
		{"r\x00u\x00n\x00\n", "line 1: this is no text"},
		{header + "A1,2003-07-03,10,\"40,5\",\n", `line 2: net_minutes "40,5" is no number; write it as 16.09`},
		{header + "A1,2003-07-03,10,0,\n", `line 2: net_minutes "0": must be more than 0`},
		{header + "A1,2003-07-03,10,1e309,\n", "line 2: net_minutes"},
		{header + "A1,2003-07-03,10,NaN,\n", "line 2: net_minutes"},
		{header + "A1,2003-07-03,10,0x10,\n", "line 2: net_minutes"},
		{header + "A1,2003-07-03,10,40,young\n", "line 2: yob"},
		{header + "A1,2003-07-03,10,40\n", "line 2: 4 fields, but the header has 5"},
		{header + "\"A1,2003-07-03,10,40,\n", "line 2: a quote is not closed"},
		{header + "\"A1\"x,2003-07-03,10,40,\n", "line 2: a quote is not closed, or there is text after a closing quote"},
		{header + "A1,2003-07-03,10,40,19\"70\n\nA2,2003-07-03,10,fast,\n", "line 2: a quote"},
		{header + "A1,2003-07-03,10,40,19\"70\n\nA2,2003-07-03,10,fast,\n", "line 4: net_minutes"},
		{header + "\"" + strings.Repeat("A1,2003-07-03,10,40,\n", 1<<16), "a line is longer than 65536 bytes"},
		{header + strings.Repeat("x", 1<<20), "a line is longer than 65536 bytes"},
		{many, "line 11: net_minutes"},
		{many, "and 15 more rows"},
	}
	for _, test := range tests {
		_, err := predictions.ReadSheet(t.Context(), strings.NewReader(test.text))
		if !errors.Is(err, predictions.ErrBadFile) || !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("%.60q: got %v, want %q", test.text, err, test.want)
		}
		if strings.Contains(fmt.Sprint(err), "line 12") {
			t.Errorf("more than ten errors: %v", err)
		}
	}
}

// A quoted field may hold the separator, quotes and line breaks.
func TestQuotedFields(t *testing.T) {
	h := readSheet(t, "\n \nrunner_id,year,distance_km,seconds,race\n\"A,1\",2003,10,3000,\"the \"\"Hill\"\"\nrun\"\n \nA2,2003,10,3000,x\n").Histories[0]
	if len(h.Runners) != 2 || len(h.Races) != 2 || len(h.Finishes) != 2 {
		t.Errorf("got %+v", h)
	}
}

// The order of the rows does not matter.
func TestShuffledRows(t *testing.T) {
	text, err := os.ReadFile("testdata/cherry-blossom.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	want := report(t, readSheet(t, string(text)))
	rand.New(rand.NewPCG(5, 6)).Shuffle(len(lines)-1, func(i, j int) { lines[i+1], lines[j+1] = lines[j+1], lines[i+1] })
	got := report(t, readSheet(t, strings.Join(lines, "\r\n")))
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Error(diff)
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add("runner_id,date,distance_km,net_minutes,yob\nA1,2003-07-03,10,40,1970\n")
	f.Add("\ufeffrunner_id;year;distance_km;seconds;sex;age;race\r\n\"a;\"\"b\";2003;10;2400;F;30;x\r\nb;2003;NA;;;;\r\n")
	f.Add("runner_id\tyear\tdistance_km\tgun_minutes\nx\t2003\t42.195\t1e2")
	f.Fuzz(func(t *testing.T, text string) {
		sheet, err := predictions.ReadSheet(t.Context(), strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, predictions.ErrBadFile) || sheet != nil {
				t.Fatalf("got %v, %v", sheet, err)
			}
			return
		}
		kept := 0
		for _, h := range sheet.Histories {
			kept += len(h.Finishes)
			for i, finish := range h.Finishes {
				if !(finish.Minutes > 0 && finish.Minutes <= 60_000) || finish.Age < 0 || finish.Age > 120 ||
					finish.Runner >= len(h.Runners) || finish.Race >= len(h.Races) || i > 0 && h.Finishes[i-1].Day > finish.Day {
					t.Errorf("got %+v", finish)
				}
			}
		}
		if kept != sheet.Rows-sheet.NoTime-sheet.NoDistance || kept == 0 {
			t.Errorf("%d kept of %+v", kept, sheet.SheetCounts)
		}
	})
}

func TestClubHistory(t *testing.T) {
	day := func(n int) club.Date { return club.Date{Year: 2020, Month: time.March, Day: 1}.AddDays(n) }
	finished := func(id, runner, race int64, net, gun club.FinishTime) club.Result {
		return club.Result{ID: id, RunnerID: runner, RaceID: race, Status: club.Finished, Net: net, Gun: gun, Counts: true}
	}
	batch := queries.Batch{
		Runners: []club.Runner{
			{ID: 1, Name: "Thandi Mokoena", Sex: club.Female, BirthDate: day(0).AddDays(-36525)},
			{ID: 2, Name: "Sipho Dube"},
		},
		Series: []club.Series{{ID: 4, Name: "Harbour Ten"}},
		Races: []club.Race{
			{ID: 1, SeriesID: 4, HeldOn: day(7), Length: 10_000},
			{ID: 2, SeriesID: 4, HeldOn: day(0), Length: 9_950},
			{ID: 3, SeriesID: 4, HeldOn: day(14), Length: 42_195},
		},
		Results: []club.Result{
			finished(1, 1, 1, 2_700_000, 2_710_000), finished(2, 2, 1, 0, 3_000_000), finished(3, 1, 2, 2_760_000, 0),
			finished(4, 2, 3, 12_000_000, 0),
		},
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, batch)
		var got []*predictions.History
		for h, err := range predictions.ClubHistories(t.Context(), db, "") {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, h)
		}
		if len(got) != 2 || got[0].Distance.Key != "10k" || got[1].Distance.Key != "42k" {
			t.Fatalf("got %v", got)
		}
		const first = 18322 // 2020-03-01
		want := []predictions.Finish{
			{Runner: 0, Race: 0, Day: first, Age: 36525 / 365.2425, Minutes: 46},
			{Runner: 0, Race: 1, Day: first + 7, Age: 36532 / 365.2425, Minutes: 45},
			{Runner: 1, Race: 1, Day: first + 7, Age: math.NaN(), Minutes: 50},
		}
		if diff := cmp.Diff(want, got[0].Finishes, cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]predictions.RaceDay{{ID: 2, Series: 4}, {ID: 1, Series: 4}}, got[0].Races); diff != "" {
			t.Error(diff)
		}
		if c := got[0].Clocks; c.Net != 2 || c.Gun != 1 || !got[0].Runners[0].Odd || got[0].Runners[1].Odd || got[0].Runners[0].Sex != club.Female {
			t.Errorf("got %+v, %+v", c, got[0].Runners)
		}
		for _, key := range []string{"42k", "5k", "marathon"} {
			n := 0
			for h, err := range predictions.ClubHistories(t.Context(), db, key) {
				if (err != nil) != (key == "marathon") || err == nil && h.Distance.Key != key {
					t.Errorf("%s: got %v, %v", key, h, err)
				}
				n++
			}
			if (n == 0) != (key == "5k") {
				t.Errorf("%s: got %d histories", key, n)
			}
		}
	})
}
