package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"runnerdb/predictions"
	"runnerdb/queries"
)

const (
	// refreshEvery is how soon after a change of results all of them are learned
	// from anew,
	refreshEvery = time.Minute
	// refreshRest is how many times as long as it took there is then rest.
	refreshRest = 10
)

// keepFresh keeps what is learned from all results up to date until ctx ends.
func keepFresh(ctx context.Context, db *queries.DB, log *slog.Logger) {
	for {
		start := time.Now()
		worked, err := refresh(ctx, db)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("not learned from the results", slog.Any("error", err))
		case worked:
			log.Info("learned from the results", slog.Duration("took", time.Since(start)))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(refreshEvery, refreshRest*time.Since(start))):
		}
	}
}

// refresh survives a panic: predictions go on without what would have been
// learned.
func refresh(ctx context.Context, db *queries.DB) (worked bool, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			worked, err = true, fmt.Errorf("panic: %v\n%s", broken, debug.Stack())
		}
	}()
	return predictions.Refresh(ctx, db, time.Now)
}
