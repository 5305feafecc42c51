package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"runnerdb/accounts"
	"runnerdb/predictions"
	"runnerdb/queries"
)

// Learn learns anew what predictions share, and measures how far off they are.
// It starts by itself when results have changed.
var Learn = queries.NewJob{Kind: "learn", Key: "learn", Title: "Learn from all results"}

// Rebuild derives anew what lists and searches are answered from.
var Rebuild = queries.NewJob{Kind: "rebuild", Key: "rebuild", Title: "Index all names anew"}

const (
	// learnRest is how many times as long as learning took there is then rest.
	learnRest = 10
	// learnAfterFailure is how long after learning failed it is tried again.
	learnAfterFailure = 10 * time.Minute
)

// HandleOwn teaches a worker what the program starts by itself, and the chores
// that start it. By the sealer, which may be nil, people who were erased are
// recognised.
func HandleOwn(w *Worker, sealer *accounts.Sealer, now func() time.Time) {
	w.Handle(Traces.Kind, lookForTraces(w, sealer))
	w.Chore(func(ctx context.Context) error { return startTraces(ctx, w.db, now()) })
	w.Handle(Learn.Kind, func(ctx context.Context, _ queries.Job, progress Progress) (string, error) {
		worked, err := predictions.Refresh(ctx, w.db, now, progress)
		if err != nil || worked {
			return "", err
		}
		return "Nothing has changed since the last time.", nil
	})
	w.Chore(func(ctx context.Context) error { return startLearning(ctx, w.db, now()) })
	w.Chore(func(ctx context.Context) error { return w.db.ForgetOld(ctx, now()) })
}

// HandleAsked teaches a worker what people wait for. By the sealer, which may be
// nil, imports know who was erased.
func HandleAsked(w *Worker, sealer *accounts.Sealer, now func() time.Time) {
	w.Handle(Rebuild.Kind, func(ctx context.Context, _ queries.Job, progress Progress) (string, error) {
		runners := 0
		err := w.db.Rebuild(ctx, func(done, total int) {
			runners = done
			progress(done, total)
		})
		return fmt.Sprintf("%d runners indexed.", runners), err
	})
	w.Handle(importKind, runImport(w.db, sealer, now))
}

// startLearning starts it when results have changed and it has rested.
func startLearning(ctx context.Context, db *queries.DB, now time.Time) error {
	stale, err := predictions.Stale(ctx, db, now)
	if err != nil || !stale {
		return err
	}
	last, err := db.LastJob(ctx, Learn.Kind)
	switch {
	case errors.Is(err, queries.ErrNotFound):
	case err != nil:
		return err
	case !last.Ended() || now.Sub(time.UnixMilli(last.FinishedAt)).Abs() < restAfter(last):
		return nil
	}
	if _, err := db.Enqueue(ctx, Learn, queries.Actor{}); !errors.Is(err, queries.ErrExists) {
		return err
	}
	return nil
}

func restAfter(last queries.Job) time.Duration {
	if last.State == queries.JobDone {
		return learnRest * last.Took()
	}
	return max(learnAfterFailure, learnRest*last.Took())
}
