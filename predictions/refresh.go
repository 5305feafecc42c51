package predictions

import (
	"context"
	"time"

	"runnerdb/queries"
)

// measuredRunners limits the backtest that Refresh runs: this many runners at
// each distance are enough to compare the methods.
const measuredRunners = 500

// measureEvery is how long a backtest stays good enough while results keep
// changing.
const measureEvery = time.Hour

// Stale reports whether Refresh has anything to do.
func Stale(ctx context.Context, db *queries.DB, now time.Time) (bool, error) {
	revision, learned, err := lastLearned(ctx, db)
	return learned.Results != revision || needsMeasuring(learned, revision, now), err
}

// Refresh learns from results that have changed and measures the errors of
// predictions from them. It reports whether there was anything to do. progress,
// which may be nil, is called after the first of the two steps. A step that is
// under way when the context ends is not stored.
func Refresh(ctx context.Context, db *queries.DB, now func() time.Time, progress func(done, total int)) (worked bool, err error) {
	const steps = 2
	revision, learned, err := lastLearned(ctx, db)
	if err != nil {
		return false, err
	}
	if learned.Results != revision {
		worked = true
		if err := Learn(ctx, db, now()); err != nil {
			return worked, err
		}
	}
	if progress != nil {
		progress(1, steps)
	}
	if !needsMeasuring(learned, revision, now()) {
		return worked, nil
	}
	report, err := Backtest(ctx, ClubHistories(ctx, db, ""), BacktestOptions{Runners: measuredRunners})
	if err != nil {
		return true, err
	}
	return true, Keep(ctx, db, report, queries.Backtest{Results: revision, RunAt: now()})
}

func lastLearned(ctx context.Context, db *queries.DB) (revision queries.Revision, learned queries.Learned, err error) {
	if revision, err = db.ResultsRevision(ctx); err != nil {
		return queries.Revision{}, queries.Learned{}, err
	}
	learned, err = db.Learned(ctx)
	return revision, learned, err
}

func needsMeasuring(learned queries.Learned, revision queries.Revision, now time.Time) bool {
	return learned.BacktestResults != revision && now.Sub(time.UnixMilli(learned.BacktestAt)).Abs() >= measureEvery
}
