package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"runnerdb/club"
	"runnerdb/predictions"
)

// printReport writes a report for a person.
func printReport(out io.Writer, report *predictions.Report) error {
	var b strings.Builder
	if s := report.Sheet; s != nil {
		fmt.Fprintf(&b, "%d rows; left out: %d without a time, %d at no standard distance. %d have only a year, which counts as 1 July.\n",
			s.Rows, s.NoTime, s.NoDistance, s.YearsOnly)
	}
	for _, d := range report.Distances {
		describeDistance(&b, d)
	}
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', tabwriter.AlignRight) // fits into 80 columns
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	return w.Flush()
}

// describeDistance writes what was found at a distance, in cells between tabs.
func describeDistance(b *strings.Builder, d predictions.DistanceReport) {
	fmt.Fprintf(b, "\n%s: %d results of %d runners in %d races; times: %d net, %d gun, %d not said\n",
		d.Name, d.Results, d.Runners, d.Races, d.Clocks.Net, d.Clocks.Gun, d.Clocks.Unnamed)
	if d.Predicted == 0 {
		b.WriteString("No runner with an even id has run twice: nothing to predict.\n")
		return
	}
	fmt.Fprintf(b, "%d races of %d runners with even ids predicted; what is shared comes from the odd ones.\n", d.Predicted, d.Scored)
	for _, bucket := range predictions.Buckets {
		describeRows(b, bucket, d.In(bucket.Key))
	}
	describeDifferences(b, d.Differences)
	for _, r := range d.Reliability {
		describeReliability(b, r)
	}
}

func describeRows(b *strings.Builder, bucket predictions.Bucket, rows []predictions.MethodScore) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s earlier results: %d races\n", bucket.Name, rows[0].Races)
	b.WriteString("\tMAE\tMAPE %\tmedian\t80 %\t95 %\tof\twidth\tscore\t\n")
	for _, row := range rows {
		fmt.Fprintf(b, "%-18s\t%s\t%.2f\t%s\t", methodName(row.Method, row.Interval), minutes(row.MAE), row.MAPE, minutes(row.Median))
		if l := row.Limits; l != nil {
			fmt.Fprintf(b, "%.1f\t%.1f\t%d\t%s\t%s\t", l.Cover80, l.Cover95, l.Races, minutes(l.Width95), minutes(l.Score95))
		}
		b.WriteString("\n")
	}
}

// described are the buckets whose differences a person reads; JSON has all.
var described = []string{"1-2", "3+", "5+"}

func describeDifferences(b *strings.Builder, differences []predictions.Difference) {
	if len(differences) == 0 {
		return
	}
	b.WriteString("\nThe club model's MAPE less that of the others, with 95 % intervals by a bootstrap over runners\n")
	b.WriteString("earlier\tagainst\tless\tfrom\tto\t\n")
	for _, d := range differences {
		if !slices.Contains(described, d.Earlier) {
			continue
		}
		fmt.Fprintf(b, "%-5s\t%-18s\t%+.3f\t%+.3f\t%+.3f\t\n", d.Earlier, methodName(d.Method, ""), d.MAPE, d.Low, d.High)
	}
}

func describeReliability(b *strings.Builder, r predictions.Reliability) {
	fmt.Fprintf(b, "\nChances to beat a goal by %s: what was said, and what came\n", methodName(r.Method, ""))
	b.WriteString("goals\tsaid\tcame\t\n")
	for _, d := range r.Deciles {
		if d.Goals > 0 {
			fmt.Fprintf(b, "%d\t%.1f %%\t%.1f %%\t\n", d.Goals, d.Stated, d.Reached)
		}
	}
}

func minutes(m float64) string { return club.FinishTimeOfMinutes(m).String() }

// methodName is what a table calls a method.
func methodName(method predictions.Method, interval string) string {
	name := map[predictions.Method]string{
		predictions.ARIMA:       "ARIMA",
		predictions.ClubModel:   "club model",
		predictions.LastTime:    "last time",
		predictions.MeanTime:    "mean of all",
		predictions.MeanOfThree: "mean of last three",
		predictions.Smoothing:   "smoothing",
		predictions.Chosen:      "best record so far",
	}[method]
	if method == predictions.ARIMA && interval != "" {
		name += ", " + interval
	}
	return name
}
