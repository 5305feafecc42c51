package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"runnerdb/jobs"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// quick is a rhythm in which tests need not wait.
var quick = jobs.Rhythm{Poll: 5 * time.Millisecond, Beat: 10 * time.Millisecond, Lease: time.Minute, Chores: 20 * time.Millisecond}

// book is a log that a test can read.
type book struct {
	sync.Mutex
	bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.Lock()
	defer b.Unlock()
	return b.Buffer.Write(p)
}

func (b *book) String() string {
	b.Lock()
	defer b.Unlock()
	return b.Buffer.String()
}

// run lets a worker work until the test ends, or until it is stopped.
func run(t *testing.T, db *queries.DB, prepare func(*jobs.Worker)) (stop func(), log *book) {
	t.Helper()
	log = &book{}
	worker := jobs.New(db, slog.New(slog.NewTextHandler(log, nil)), quick)
	prepare(worker)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		worker.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(stop)
	return stop, log
}

func handle(do jobs.Func) func(*jobs.Worker) {
	return func(w *jobs.Worker) { w.Handle("test", do) }
}

func enqueue(t *testing.T, db *queries.DB) int64 {
	t.Helper()
	id, err := db.Enqueue(t.Context(), queries.NewJob{Kind: "test", Title: "A test", Payload: "canary"}, queries.Actor{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// await looks at a job until it is as it should be.
func await(t *testing.T, db *queries.DB, id int64, what string, is func(queries.Job) bool) queries.Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		job, err := db.Job(ctx, id)
		if err == nil && is(job) {
			return job
		}
		select {
		case <-ctx.Done():
			t.Fatalf("job %d is never %s: %+v, %v", id, what, job, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func in(state queries.JobState) func(queries.Job) bool {
	return func(job queries.Job) bool { return job.State == state }
}

func TestAJobIsDoneAndTellsHowFarItIs(t *testing.T) {
	eachTwice(t, func(t *testing.T, db, other *queries.DB) {
		seen, counted := make(chan struct{}), make(chan string, 1)
		do := func(_ context.Context, job queries.Job, progress jobs.Progress) (string, error) {
			progress(2, 5)
			<-seen
			progress(5, 5)
			return "read " + job.Payload, nil
		}
		run(t, db, func(w *jobs.Worker) {
			w.Handle("test", do)
			w.Observe(func(kind, outcome string, _ time.Duration) { counted <- kind + " " + outcome })
		})
		id := enqueue(t, db)
		await(t, other, id, "half done", func(job queries.Job) bool { return job.State == queries.JobRunning && job.Done == 2 && job.Total == 5 })
		close(seen)
		if job := await(t, db, id, "done", in(queries.JobDone)); job.Result != `read "canary"` || job.Done != 5 {
			t.Errorf("got %+v", job)
		}
		if got := <-counted; got != "test done" {
			t.Errorf("counted as %q", got)
		}
	})
}

// Who asks the process that works on a job sees how far it is, though nobody
// can store that while a transaction of the job goes on.
func TestAJobIsSeenWhileNothingIsStored(t *testing.T) {
	eachTwice(t, func(t *testing.T, db, other *queries.DB) {
		holding, seen := make(chan struct{}), make(chan struct{})
		silent := quick
		silent.Beat, silent.Lease = time.Hour, time.Second
		worker := jobs.New(db, slog.New(slog.DiscardHandler), silent)
		worker.Handle("test", func(_ context.Context, _ queries.Job, progress jobs.Progress) (string, error) {
			progress(2, 5)
			close(holding)
			<-seen
			return "", nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { worker.Run(ctx) })
		defer running.Wait()
		defer cancel()
		id := enqueue(t, db)
		<-holding
		own, err := db.Job(t.Context(), id)
		if err != nil || own.Done != 2 || own.Total != 5 || jobs.Interrupted(own) {
			t.Errorf("its own process sees %+v, %v", own, err)
		}
		far, err := other.Job(t.Context(), id)
		if err != nil || far.Done != 0 || !jobs.Interrupted(far) {
			t.Errorf("another process sees %+v, %v", far, err)
		}
		close(seen)
		await(t, db, id, "done", in(queries.JobDone))
	})
}

// eachTwice runs a test on both databases, which two processes have open.
func eachTwice(t *testing.T, test func(t *testing.T, db, other *queries.DB)) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			test(t, querytest.Open(t, location), querytest.Open(t, location))
		})
	}
}

// R029: a job that panics or fails is over, the log knows why, who asked for
// it reads only what was meant for them, and the next job is done.
func TestABrokenJobBreaksNothingElse(t *testing.T) {
	tests := map[string]struct {
		do         jobs.Func
		want, kept string
	}{
		"panic": {func(context.Context, queries.Job, jobs.Progress) (string, error) { panic("canary-panic") }, "It broke", "jobs_test.go"},
		"error": {func(context.Context, queries.Job, jobs.Progress) (string, error) {
			return "", errors.New("canary-error")
		}, "It broke", "canary-error"},
		"problem": {func(context.Context, queries.Job, jobs.Progress) (string, error) {
			return "", jobs.ProblemError("Line 3 has no name.")
		}, "Line 3", "Line 3"},
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		for name, test := range tests {
			stop, log := run(t, db, func(w *jobs.Worker) {
				w.Handle("test", test.do)
				w.Handle("next", func(context.Context, queries.Job, jobs.Progress) (string, error) { return "fine", nil })
				w.Chore(func(context.Context) error { panic("canary-chore") })
			})
			job := await(t, db, enqueue(t, db), "failed", in(queries.JobFailed))
			if !strings.HasPrefix(job.Result, test.want) || strings.Contains(job.Result, "canary") {
				t.Errorf("%s: got %q, want %q", name, job.Result, test.want)
			}
			next, err := db.Enqueue(t.Context(), queries.NewJob{Kind: "next"}, queries.Actor{})
			if err != nil {
				t.Fatal(err)
			}
			await(t, db, next, "done", in(queries.JobDone))
			stop()
			if !strings.Contains(log.String(), test.kept) || !strings.Contains(log.String(), "canary-chore") {
				t.Errorf("%s: the log does not say why: %s", name, log)
			}
		}
	})
}

func TestACancelledJobStops(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		run(t, db, handle(func(ctx context.Context, _ queries.Job, _ jobs.Progress) (string, error) {
			<-ctx.Done()
			return "", fmt.Errorf("stopped: %w", ctx.Err())
		}))
		id := enqueue(t, db)
		await(t, db, id, "under way", in(queries.JobRunning))
		if err := db.CancelJob(t.Context(), id, queries.AtCommandLine(time.Now())); err != nil {
			t.Fatal(err)
		}
		await(t, db, id, "cancelled", in(queries.JobCancelled))
	})
}

