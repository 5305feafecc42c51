package queries_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

var kinds = []string{"test"}

func enqueue(t *testing.T, db *queries.DB, job queries.NewJob) int64 {
	t.Helper()
	job.Kind, job.Title = "test", "A test"
	id, err := db.Enqueue(t.Context(), job, queries.Actor{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func claim(t *testing.T, db *queries.DB, holder string) queries.Job {
	t.Helper()
	job, err := db.ClaimJob(t.Context(), kinds, holder, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func leaseOf(job queries.Job, holder string) queries.Lease {
	return queries.Lease{Job: job.ID, Holder: holder, For: time.Minute}
}

func stateOf(t *testing.T, db *queries.DB, id int64) queries.JobState {
	t.Helper()
	job, err := db.Job(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return job.State
}

// Whatever number of processes look for jobs at once, each job is taken once.
func TestAJobIsTakenOnce(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			const jobs, processes = 40, 8
			for range jobs {
				enqueue(t, db, queries.NewJob{})
			}
			taken := make([][]int64, processes)
			var group errgroup.Group
			for i := range processes {
				own := querytest.Open(t, location)
				group.Go(func() error {
					for {
						job, err := own.ClaimJob(t.Context(), kinds, "holder", time.Minute)
						if errors.Is(err, queries.ErrNotFound) {
							left, _, err := own.Jobs(t.Context(), 1)
							if err != nil || left[0].State == queries.JobRunning { // the newest: all are taken
								return err
							}
							continue // another process took the one that was found
						}
						if err != nil {
							return err
						}
						taken[i] = append(taken[i], job.ID)
					}
				})
			}
			if err := group.Wait(); err != nil {
				t.Fatal(err)
			}
			seen := map[int64]bool{}
			for _, ids := range taken {
				for _, id := range ids {
					if seen[id] {
						t.Errorf("job %d was taken twice", id)
					}
					seen[id] = true
				}
			}
			if len(seen) != jobs {
				t.Errorf("%d of %d jobs were taken", len(seen), jobs)
			}
		})
	}
}

func TestOneJobOfAKeyAtATime(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		for range 2 {
			id := enqueue(t, db, queries.NewJob{Key: "only"})
			if _, err := db.Enqueue(t.Context(), queries.NewJob{Kind: "test", Key: "only"}, queries.Actor{}); !errors.Is(err, queries.ErrExists) {
				t.Errorf("waiting: got %v, want ErrExists", err)
			}
			job := claim(t, db, "a")
			if job.ID != id {
				t.Fatalf("got job %d, want %d", job.ID, id)
			}
			if _, err := db.Enqueue(t.Context(), queries.NewJob{Kind: "test", Key: "only"}, queries.Actor{}); !errors.Is(err, queries.ErrExists) {
				t.Errorf("running: got %v, want ErrExists", err)
			}
			if err := db.FinishJob(t.Context(), leaseOf(job, "a"), queries.JobDone, "fine", 1, 1); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A holder that is not heard of loses the job, and nothing that it writes
// afterwards is kept.
func TestALostLeaseWritesNothing(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			id := enqueue(t, db, queries.NewJob{Payload: map[string]int{"sheet": 7}})
			first := claim(t, db, "first")
			if first.Payload != `{"sheet":7}` || first.Attempts != 1 {
				t.Errorf("got %+v", first)
			}
			old := leaseOf(first, "first")
			add := func(ctx context.Context, name string) error {
				_, err := db.CreateRunner(ctx, club.Runner{Name: name}, queries.AtCommandLine(time.Now()))
				return err
			}
			if err := add(queries.WithLease(t.Context(), old), "In Time"); err != nil {
				t.Errorf("while the lease holds: %v", err)
			}
			if _, err := db.ClaimJob(t.Context(), kinds, "second", time.Minute); !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("a job that is held: got %v, want ErrNotFound", err)
			}
			querytest.Exec(t, location, "UPDATE jobs SET lease_until = 1")
			if second := claim(t, db, "second"); second.ID != id || second.Attempts != 2 {
				t.Errorf("got %+v", second)
			}
			if err := add(queries.WithLease(t.Context(), old), "Too Late"); !errors.Is(err, queries.ErrLeaseLost) {
				t.Errorf("after the lease: got %v, want ErrLeaseLost", err)
			}
			if _, err := db.RenewJob(t.Context(), old, 1, 2); !errors.Is(err, queries.ErrLeaseLost) {
				t.Errorf("renewed: got %v, want ErrLeaseLost", err)
			}
			if err := db.FinishJob(t.Context(), old, queries.JobDone, "", 0, 0); !errors.Is(err, queries.ErrLeaseLost) {
				t.Errorf("finished: got %v, want ErrLeaseLost", err)
			}
			if err := db.ReleaseJob(t.Context(), old, 0, false); !errors.Is(err, queries.ErrLeaseLost) {
				t.Errorf("released: got %v, want ErrLeaseLost", err)
			}
			if got := len(querytest.Stored(t, location)["runners"]); got != 1 {
				t.Errorf("%d runners were stored, want 1", got)
			}
		})
	}
}

func TestCancelJob(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		actor := queries.Actor{Name: "owner@example.org", At: time.Now()}
		running := enqueue(t, db, queries.NewJob{})
		waiting := enqueue(t, db, queries.NewJob{})
		job := claim(t, db, "a")
		if cancelled, err := db.RenewJob(t.Context(), leaseOf(job, "a"), 3, 9); cancelled || err != nil {
			t.Errorf("got %v, %v", cancelled, err)
		}
		for _, id := range []int64{running, waiting} {
			if err := db.CancelJob(t.Context(), id, actor); err != nil {
				t.Error(err)
			}
		}
		if cancelled, err := db.RenewJob(t.Context(), leaseOf(job, "a"), 3, 9); !cancelled || err != nil {
			t.Errorf("got %v, %v; want the holder to know", cancelled, err)
		}
		if got, err := db.Job(t.Context(), running); err != nil || got.State != queries.JobRunning || got.Done != 3 || got.Total != 9 {
			t.Errorf("running: got %+v, %v", got, err)
		}
		if got := stateOf(t, db, waiting); got != queries.JobCancelled {
			t.Errorf("waiting: got %s", got)
		}
		if err := db.CancelJob(t.Context(), waiting, actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("again: got %v, want ErrStale", err)
		}
		if err := db.CancelJob(t.Context(), 99, actor); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("nobody's: got %v, want ErrNotFound", err)
		}
		entries, _, err := db.AuditLog(t.Context(), queries.AuditFilter{Kind: queries.KindJob}, 1)
		if err != nil || len(entries) != 2 {
			t.Errorf("the audit log has %d entries, %v; want 2", len(entries), err)
		}
	})
}

