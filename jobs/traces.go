package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"runnerdb/accounts"
	"runnerdb/queries"
)

// Traces looks in all tables for what is left of people who were erased. It
// starts by itself once a week, and after an erasure.
var Traces = queries.NewJob{Kind: "traces", Key: "traces", Title: "Look for traces of erased people"}

// tracesEvery is how often it starts.
const tracesEvery = 7 * 24 * time.Hour

// NoTraces is what the job says when it has found none.
const NoTraces = "No traces of erased people."

// lookForTraces finds traces and reports how many there are, and where. It
// cleans nothing: an owner erases the person again.
func lookForTraces(w *Worker, sealer *accounts.Sealer) Func {
	return func(ctx context.Context, _ queries.Job, _ Progress) (string, error) {
		if err := w.db.LinkAuditLog(ctx); err != nil {
			return "", err
		}
		left, err := w.db.ErasedTraces(ctx)
		if err != nil {
			return "", err
		}
		var found []string
		for _, traces := range left {
			w.log.Warn("traces of an erased runner", slog.Int64("runner", traces.RunnerID), slog.Any("places", traces.Places))
			found = append(found, fmt.Sprintf("Runner %d (%s): open the record and choose Erase again.", traces.RunnerID, traces.Words()))
		}
		names, err := w.db.ErasedNames(ctx, sealer)
		switch {
		case errors.Is(err, queries.ErrSuppressionSealed):
			w.log.Error("names of erased people not looked for", slog.Any("error", err))
			found = append(found, "Names could not be compared: SESSION_KEYS doesn't hold the key of the list of erased people.")
		case err != nil:
			return "", err
		case len(names.Places) > 0:
			w.log.Warn("names of erased people", slog.Any("places", names.Places))
			words := queries.Traces{Places: names.Places}.Words()
			found = append(found, "Names of erased people without their number ("+words+"): look for them in the audit log.")
		}
		if len(found) == 0 {
			found = append(found, NoTraces)
		}
		if n := len(names.Namesakes); n > 0 {
			found = append(found, fmt.Sprintf("Runners with the name of somebody who was erased, who may be namesakes or want to be back: %d.", n))
		}
		return strings.Join(found, " "), nil
	}
}

// startTraces starts the search when the last one was a week ago.
func startTraces(ctx context.Context, db *queries.DB, now time.Time) error {
	last, err := db.LastJob(ctx, Traces.Kind)
	switch {
	case errors.Is(err, queries.ErrNotFound):
	case err != nil:
		return err
	case !last.Ended() || now.Sub(time.UnixMilli(last.FinishedAt)).Abs() < tracesEvery:
		return nil
	}
	if _, err := db.Enqueue(ctx, Traces, queries.Actor{}); !errors.Is(err, queries.ErrExists) {
		return err
	}
	return nil
}
