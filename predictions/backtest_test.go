package predictions_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func histories(sheet *predictions.Sheet) iter.Seq2[*predictions.History, error] {
	return func(yield func(*predictions.History, error) bool) {
		for _, h := range sheet.Histories {
			if !yield(h, nil) {
				return
			}
		}
	}
}

func report(t *testing.T, sheet *predictions.Sheet) *predictions.Report {
	t.Helper()
	r, err := predictions.Backtest(t.Context(), histories(sheet), predictions.BacktestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// row finds a row, or fails.
func row(t *testing.T, d predictions.DistanceReport, method predictions.Method, interval, bucket string) predictions.MethodScore {
	t.Helper()
	rows := d.In(bucket)
	i := slices.IndexFunc(rows, func(r predictions.MethodScore) bool { return r.Method == method && r.Interval == interval })
	if i < 0 {
		t.Fatalf("no %s %s in %s: %+v", method, interval, bucket, rows)
	}
	return rows[i]
}

const header = "runner_id,date,distance_km,net_minutes\n"

// Calculated by hand: runner 2 ran 100, 110 and 99 minutes, and on one day 121
// and 121, both predicted from the three before. Runner 1 is odd, and runner 4
// has run on one day only.
func TestNaiveMethodsByHand(t *testing.T) {
	d := report(t, readSheet(t, header+
		"1,2001-01-01,15,90\n1,2002-01-01,15,80\n4,2001-01-01,15,95\n4,2001-01-01,15,96\n"+
		"2,2001-01-01,15,100\n2,2002-01-01,15,110\n2,2003-01-01,15,99\n2,2004-01-01,15,121\n2,2004-01-01,15,121\n")).Distances[0]
	if d.Results != 9 || d.Runners != 3 || d.Scored != 1 || d.Predicted != 4 {
		t.Errorf("got %+v", d)
	}
	tests := []struct {
		method predictions.Method
		bucket string
		misses []float64
	}{
		{predictions.LastTime, "1-2", []float64{10, 11}},
		{predictions.MeanTime, "1-2", []float64{10, 6}},
		{predictions.MeanOfThree, "1-2", []float64{10, 6}},
		{predictions.Smoothing, "1-2", []float64{10, 6}},
		{predictions.LastTime, "3-4", []float64{22, 22}},
		{predictions.MeanTime, "3+", []float64{18, 18}},
		{predictions.Smoothing, "3+", []float64{19, 19}}, // 105 and 99 make 102
		{predictions.LastTime, "all", []float64{10, 11, 22, 22}},
	}
	actual := map[string][]float64{"1-2": {110, 99}, "3-4": {121, 121}, "3+": {121, 121}, "all": {110, 99, 121, 121}}
	for _, test := range tests {
		got := row(t, d, test.method, "", test.bucket)
		var mae, mape float64
		for i, miss := range test.misses {
			mae += miss / float64(len(test.misses))
			mape += 100 * miss / actual[test.bucket][i] / float64(len(test.misses))
		}
		slices.Sort(test.misses)
		n := len(test.misses)
		median := (test.misses[n/2] + test.misses[(n-1)/2]) / 2
		if got.Races != n || math.Abs(got.MAE-mae) > 1e-5 || math.Abs(got.MAPE-mape) > 1e-5 || math.Abs(got.Median-median) > 1e-5 {
			t.Errorf("%s %s: got %+v, want %v, %v, %v", test.method, test.bucket, got, mae, mape, median)
		}
		if got.Limits != nil {
			t.Errorf("%s has limits", test.method)
		}
	}
	if len(d.In("5+")) != 0 || len(d.In("10+")) != 0 {
		t.Error("rows without races")
	}
}

// From one time, or equal ones, ARIMA predicts that time, without limits. From
// two different times it predicts their mean, within 1.96 times their standard
// deviation (R's automatic choice does the same).
func TestARIMAOnVeryShortSeries(t *testing.T) {
	d := report(t, readSheet(t, header+
		"2,2001-01-01,15,100\n2,2002-01-01,15,110\n2,2003-01-01,15,99\n"+
		"4,2001-01-01,15,100\n4,2002-01-01,15,100\n4,2003-01-01,15,101\n")).Distances[0]
	got := row(t, d, predictions.ARIMA, "normal", "1-2")
	width := 2 * 1.959964 * math.Sqrt(50)
	if got.Races != 4 || math.Abs(got.MAE-(10+6+0+1)/4.0) > 1e-5 || got.Limits == nil ||
		got.Limits.Races != 1 || math.Abs(got.Limits.Width95-width) > 1e-3 || math.Abs(got.Limits.Score95-width) > 1e-3 {
		t.Errorf("got %+v, %+v", got, got.Limits)
	}
	if calibrated := row(t, d, predictions.ARIMA, "calibrated", "1-2"); calibrated.MAE != got.MAE || calibrated.Limits.Width95 < width {
		t.Errorf("got %+v, %+v", calibrated, calibrated.Limits)
	}
}

// wandering makes up a club: n runners, each with a number of yearly races
// about their own level.
func wandering(n, races int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 0))
	var b strings.Builder
	b.WriteString("runner_id,date,distance_km,net_minutes,sex,yob\n")
	for id := 1; id <= n; id++ {
		level := 60 * math.Exp(0.15*r.NormFloat64())
		for year := range races {
			level *= math.Exp(0.03 * r.NormFloat64())
			fmt.Fprintf(&b, "R%03d,%d-05-01,10,%.4f,%s,1975\n", id, 2001+year, level*math.Exp(0.02*r.NormFloat64()), []string{"F", "M"}[id%2])
		}
	}
	return b.String()
}

