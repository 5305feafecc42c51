package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// ErrLeaseLost says that a job is no longer this process's to do: it was away
// for longer than its lease, and the job may be under way elsewhere.
var ErrLeaseLost = errors.New("the job's lease has run out")

// maxAttempts bounds how often a job is begun: one that brings the process
// down each time must not go on doing so.
const maxAttempts = 5

// maxAhead is longer than any lease, and than any job is put off. What lies
// further ahead was stored when the clock was wrong, and nobody waits for it.
const maxAhead = 10 * time.Minute

// Lease is the right to work on a job, for as long as it is renewed in time.
type Lease struct {
	Job int64
	// Holder is a word that no other holder has.
	Holder string
	For    time.Duration
}

type leaseKey struct{}

// WithLease makes every transaction under the context one of the job: none is
// committed once the lease is lost, and each renews it. So the work of a
// holder that was thought dead can't mix with that of the next.
func WithLease(ctx context.Context, lease Lease) context.Context {
	return context.WithValue(ctx, leaseKey{}, lease)
}

// fence comes last in a transaction: until that ends, nobody can take over.
func (db *DB) fence(ctx context.Context, tx *sqlx.Tx) error {
	lease, under := ctx.Value(leaseKey{}).(Lease)
	if !under {
		return nil
	}
	_, err := db.renewLease(ctx, tx, lease)
	return err
}

func (db *DB) renewLease(ctx context.Context, on sqlx.QueryerContext, lease Lease) (cancel bool, err error) {
	query := `
		UPDATE jobs
		SET lease_until = ` + db.clock() + ` + $1
		WHERE id = $2 AND holder = $3 AND state = 'running'
		RETURNING cancel`
	err = sqlx.GetContext(ctx, on, &cancel, query, lease.For.Milliseconds(), lease.Job, lease.Holder)
	if errors.Is(err, sql.ErrNoRows) {
		return false, ErrLeaseLost
	}
	return cancel, err
}

// keepResult stores with what a job has written what came of that: begun again
// after a crash, the job knows that it was done.
func (db *DB) keepResult(ctx context.Context, tx *sqlx.Tx, result string) error {
	lease, under := ctx.Value(leaseKey{}).(Lease)
	if !under {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE jobs SET result = $1 WHERE id = $2 AND holder = $3`, result, lease.Job, lease.Holder)
	return err
}

// ClaimJob takes the oldest job of these kinds that waits, or whose holder has
// not been heard of for its lease: ErrNotFound when there is none.
func (db *DB) ClaimJob(ctx context.Context, kinds []string, holder string, lease time.Duration) (Job, error) {
	ready := db.claimable() + ` AND kind IN (?)`
	look, args, err := sqlx.In(`SELECT id FROM jobs WHERE `+ready+` ORDER BY id LIMIT 1`, kinds)
	if err != nil {
		return Job{}, fmt.Errorf("claim a job: %w", err)
	}
	// Looking first keeps an idle process from taking SQLite's write lock.
	var id int64
	if err := db.read.GetContext(ctx, &id, db.read.Rebind(look), args...); err != nil {
		return Job{}, fmt.Errorf("claim a job: %w", classify(err))
	}
	take := `
		UPDATE jobs
		SET state = 'running', attempts = attempts + 1, holder = $1, lease_until = ` + db.clock() + ` + $2,
			started_at = ` + db.clock() + `, done = 0, total = 0
		WHERE id = $3 AND ` + db.claimable() + `
		RETURNING ` + db.jobColumns()
	var job Job
	if err := db.write.GetContext(ctx, &job, take, holder, lease.Milliseconds(), id); err != nil {
		return Job{}, fmt.Errorf("claim job %d: %w", id, classify(err))
	}
	return job, nil
}

// claimable picks the jobs that a process may begin.
func (db *DB) claimable() string {
	return fmt.Sprintf(`(state = 'waiting' AND %s OR state = 'running' AND %s) AND attempts < %d AND NOT cancel`,
		db.past("ready_at"), db.past("lease_until"), maxAttempts)
}

// past reports whether a moment has come, as far as clocks can be believed.
func (db *DB) past(column string) string {
	return fmt.Sprintf(`%[1]s NOT BETWEEN %[2]s + 1 AND %[2]s + %[3]d`, column, db.clock(), maxAhead.Milliseconds())
}

// RenewJob tells how far a job is and renews its lease. It reports whether
// somebody has cancelled the job; ErrLeaseLost says that it is not the
// holder's any more.
func (db *DB) RenewJob(ctx context.Context, lease Lease, done, total int64) (cancelled bool, err error) {
	const query = `UPDATE jobs SET done = $1, total = $2 WHERE id = $3 AND holder = $4`
	err = db.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, query, done, total, lease.Job, lease.Holder); err != nil {
			return err
		}
		cancelled, err = db.renewLease(ctx, tx, lease)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("renew job %d: %w", lease.Job, err)
	}
	return cancelled, nil
}

// FinishJob ends a job for good, with words on how it went.
func (db *DB) FinishJob(ctx context.Context, lease Lease, state JobState, result string, done, total int64) error {
	query := `
		UPDATE jobs
		SET state = $1, result = $2, done = $3, total = $4, finished_at = ` + db.clock() + `, holder = '', lease_until = 0
		WHERE id = $5 AND holder = $6 AND state = 'running'`
	return db.endLease(ctx, lease, query, state, result, done, total, lease.Job, lease.Holder)
}

// ReleaseJob lets a job wait again, for some time at least. When it failed
// that counts as an attempt; when the process only had to stop it does not.
func (db *DB) ReleaseJob(ctx context.Context, lease Lease, wait time.Duration, failed bool) error {
	query := `
		UPDATE jobs
		SET state = 'waiting', ready_at = ` + db.clock() + ` + $1, holder = '', lease_until = 0,
			attempts = CASE WHEN $2 THEN attempts ELSE attempts - 1 END
		WHERE id = $3 AND holder = $4 AND state = 'running'`
	return db.endLease(ctx, lease, query, wait.Milliseconds(), failed, lease.Job, lease.Holder)
}

func (db *DB) endLease(ctx context.Context, lease Lease, query string, args ...any) error {
	result, err := db.write.ExecContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("end job %d: %w", lease.Job, classify(err))
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("end job %d: %w", lease.Job, errors.Join(ErrLeaseLost, err))
	}
	return nil
}

// GiveUpJobs ends the jobs that nobody holds any more and nobody may begin
// again: those that were cancelled, and those that were begun too often.
func (db *DB) GiveUpJobs(ctx context.Context) error {
	const tooOften = "It stopped half-way again and again; the log says why."
	over := fmt.Sprintf(`(state = 'running' AND %s OR state = 'waiting') AND (cancel OR attempts >= %d)`, db.past("lease_until"), maxAttempts)
	var id int64
	if err := db.read.GetContext(ctx, &id, `SELECT id FROM jobs WHERE `+over+` LIMIT 1`); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return fmt.Errorf("give up jobs: %w", classify(err))
	}
	query := `
		UPDATE jobs
		SET state = CASE WHEN cancel THEN 'cancelled' ELSE 'failed' END,
			result = CASE WHEN cancel THEN '' ELSE $1 END,
			finished_at = ` + db.clock() + `, holder = '', lease_until = 0
		WHERE ` + over
	if _, err := db.write.ExecContext(ctx, query, tooOften); err != nil {
		return fmt.Errorf("give up jobs: %w", classify(err))
	}
	return nil
}
