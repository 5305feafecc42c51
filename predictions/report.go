package predictions

import (
	"context"
	"encoding/json"
	"fmt"

	"runnerdb/queries"
)

// Report is the outcome of a backtest. Times are in minutes, shares in per
// cent.
type Report struct {
	// Records has the distances with enough races to judge by.
	Records []Record `json:"records"`
	// Sheet describes the file that was read, if any.
	Sheet     *SheetCounts     `json:"file,omitempty"`
	Distances []DistanceReport `json:"distances"`
}

// Record holds the error of each method on the same races over a distance:
// those with few earlier results, or those with MinRaces or more.
type Record struct {
	Distance string `json:"distance"`
	// Earlier is the key of the bucket: Few or Many.
	Earlier string        `json:"earlier"`
	Races   int           `json:"n"`
	Methods []MethodError `json:"methods"`
}

// MethodError is the mean absolute error of a method.
type MethodError struct {
	Method Method  `json:"method"`
	MAE    float64 `json:"mae"`
	MAPE   float64 `json:"mape"`
}

// DistanceReport is the outcome of a backtest at one distance.
type DistanceReport struct {
	Key  string `json:"distance"`
	Name string `json:"name"`
	// Results, Runners and Races count what was read.
	Results int    `json:"results"`
	Runners int    `json:"runners"`
	Races   int    `json:"races"`
	Clocks  Clocks `json:"clocks"`
	// Scored counts the scored runners, and Predicted their predicted races.
	Scored      int           `json:"scored_runners"`
	Predicted   int           `json:"predicted_races"`
	Rows        []MethodScore `json:"rows"`
	Differences []Difference  `json:"differences"`
	Reliability []Reliability `json:"reliability"`
}

// MethodScore is the error of one method on the races with a number of earlier
// results.
type MethodScore struct {
	Method Method `json:"method"`
	// Interval tells how Limits were made: normal or calibrated.
	Interval string  `json:"interval,omitempty"`
	Earlier  string  `json:"earlier"`
	Races    int     `json:"n"`
	MAE      float64 `json:"mae"`
	MAPE     float64 `json:"mape"`
	Median   float64 `json:"median"` // of the absolute errors
	Limits   *Limits `json:"limits"` // nil if the method gives none
}

// Limits measures the intervals of a method, over the races for which it gave
// one.
type Limits struct {
	Races int `json:"n"`
	// Cover80 and Cover95 are the shares of times inside the intervals.
	Cover80 float64 `json:"cover80"`
	Cover95 float64 `json:"cover95"`
	// Width95 is the mean width of the 95 % interval, and Score95 its mean
	// interval score. Smaller is better.
	Width95 float64 `json:"width95"`
	Score95 float64 `json:"score95"`
}

// Difference is the mean absolute percentage error of the club model minus that
// of another method, on the same races. Negative values favour the club model.
// Low and High are 95 % limits by a bootstrap over runners.
type Difference struct {
	Method  Method  `json:"method"`
	Earlier string  `json:"earlier"`
	Races   int     `json:"n"`
	MAPE    float64 `json:"mape"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// Reliability compares the predicted probabilities of goals with how often they
// were reached, in ten classes of probability.
type Reliability struct {
	Method   Method     `json:"method"`
	Interval string     `json:"interval,omitempty"`
	Deciles  [10]Decile `json:"deciles"`
}

// Decile is a class of goals, with their mean predicted probability and the
// share that was reached.
type Decile struct {
	Goals   int     `json:"n"`
	Stated  float64 `json:"stated"`
	Reached float64 `json:"reached"`
}

// Bucket is a range of numbers of earlier results.
type Bucket struct {
	Key, Name   string
	least, most int
}

func (b Bucket) holds(earlier int) bool { return b.least <= earlier && earlier <= b.most }

const noEnd = 1 << 30

// Buckets lists the ranges by which races are scored.
var Buckets = []Bucket{
	{"all", "1 or more", 1, noEnd},
	{Few, "1 or 2", 1, MinRaces - 1},
	{"3-4", "3 or 4", 3, 4},
	{"5-9", "5 to 9", 5, 9},
	{"10+", "10 or more", 10, noEnd},
	{Many, "3 or more", MinRaces, noEnd},
	{"5+", "5 or more", 5, noEnd},
}

// The keys of the buckets of records. With few earlier results ARIMA can't
// predict yet.
const (
	Few  = "1-2"
	Many = "3+"
)

// In returns the scores of a bucket, one for each method.
func (d DistanceReport) In(bucket string) []MethodScore {
	var rows []MethodScore
	for _, row := range d.Rows {
		if row.Earlier == bucket {
			rows = append(rows, row)
		}
	}
	return rows
}

func (r *Report) add(d DistanceReport) {
	r.Distances = append(r.Distances, d)
	for _, earlier := range []string{Few, Many} {
		if record := d.record(earlier); record.Races >= leastRecord {
			r.Records = append(r.Records, record)
		}
	}
}

// record returns the record of a bucket, with each method once.
func (d DistanceReport) record(earlier string) Record {
	record := Record{Distance: d.Key, Earlier: earlier}
	for _, row := range d.In(earlier) {
		if row.Method == Chosen || row.Method == ARIMA && (earlier == Few || row.Interval == normalInterval) {
			continue
		}
		record.Races = row.Races
		record.Methods = append(record.Methods, MethodError{row.Method, row.MAE, row.MAPE})
	}
	return record
}

// Best returns the method with the least mean absolute percentage error. Ties
// go to the first in the order of the constants.
func (r Record) Best() Method {
	best := 0
	for i, m := range r.Methods {
		if m.MAPE < r.Methods[best].MAPE {
			best = i
		}
	}
	return r.Methods[best].Method
}

// Scores returns the errors by method.
func (r Record) Scores() map[Method]Score {
	scores := make(map[Method]Score, len(r.Methods))
	for _, m := range r.Methods {
		scores[m.Method] = Score{Races: r.Races, MAE: m.MAE, MAPE: m.MAPE}
	}
	return scores
}

// LastReport returns the newest stored report and when it was made. The error
// wraps queries.ErrNotFound if there is none.
func LastReport(ctx context.Context, db *queries.DB) (*Report, queries.Backtest, error) {
	kept, err := db.LastBacktest(ctx)
	if err != nil {
		return nil, kept, err
	}
	report := &Report{}
	if err := json.Unmarshal(kept.Report, report); err != nil {
		return nil, kept, fmt.Errorf("the last backtest: %w", err)
	}
	return report, kept, nil
}

// Keep stores a report on the results at a revision.
func Keep(ctx context.Context, db *queries.DB, report *Report, kept queries.Backtest) error {
	var err error
	if kept.Report, err = json.Marshal(report); err != nil {
		return err
	}
	return db.AddBacktest(ctx, kept)
}