// clubReport is a report on sixty runners with eight races each.
var clubReport = sync.OnceValues(func() (*predictions.Report, error) {
	sheet, err := predictions.ReadSheet(context.Background(), strings.NewReader(wandering(60, 8, 1)))
	if err != nil {
		return nil, err
	}
	return predictions.Backtest(context.Background(), histories(sheet), predictions.BacktestOptions{})
})

func TestTheReportIsWhole(t *testing.T) {
	r, err := clubReport()
	if err != nil {
		t.Fatal(err)
	}
	d := r.Distances[0]
	if d.Scored != 30 || d.Predicted != 210 || d.Clocks.Net != 480 {
		t.Errorf("got %+v", d)
	}
	for _, bucket := range predictions.Buckets {
		rows := d.In(bucket.Key)
		if bucket.Key == "10+" {
			if len(rows) != 0 {
				t.Errorf("%s: got %+v", bucket.Key, rows)
			}
			continue
		}
		for _, row := range rows {
			if row.Races != rows[0].Races || !(row.MAE > 0) || !(row.MAPE > 0) || !(row.Median > 0) {
				t.Errorf("%s: got %+v", bucket.Key, row)
			}
			if l := row.Limits; l != nil && (l.Score95 < l.Width95 || l.Cover95 < l.Cover80 || l.Cover95 > 100 || l.Races > row.Races) {
				t.Errorf("%s: got %+v", bucket.Key, l)
			}
		}
	}
	for _, reliability := range d.Reliability {
		goals := 0
		for i, decile := range reliability.Deciles {
			goals += decile.Goals
			if decile.Goals > 0 && (decile.Stated < float64(10*i)-1e-4 || decile.Stated > float64(10*i+10)+1e-4 || decile.Reached > 100) {
				t.Errorf("got %+v in decile %d", decile, i)
			}
		}
		if goals%7 != 0 || goals == 0 {
			t.Errorf("%s: %d goals", reliability.Method, goals)
		}
	}
	few, record := r.Records[0], r.Records[1]
	if few.Distance != "10k" || few.Earlier != "1-2" || few.Races != 60 || few.Scores()[predictions.ARIMA].Races != 0 ||
		few.Scores()[predictions.LastTime].MAPE != d.In("1-2")[3].MAPE {
		t.Errorf("got %+v", few)
	}
	if record.Distance != "10k" || record.Earlier != "3+" || record.Races != 150 || record.Scores()[predictions.ARIMA].Races != 150 || record.Scores()[record.Best()].MAPE != record.Methods[bestOf(record)].MAPE {
		t.Errorf("got %+v", record)
	}
}

func bestOf(record predictions.Record) int {
	best := 0
	for i, m := range record.Methods {
		if m.MAPE < record.Methods[best].MAPE {
			best = i
		}
	}
	return best
}

func TestASampleOfRunners(t *testing.T) {
	sheet := readSheet(t, wandering(40, 4, 1))
	measure := func() predictions.DistanceReport {
		r, err := predictions.Backtest(t.Context(), histories(sheet), predictions.BacktestOptions{Runners: 10})
		if err != nil {
			t.Fatal(err)
		}
		return r.Distances[0]
	}
	got := measure()
	if got.Scored != 10 || got.Predicted != 30 || got.Runners != 40 {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff(got, measure()); diff != "" {
		t.Error(diff)
	}
}

// A cancelled backtest stops, and says so.
func TestACancelledBacktestStops(t *testing.T) {
	sheet := readSheet(t, wandering(40, 8, 1))
	ctx, cancel := context.WithCancel(t.Context())
	var predicted atomic.Int64
	_, err := predictions.Backtest(ctx, histories(sheet), predictions.BacktestOptions{
		Started: func(distance club.Distance, races int) func() {
			if distance.Key != "10k" || races != 140 {
				t.Errorf("got %s, %d races", distance.Key, races)
			}
			return func() {
				if predicted.Add(1) == 10 {
					cancel()
				}
			}
		},
	})
	if !errors.Is(err, context.Canceled) || predicted.Load() > 10+64 {
		t.Errorf("got %v after %d races", err, predicted.Load())
	}
	if _, err := predictions.ReadSheet(ctx, strings.NewReader(wandering(1000, 8, 1))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReportsAreKept(t *testing.T) {
	want, err := clubReport()
	if err != nil {
		t.Fatal(err)
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		if _, _, err := predictions.LastReport(t.Context(), db); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		at := time.Unix(1_700_000_000, 0).UTC()
		if err := predictions.Keep(t.Context(), db, want, queries.Backtest{Results: queries.Revision{Number: 3}, RunAt: at}); err != nil {
			t.Fatal(err)
		}
		got, kept, err := predictions.LastReport(t.Context(), db)
		if err != nil || !kept.RunAt.Equal(at) || kept.Results.Number != 3 {
			t.Errorf("got %+v, %v", kept, err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}
