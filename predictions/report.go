package predictions

import (
	"context"
	"encoding/json"
	"fmt"

	"runnerdb/queries"
)

// Report is what a backtest has found. Its times are in minutes, its shares in
// per cent.
type Report struct {
	// Records are those of the distances with races enough to judge by.
	Records []Record `json:"records"`
	// Sheet says what was read, where that was a file.
	Sheet     *SheetCounts     `json:"file,omitempty"`
	Distances []DistanceReport `json:"distances"`
}

// Record is how far off each method was on the races over a distance whose
// runners had few earlier results, or MinRaces or more: on the same races.
type Record struct {
	Distance string `json:"distance"`
	// Earlier is the key of the bucket, Few or Many.
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

// DistanceReport is what a backtest has found at one distance.
type DistanceReport struct {
	Key  string `json:"distance"`
	Name string `json:"name"`
	// Results of so many runners in so many races were read.
	Results int    `json:"results"`
	Runners int    `json:"runners"`
	Races   int    `json:"races"`
	Clocks  Clocks `json:"clocks"`
	// Scored runners had so many races predicted.
	Scored      int           `json:"scored_runners"`
	Predicted   int           `json:"predicted_races"`
	Rows        []MethodScore `json:"rows"`
	Differences []Difference  `json:"differences"`
	Reliability []Reliability `json:"reliability"`
}

// MethodScore is how far off one method was on the races with so many earlier results.
type MethodScore struct {
	Method Method `json:"method"`
	// Interval tells how Limits were made: normal or calibrated.
	Interval string  `json:"interval,omitempty"`
	Earlier  string  `json:"earlier"`
	Races    int     `json:"n"`
	MAE      float64 `json:"mae"`
	MAPE     float64 `json:"mape"`
	Median   float64 `json:"median"` // of the absolute errors
	Limits   *Limits `json:"limits"` // nil where the method gives none
}

// Limits are how good the intervals of a method were, over the races that it
// gave one for.
type Limits struct {
	Races int `json:"n"`
	// Cover80 and Cover95 are how many of the times fell inside.
	Cover80 float64 `json:"cover80"`
	Cover95 float64 `json:"cover95"`
	// Width95 is the mean width of the 95 % interval, and Score95 its mean
	// interval score: less is better.
	Width95 float64 `json:"width95"`
	Score95 float64 `json:"score95"`
}

// Difference is the mean absolute percentage error of the club model less that
// of another method, on the same races: below 0 the club model is better.
// Low and High are the limits of 95 % by a bootstrap over runners.
type Difference struct {
	Method  Method  `json:"method"`
	Earlier string  `json:"earlier"`
	Races   int     `json:"n"`
	MAPE    float64 `json:"mape"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// Reliability compares the chances that a method gave to goals with how often
// they were reached, in ten classes of the stated chance.
type Reliability struct {
	Method   Method     `json:"method"`
	Interval string     `json:"interval,omitempty"`
	Deciles  [10]Decile `json:"deciles"`
}

// Decile holds so many goals with a mean stated chance and the share of them
// that was reached.
type Decile struct {
	Goals   int     `json:"n"`
	Stated  float64 `json:"stated"`
	Reached float64 `json:"reached"`
}

// Bucket is a number of earlier results.
type Bucket struct {
	Key, Name   string
	least, most int
}

func (b Bucket) holds(earlier int) bool { return b.least <= earlier && earlier <= b.most }

const noEnd = 1 << 30

// Buckets are the numbers of earlier results that races are scored by.
var Buckets = []Bucket{
	{"all", "1 or more", 1, noEnd},
	{Few, "1 or 2", 1, MinRaces - 1},
	{"3-4", "3 or 4", 3, 4},
	{"5-9", "5 to 9", 5, 9},
	{"10+", "10 or more", 10, noEnd},
	{Many, "3 or more", MinRaces, noEnd},
	{"5+", "5 or more", 5, noEnd},
}

// The keys of the buckets that records are kept of: with few earlier results
// ARIMA says nothing yet.
const (
	Few  = "1-2"
	Many = "3+"
)

// In are the rows of a bucket, one for each method.
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

// record is that of one bucket, with each method once.
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

// Best is the method with the least mean absolute percentage error; of equal
// ones the first in the order of the constants.
func (r Record) Best() Method {
	best := 0
	for i, m := range r.Methods {
		if m.MAPE < r.Methods[best].MAPE {
			best = i
		}
	}
	return r.Methods[best].Method
}

// Scores are the errors by method.
func (r Record) Scores() map[Method]Score {
	scores := make(map[Method]Score, len(r.Methods))
	for _, m := range r.Methods {
		scores[m.Method] = Score{Races: r.Races, MAE: m.MAE, MAPE: m.MAPE}
	}
	return scores
}

// LastReport is the newest report that is kept, with when it was made:
// queries.ErrNotFound where there is none.
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

// Keep keeps a report made of the results at a revision.
func Keep(ctx context.Context, db *queries.DB, report *Report, kept queries.Backtest) error {
	var err error
	if kept.Report, err = json.Marshal(report); err != nil {
		return err
	}
	return db.AddBacktest(ctx, kept)
}