// A job that brings its process down each time is given up, as is one whose
// process died after it was cancelled.
func TestJobsAreGivenUp(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			deadly := enqueue(t, db, queries.NewJob{})
			for range 5 {
				claim(t, db, "dies")
				querytest.Exec(t, location, "UPDATE jobs SET lease_until = 1")
			}
			if _, err := db.ClaimJob(t.Context(), kinds, "next", time.Minute); !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("a sixth time: got %v, want ErrNotFound", err)
			}
			stopped := enqueue(t, db, queries.NewJob{})
			if job := claim(t, db, "dies"); job.ID != stopped {
				t.Fatalf("got job %d", job.ID)
			}
			if err := db.CancelJob(t.Context(), stopped, queries.AtCommandLine(time.Now())); err != nil {
				t.Fatal(err)
			}
			querytest.Exec(t, location, "UPDATE jobs SET lease_until = 1")
			for range 2 {
				if err := db.GiveUpJobs(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := db.Job(t.Context(), deadly); err != nil || got.State != queries.JobFailed || got.Result == "" {
				t.Errorf("got %+v, %v", got, err)
			}
			if got := stateOf(t, db, stopped); got != queries.JobCancelled {
				t.Errorf("got %s, want cancelled", got)
			}
			if err := db.PurgeJobs(t.Context()); err != nil {
				t.Fatal(err)
			}
			querytest.Exec(t, location, "UPDATE jobs SET finished_at = finished_at - 2678400000 WHERE id = 1")
			if err := db.PurgeJobs(t.Context()); err != nil {
				t.Fatal(err)
			}
			if jobs, more, err := db.Jobs(t.Context(), 1); err != nil || more || len(jobs) != 1 || jobs[0].ID != stopped {
				t.Errorf("after 31 days: got %+v, %v", jobs, err)
			}
		})
	}
}

func TestReleasedJobsWaitAgain(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		enqueue(t, db, queries.NewJob{})
		for range 10 {
			job := claim(t, db, "stops")
			if job.Attempts != 1 {
				t.Errorf("got attempt %d: a process that stops is no attempt", job.Attempts)
			}
			if err := db.ReleaseJob(t.Context(), leaseOf(job, "stops"), 0, false); err != nil {
				t.Fatal(err)
			}
		}
		job := claim(t, db, "fails")
		if err := db.ReleaseJob(t.Context(), leaseOf(job, "fails"), time.Minute, true); err != nil {
			t.Fatal(err)
		}
		if _, err := db.ClaimJob(t.Context(), kinds, "next", time.Minute); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("before its time: got %v, want ErrNotFound", err)
		}
		if last, err := db.LastJob(t.Context(), "test"); err != nil || last.State != queries.JobWaiting || last.Attempts != 1 {
			t.Errorf("got %+v, %v", last, err)
		}
	})
}