// R091: a process that stops lets its job go, and the next one begins it anew.
func TestAJobIsLetGoWhenTheProcessStops(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		stop, _ := run(t, db, handle(func(ctx context.Context, _ queries.Job, _ jobs.Progress) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}))
		id := enqueue(t, db)
		await(t, db, id, "under way", in(queries.JobRunning))
		stop()
		if job, err := db.Job(t.Context(), id); err != nil || job.State != queries.JobWaiting || job.Attempts != 0 {
			t.Fatalf("got %+v, %v; want it to wait", job, err)
		}
		run(t, db, handle(func(context.Context, queries.Job, jobs.Progress) (string, error) { return "", nil }))
		await(t, db, id, "done", in(queries.JobDone))
	})
}

// A job whose process died is begun again by another, and a holder that was
// only away stops.
func TestAJobIsTakenOverWhenTheLeaseRanOut(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			id := enqueue(t, db)
			if _, err := db.ClaimJob(t.Context(), []string{"test"}, "died", time.Minute); err != nil {
				t.Fatal(err)
			}
			begun, away := make(chan int, 2), make(chan error, 1)
			run(t, db, handle(func(ctx context.Context, job queries.Job, _ jobs.Progress) (string, error) {
				begun <- job.Attempts
				if job.Attempts > 2 {
					return "by the third", nil
				}
				<-ctx.Done()
				away <- context.Cause(ctx)
				return "", ctx.Err()
			}))
			querytest.Exec(t, location, "UPDATE jobs SET lease_until = 1")
			if got := <-begun; got != 2 {
				t.Errorf("got attempt %d, want 2", got)
			}
			querytest.Exec(t, location, "UPDATE jobs SET lease_until = 1, holder = 'other'")
			if err := <-away; !errors.Is(err, queries.ErrLeaseLost) {
				t.Errorf("the holder that was away: got %v, want ErrLeaseLost", err)
			}
			if job := await(t, db, id, "done", in(queries.JobDone)); job.Result != "by the third" {
				t.Errorf("got %+v", job)
			}
		})
	}
}

