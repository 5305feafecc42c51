// Package jobs does the work that takes longer than a request may: the club's
// model is learned, indexes are built, sheets are imported.
//
// Jobs lie in the database (queries/jobs.go). Each process has two workers, one
// for what people ask for and one for what the program starts by itself, so that
// nobody waits for that. A worker takes the oldest job of its kinds that waits, renews its lease while it works, and
// lets go of it when the process has to stop. A job whose process died is begun
// again when its lease has run out, so whatever a job does it must be able to
// do twice; what it writes in transactions under its context is never mixed
// with what the next holder writes.
package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"runnerdb/queries"
)

// Progress is told how much of a job is done, of how much in all; 0 where that
// is not known.
type Progress func(done, total int)

// Func does a job and says in words what came of it. It stops soon after ctx
// ends. Its error is logged, and shown only when it is a ProblemError.
type Func func(ctx context.Context, job queries.Job, progress Progress) (result string, err error)

// ProblemError is shown to who asked for the job: what is wrong,
// and what to do.
type ProblemError string

func (p ProblemError) Error() string { return string(p) }

// Rhythm is how often a worker does what.
type Rhythm struct {
	// Poll is how often an idle worker looks for a job.
	Poll time.Duration
	// Beat is how often it tells how far it is, and learns that it should stop.
	Beat time.Duration
	// Lease is how long after the last beat another process takes over.
	Lease time.Duration
	// Chores is how often it looks what is due.
	Chores time.Duration
}

// DefaultRhythm is that of a server.
var DefaultRhythm = Rhythm{Poll: time.Second, Beat: time.Second, Lease: 30 * time.Second, Chores: time.Minute}

// silence is after how long without a beat a job's process is thought to have
// died.
const silence = 10 * time.Second

// LeftWhenInterrupted is what is left of the lease of a job then, at most.
var LeftWhenInterrupted = DefaultRhythm.Lease - silence

// Interrupted reports whether the process that worked on a job seems to have
// died. The job is begun again when the lease has run out, or sooner when
// somebody says so.
func Interrupted(job queries.Job) bool {
	return job.State == queries.JobRunning && job.LeaseLeft < LeftWhenInterrupted.Milliseconds()
}

// Worker does one job after the other.
type Worker struct {
	db     *queries.DB
	log    *slog.Logger
	rhythm Rhythm
	holder string
	funcs  map[string]Func
	chores []func(context.Context) error
	// observe is told of each job that this worker has worked on.
	observe func(kind, outcome string, took time.Duration)
}

// New makes a worker without anything to do.
func New(db *queries.DB, log *slog.Logger, rhythm Rhythm) *Worker {
	return &Worker{db: db, log: log, rhythm: rhythm, holder: rand.Text(), funcs: map[string]Func{}, observe: func(string, string, time.Duration) {}}
}

// Group is workers side by side.
type Group []*Worker

// Run lets all of them work until ctx ends.
func (g Group) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, w := range g {
		all.Go(func() { w.Run(ctx) })
	}
	all.Wait()
}

// Handle says how jobs of a kind are done. Call it before Run.
func (w *Worker) Handle(kind string, do Func) { w.funcs[kind] = do }

// Chore is done now and then, in between jobs. Call it before Run.
func (w *Worker) Chore(do func(context.Context) error) { w.chores = append(w.chores, do) }

// Observe lets somebody count how jobs end. Call it before Run.
func (w *Worker) Observe(observe func(kind, outcome string, took time.Duration)) { w.observe = observe }

// Run works until ctx ends. A job under way is then let go, for any process to
// begin anew.
func (w *Worker) Run(ctx context.Context) {
	kinds := slices.Sorted(maps.Keys(w.funcs))
	for due := time.Now(); ctx.Err() == nil; {
		if now := time.Now(); !now.Before(due) {
			w.doChores(ctx)
			due = now.Add(w.rhythm.Chores)
		}
		job, err := w.db.ClaimJob(ctx, kinds, w.holder, w.rhythm.Lease)
		if err == nil {
			w.work(ctx, job)
			continue
		}
		if !errors.Is(err, queries.ErrNotFound) && ctx.Err() == nil {
			w.log.Error("no job taken", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
		case <-time.After(w.rhythm.Poll):
		}
	}
}

func (w *Worker) doChores(ctx context.Context) {
	for _, chore := range append([]func(context.Context) error{w.db.GiveUpJobs, w.db.PurgeJobs}, w.chores...) {
		if err := survive(func() error { return chore(ctx) }); err != nil && ctx.Err() == nil {
			w.log.Error("chore left undone", slog.Any("error", err))
		}
	}
}

// survive turns a panic into an error that says where it happened.
func survive(do func() error) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("panic: %v\n%s", broken, debug.Stack())
		}
	}()
	return do()
}

var errCancelled = errors.New("the job was cancelled")

// work does a job, with a beat beside it.
func (w *Worker) work(ctx context.Context, job queries.Job) {
	lease := queries.Lease{Job: job.ID, Holder: w.holder, For: w.rhythm.Lease}
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var done, total atomic.Int64
	defer w.db.Follow(job.ID, func() (int64, int64) { return done.Load(), total.Load() })()
	beating, silence := context.WithCancel(working)
	silent := make(chan struct{})
	go func() {
		defer close(silent)
		w.beat(beating, lease, stop, &done, &total)
	}()
	start, result := time.Now(), ""
	err := survive(func() (err error) {
		result, err = w.funcs[job.Kind](queries.WithLease(working, lease), job, func(d, t int) {
			done.Store(int64(d))
			total.Store(int64(t))
		})
		return err
	})
	cause := context.Cause(working)
	silence()
	<-silent
	end := ending{job: job, lease: lease, took: time.Since(start), result: result, err: err, cause: cause, done: done.Load(), total: total.Load()}
	w.end(context.WithoutCancel(ctx), end)
}

// beat renews the lease until ctx ends, and stops the job when it is cancelled
// or lost.
func (w *Worker) beat(ctx context.Context, lease queries.Lease, stop context.CancelCauseFunc, done, total *atomic.Int64) {
	ticker := time.NewTicker(w.rhythm.Beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		cancelled, err := w.db.RenewJob(ctx, lease, done.Load(), total.Load())
		switch {
		case errors.Is(err, queries.ErrLeaseLost):
			stop(err)
		case cancelled:
			stop(errCancelled)
		case err != nil && ctx.Err() == nil:
			w.log.Warn("job's lease not renewed", slog.Int64("job", lease.Job), slog.Any("error", err))
		}
	}
}
