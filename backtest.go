package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
)

type backtestOptions struct {
	csv, distance string
	runners       int
	json          bool
}

const backtestHelp = `Predict what has been run already, and tell how far off each method would have
been: automatic ARIMA, the club model, and plain rules such as the last time
again. Every race is predicted from the same runner's results on earlier days, at
the same distance. What the methods share is learned from the runners with odd
ids; the races of those with even ids are scored, by the number of earlier
results: mean absolute error (MAE), that in per cent (MAPE), the median error, how
many per cent of so many times fell into the 80 and 95 % intervals, and how wide
the latter were and their interval score (Gneiting and Raftery 2007; less is
better).

The results are those in the database that DATABASE_URL names, and the report on
all distances is kept there for the page /admin/backtest and for the panels of
predictions; or with --csv those in a file, and nothing is kept. Its first line
names the columns, in any order, others are skipped; commas, semicolons or tabs
part them:

  runner_id     any text; a number at its end says whether it is odd
  date or year  2026-11-23, or the year alone, which counts as 1 July of it
  distance_km   what is no standard distance is left out
  net_minutes, gun_minutes or seconds
                the first that is there counts; without any the row is left out
  race          optional: else a race is a day and a distance
  sex           optional: F or M
  yob or age    optional: the year of birth, or the age on the day

NA and empty fields stand for what is unknown.

Exit status: 0, 2 when the input can't be used, 1 for all else.`

func backtestCommand() *cobra.Command {
	var opt backtestOptions
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Measure the predictions on what has been run",
		Long:  backtestHelp,
		Example: "  runnerdb backtest\n  runnerdb backtest --distance 10k --runners 2000\n" +
			"  runnerdb backtest --csv results.csv --json > report.json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opt.check(); err != nil {
				return inputError{err}
			}
			if opt.csv != "" {
				return opt.onFile(cmd)
			}
			return opt.onDatabase(cmd)
		},
	}
	cmd.Flags().StringVar(&opt.csv, "csv", "", "a file of results, instead of the database")
	cmd.Flags().IntVar(&opt.runners, "runners", 0, "score a sample of so many runners at each distance; 0 for all")
	cmd.Flags().StringVar(&opt.distance, "distance", "", "only this distance (default: all)")
	cmd.Flags().BoolVar(&opt.json, "json", false, "print one JSON object")
	return cmd
}

func (opt backtestOptions) check() error {
	if opt.runners < 0 {
		return fmt.Errorf("--runners %d: give a number from 0 (all)", opt.runners)
	}
	return checkDistance(opt.distance)
}

// onDatabase measures on the club's results and keeps the report, if it is on
// all distances.
func (opt backtestOptions) onDatabase(cmd *cobra.Command) (err error) {
	ctx := cmd.Context()
	db, err := openDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	revision, err := db.ResultsRevision(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	report, err := opt.measure(cmd, predictions.ClubHistories(ctx, db, opt.distance))
	if err != nil {
		return err
	}
	if opt.distance == "" {
		kept := queries.Backtest{Results: revision, RunAt: time.Now()}
		if err := predictions.Keep(ctx, db, report, kept); err != nil {
			return err
		}
	}
	return opt.print(cmd.OutOrStdout(), report, time.Since(start))
}

// onFile measures on the results in a file.
func (opt backtestOptions) onFile(cmd *cobra.Command) error {
	start := time.Now()
	sheet, err := readSheetFile(cmd.Context(), opt.csv)
	if err != nil {
		return err
	}
	report, err := opt.measure(cmd, opt.histories(sheet))
	if err != nil {
		return err
	}
	report.Sheet = &sheet.SheetCounts
	return opt.print(cmd.OutOrStdout(), report, time.Since(start))
}

func readSheetFile(ctx context.Context, name string) (*predictions.Sheet, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, inputError{fmt.Errorf("--csv: %w", err)}
	}
	defer func() { _ = file.Close() }()
	sheet, err := predictions.ReadSheet(ctx, interruptible{ctx, file})
	if err != nil && ctx.Err() == nil {
		return nil, inputError{fmt.Errorf("--csv %s: %w", name, err)}
	}
	return sheet, err
}

// histories are those of the sheet that were asked for.
func (opt backtestOptions) histories(sheet *predictions.Sheet) iter.Seq2[*predictions.History, error] {
	return func(yield func(*predictions.History, error) bool) {
		for _, h := range sheet.Histories {
			if (opt.distance == "" || opt.distance == h.Distance.Key) && !yield(h, nil) {
				return
			}
		}
	}
}

// measure runs the backtest, with a bar for each distance.
func (opt backtestOptions) measure(cmd *cobra.Command, histories iter.Seq2[*predictions.History, error]) (*predictions.Report, error) {
	finish := func() error { return nil }
	report, err := predictions.Backtest(cmd.Context(), histories, predictions.BacktestOptions{
		Runners: opt.runners,
		Started: func(distance club.Distance, races int) func() {
			_ = finish() // a bar that can't be drawn is no reason to stop
			bar := progress(cmd.ErrOrStderr(), races, distance.Name)
			finish = bar.Finish
			return inSteps(max(1, races/barSteps), func(n int) { _ = bar.Add(n) })
		},
	})
	_ = finish()
	if err == nil && len(report.Distances) == 0 {
		err = predictions.ErrNoRaces
	}
	return report, err
}

// barSteps is how often a bar is drawn: each time costs more than a race.
const barSteps = 200

// inSteps calls add once for every so many calls, from whichever goroutine.
func inSteps(step int, add func(n int)) func() {
	var calls atomic.Int64
	return func() {
		if calls.Add(1)%int64(step) == 0 {
			add(step)
		}
	}
}

func (opt backtestOptions) print(out io.Writer, report *predictions.Report, took time.Duration) error {
	if opt.json {
		return json.NewEncoder(out).Encode(report)
	}
	if err := printReport(out, report); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nMeasured in %v.\n", took.Round(100*time.Millisecond))
	return err
}
