package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// loadRegulars stores runners with yearly races over 10 km.
func loadRegulars(t *testing.T, db *queries.DB, runners, races int) {
	t.Helper()
	batch := queries.Batch{Series: []club.Series{{ID: 1, Name: "Harbour Ten"}}}
	for race := range races {
		batch.Races = append(batch.Races, club.Race{
			ID: int64(race + 1), SeriesID: 1, HeldOn: club.Date{Year: 2010 + race, Month: time.March, Day: 1}, Length: 10_000,
		})
	}
	for runner := range runners {
		batch.Runners = append(batch.Runners, club.Runner{ID: int64(runner + 1), Name: fmt.Sprint("Runner ", runner)})
		for race := range races {
			minutes := 50 + 2*math.Sin(float64(7*runner+3*race)) + float64(runner%10)
			batch.Results = append(batch.Results, club.Result{
				ID: int64(runner*races + race + 1), RunnerID: int64(runner + 1), RaceID: int64(race + 1),
				Status: club.Finished, Net: club.FinishTimeOfMinutes(minutes), Counts: true,
			})
		}
	}
	querytest.Load(t, db, batch)
}

func TestBacktest(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			status, _, errOut := runOn(t, location, "", "backtest")
			if status != 1 || !strings.Contains(errOut, "no finished race") || len(querytest.Stored(t, location)["backtests"]) != 0 {
				t.Errorf("without results: got %d, %s", status, errOut)
			}
			loadRegulars(t, db, 20, 8)
			revision, err := db.ResultsRevision(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			status, out, errOut := runOn(t, location, "", "backtest")
			if status != 0 || errOut != "" {
				t.Fatalf("got %d, %s", status, errOut)
			}
			for _, want := range []string{
				"10 km: 160 results of 20 runners in 8 races", "70 races of 10 runners with even ids", "ARIMA, normal", "3 or 4 earlier results: 20 races",
			} {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
			for line := range strings.Lines(out) {
				if width := utf8.RuneCountInString(strings.TrimRight(line, "\n")); width > 80 && strings.Contains(line, "  ") {
					t.Errorf("%d columns: %s", width, line)
				}
			}
			report, kept, err := predictions.LastReport(t.Context(), db)
			if err != nil || kept.Results != revision || report.Distances[0].Predicted != 70 || time.Since(kept.RunAt) > time.Hour {
				t.Errorf("got %+v, %+v, %v", report, kept, err)
			}
		})
	}
}

func TestBacktestJSON(t *testing.T) {
	location := querytest.Location(t, querytest.SQLite)
	loadRegulars(t, querytest.Open(t, location), 20, 8)
	status, out, errOut := runOn(t, location, "", "backtest", "--json", "--runners", "4", "--distance", "10k")
	if status != 0 || strings.Count(out, "\n") != 1 {
		t.Fatalf("got %d, %s%s", status, out, errOut)
	}
	if kept := querytest.Stored(t, location)["backtests"]; len(kept) != 0 {
		t.Error("a report on one distance stands for all of them")
	}
	var got struct {
		Distances []struct {
			Distance  string
			Scored    int `json:"scored_runners"`
			Predicted int `json:"predicted_races"`
			Clocks    struct{ Net, Gun int }
			Rows      []struct {
				Method, Interval, Earlier string
				N                         int
				MAE, MAPE, Median         *float64
				Limits                    *struct {
					N                                  int
					Cover80, Cover95, Width95, Score95 *float64
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	d := got.Distances[0]
	if d.Distance != "10k" || d.Scored != 4 || d.Predicted != 28 || d.Clocks.Net != 160 || d.Clocks.Gun != 0 {
		t.Errorf("got %+v", d)
	}
	for _, row := range d.Rows {
		if row.Method == "" || row.Earlier == "" || row.N == 0 || row.MAE == nil || row.MAPE == nil || row.Median == nil ||
			row.Method == "arima" && (row.Limits == nil || row.Interval == "" || row.Limits.N == 0 || row.Limits.Score95 == nil || row.Limits.Cover80 == nil) {
			t.Errorf("got %+v", row)
		}
	}
}

func TestBacktestOfAFile(t *testing.T) {
	location := querytest.Location(t, querytest.SQLite)
	file, err := filepath.Abs("predictions/testdata/cherry-blossom.csv")
	if err != nil {
		t.Fatal(err)
	}
	status, out, errOut := runOn(t, location, "", "backtest", "--csv", file)
	if status != 0 || !strings.Contains(out, "165 rows") || !strings.Contains(out, "10 miles: 165 results of 60 runners in 10 races; times:") {
		t.Errorf("got %d, %s%s", status, out, errOut)
	}
	if kept := querytest.Stored(t, location)["backtests"]; len(kept) != 0 {
		t.Errorf("kept %d reports of a file", len(kept))
	}
}

func TestBacktestSaysWhatIsWrong(t *testing.T) {
	location := querytest.Location(t, querytest.SQLite)
	bad := filepath.Join(t.TempDir(), "bad.csv")
	if err := os.WriteFile(bad, []byte("runner_id,year,distance_km,seconds\n1,2003,10,fast\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--csv", bad}, 2, `line 2: seconds "fast" is no number`},
		{[]string{"--csv", bad + "x"}, 2, "no such file"},
		{[]string{"--csv", t.TempDir()}, 2, "directory"},
		{[]string{"--distance", "marathon"}, 2, "no distance that we know; there are 5k"},
		{[]string{"--runners", "-1"}, 2, "--runners -1"},
		{[]string{"all"}, 1, `unknown command "all"`},
	}
	for _, test := range tests {
		status, out, errOut := runOn(t, location, "", append([]string{"backtest"}, test.args...)...)
		if status != test.status || !strings.Contains(errOut, test.want) || out != "" {
			t.Errorf("%v: got %d, %s%s; want %d, %s", test.args, status, out, errOut, test.status, test.want)
		}
	}
	if status, out, _ := runOn(t, location, "", "backtest", "--help"); status != 0 || !strings.Contains(out, "Usage:") {
		t.Errorf("got %d, %s", status, out)
	}
}

// Ctrl-C ends it, even while it waits for the file.
func TestBacktestIsInterrupted(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "results.csv")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, nil, "backtest", "--csv", pipe)
	var errOut strings.Builder
	cmd.Stderr = &errOut
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer, err := os.OpenFile(pipe, os.O_WRONLY, 0) // returns when the program reads
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = writer.Close() }()
	if _, err := writer.WriteString("runner_id,year,distance_km,seconds\n1,2003,10,2400\n"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(errOut.String(), "interrupted") {
		t.Errorf("got %v, %s", err, errOut.String())
	}
}