// A clock that was ahead when a job was begun or put off, and is right again,
// holds no job up.
func TestJobsDoNotWaitForAClockThatWasWrong(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			begun, off := enqueue(t, db), enqueue(t, db)
			if _, err := db.ClaimJob(t.Context(), []string{"test"}, "died", time.Minute); err != nil {
				t.Fatal(err)
			}
			if _, err := db.ClaimJob(t.Context(), []string{"test"}, "lives", time.Minute); err != nil {
				t.Fatal(err)
			}
			lives := queries.Lease{Job: off, Holder: "lives", For: time.Minute}
			if err := db.ReleaseJob(t.Context(), lives, time.Minute, true); err != nil {
				t.Fatal(err)
			}
			if _, err := db.ClaimJob(t.Context(), []string{"test"}, "early", time.Minute); !errors.Is(err, queries.ErrNotFound) {
				t.Fatalf("before any jump: got %v, want ErrNotFound", err)
			}
			const year = "365 * 86400 * 1000.0"
			querytest.Exec(t, location, "UPDATE jobs SET lease_until = CAST(lease_until + "+year+" AS BIGINT), ready_at = CAST(ready_at + "+year+" AS BIGINT)")
			run(t, db, handle(func(context.Context, queries.Job, jobs.Progress) (string, error) { return "", nil }))
			await(t, db, begun, "done", in(queries.JobDone))
			await(t, db, off, "done", in(queries.JobDone))
		})
	}
}

// What somebody asks for is done while the program is busy with itself.
func TestNobodyWaitsForLearning(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		begun := make(chan struct{}, 1)
		run(t, db, func(w *jobs.Worker) {
			jobs.HandleOwn(w, nil, time.Now)
			w.Handle(jobs.Learn.Kind, func(ctx context.Context, _ queries.Job, _ jobs.Progress) (string, error) {
				begun <- struct{}{}
				<-ctx.Done()
				return "", ctx.Err()
			})
		})
		<-begun // the chore has started it
		run(t, db, func(w *jobs.Worker) { jobs.HandleAsked(w, nil, time.Now) })
		id, err := db.Enqueue(t.Context(), jobs.Rebuild, queries.AtCommandLine(time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		await(t, db, id, "done", in(queries.JobDone))
		if learning, err := db.LastJob(t.Context(), jobs.Learn.Kind); err != nil || learning.State != queries.JobRunning {
			t.Errorf("got %+v, %v; want it under way", learning, err)
		}
	})
}

// What has to be learned is learned once, by itself, and the index can be
// built.
func TestTheKindsOfJobs(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		_, log := run(t, db, func(w *jobs.Worker) {
			jobs.HandleOwn(w, nil, time.Now)
			jobs.HandleAsked(w, nil, time.Now)
		})
		id, err := db.Enqueue(t.Context(), jobs.Rebuild, queries.AtCommandLine(time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		if job := await(t, db, id, "done", in(queries.JobDone)); job.Result != "0 runners indexed." {
			t.Errorf("got %+v: %s", job, log)
		}
		var learned queries.Job
		for learned.State != queries.JobDone {
			if learned, err = db.LastJob(t.Context(), jobs.Learn.Kind); err != nil && !errors.Is(err, queries.ErrNotFound) {
				t.Fatal(err)
			}
			if learned.State == queries.JobFailed {
				t.Fatalf("%+v: %s", learned, log)
			}
		}
		if again, err := db.LastJob(t.Context(), jobs.Learn.Kind); err != nil || again.ID != learned.ID {
			t.Errorf("got %+v, %v; want no other job", again, err)
		}
	})
}
