package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"runnerdb/queries"
)

// broke is what people read of an error that only the log explains.
const broke = "It broke, and the log says why. Starting it again may help."

const (
	// endTimeout bounds the last words on a job: the process may be stopping.
	endTimeout = 5 * time.Second
	// retryAfter is how long a job waits for a database that was not available;
	// after each further attempt twice as long.
	retryAfter = 5 * time.Second
)

// ending is a job with what came of it; cause is why it had to stop, if it had.
type ending struct {
	job         queries.Job
	lease       queries.Lease
	took        time.Duration
	result      string
	err, cause  error
	done, total int64
}

// end stores what came of a job. Where that fails, the lease runs out and the
// job is begun again.
func (w *Worker) end(ctx context.Context, e ending) {
	ctx, cancel := context.WithTimeout(ctx, endTimeout)
	defer cancel()
	about := []any{slog.Int64("job", e.job.ID), slog.String("kind", e.job.Kind), slog.Int("attempt", e.job.Attempts), slog.Duration("took", e.took)}
	var err error
	var problem ProblemError
	outcome := "failed"
	defer func() { w.observe(e.job.Kind, outcome, e.took) }()
	switch {
	case e.err == nil:
		outcome = "done"
		w.log.Info("job done", about...)
		err = w.db.FinishJob(ctx, e.lease, queries.JobDone, e.result, e.done, e.total)
	case errors.Is(e.cause, errCancelled):
		outcome = "cancelled"
		w.log.Info("job cancelled", about...)
		err = w.db.FinishJob(ctx, e.lease, queries.JobCancelled, "", e.done, e.total)
	case errors.Is(e.err, queries.ErrLeaseLost), errors.Is(e.cause, queries.ErrLeaseLost):
		outcome = "lost"
		w.log.Warn("job lost to another process", about...)
	case e.cause != nil:
		outcome = "let go"
		w.log.Info("job let go", about...)
		err = w.db.ReleaseJob(ctx, e.lease, 0, false)
	case errors.Is(e.err, queries.ErrUnavailable):
		outcome = "put off"
		w.log.Warn("job waits for the database", append(about, slog.Any("error", e.err))...)
		err = w.db.ReleaseJob(ctx, e.lease, retryAfter<<e.job.Attempts, true)
	case errors.As(e.err, &problem):
		outcome = "refused"
		w.log.Info("job refused", append(about, slog.Any("error", e.err))...)
		err = w.db.FinishJob(ctx, e.lease, queries.JobFailed, string(problem), e.done, e.total)
	default:
		w.log.Error("job failed", append(about, slog.Any("error", e.err))...)
		err = w.db.FinishJob(ctx, e.lease, queries.JobFailed, broke, e.done, e.total)
	}
	if err != nil {
		w.log.Error("job's end not stored", append(about, slog.Any("error", err))...)
	}
}
