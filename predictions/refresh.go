package predictions

import (
	"context"
	"time"

	"runnerdb/queries"
)

// measuredRunners bounds the backtest that Refresh runs: so many runners at each
// distance say enough about the methods.
const measuredRunners = 500

// measureEvery is how long a backtest is good enough when results change
// often.
const measureEvery = time.Hour

// Refresh learns anew from results that have changed, and measures how far off
// predictions of them are. It reports whether there was anything to do. What it
// is in the middle of when the context ends is not kept.
func Refresh(ctx context.Context, db *queries.DB, now func() time.Time) (worked bool, err error) {
	revision, err := db.Revision(ctx)
	if err != nil {
		return false, err
	}
	learned, err := db.Learned(ctx)
	if err != nil {
		return false, err
	}
	if learned.Revision != revision {
		worked = true
		if err := Learn(ctx, db, now()); err != nil {
			return worked, err
		}
	}
	if learned.BacktestRevision == revision || now().Sub(time.UnixMilli(learned.BacktestAt)) < measureEvery {
		return worked, nil
	}
	report, err := Backtest(ctx, ClubHistories(ctx, db, ""), BacktestOptions{Runners: measuredRunners})
	if err != nil {
		return true, err
	}
	return true, Keep(ctx, db, report, queries.Backtest{Revision: revision, RunAt: now()})
}
