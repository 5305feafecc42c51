package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// KindJob is the kind of deeds done to jobs.
const KindJob = "job"

// JobState says where a job stands.
type JobState string

// The states of a job: the last three are for good.
const (
	JobWaiting   JobState = "waiting"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// NewJob is work to be done by whichever process is free. Of two jobs with the
// same Key one is refused while the other is waiting or running; jobs without
// a key may be as many as there are. Title is what people call it, Payload
// becomes JSON.
type NewJob struct {
	Kind    string
	Title   string
	Key     string
	Payload any
}

// Job is work that takes longer than a request may. Times are in milliseconds
// since 1970 by the database's clock, and 0 where nothing happened yet.
type Job struct {
	ID         int64    `db:"id"`
	Kind       string   `db:"kind"`
	Title      string   `db:"title"`
	Payload    string   `db:"payload"`
	State      JobState `db:"state"`
	AskedBy    string   `db:"asked_by"`
	CreatedAt  int64    `db:"created_at"`
	Attempts   int      `db:"attempts"`
	Cancel     bool     `db:"cancel"`
	Done       int64    `db:"done"`
	Total      int64    `db:"total"`
	StartedAt  int64    `db:"started_at"`
	FinishedAt int64    `db:"finished_at"`
	Result     string   `db:"result"`
	// LeaseLeft is for how many milliseconds more nobody else may begin a job
	// that is running.
	LeaseLeft int64 `db:"lease_left"`
}

// Ended reports whether nothing more happens to the job.
func (j Job) Ended() bool { return j.State != JobWaiting && j.State != JobRunning }

// Took is how long the last attempt went on.
func (j Job) Took() time.Duration {
	return time.Duration(max(0, j.FinishedAt-j.StartedAt)) * time.Millisecond
}

func (db *DB) jobColumns() string {
	return `id, kind, title, payload, state, asked_by, created_at, attempts, cancel, done, total, started_at, finished_at, result,
		CASE WHEN state = 'running' THEN lease_until - ` + db.clock() + ` ELSE 0 END AS lease_left`
}

// clock is the database's own time in milliseconds since 1970: processes on
// several machines agree on it.
func (db *DB) clock() string {
	if db.engine == postgresEngine {
		return `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`
	}
	return `CAST(unixepoch('subsec') * 1000 AS INTEGER)`
}

// Enqueue stores a job, to begin as soon as a process is free. ErrExists says
// that one with its key is waiting or running.
func (db *DB) Enqueue(ctx context.Context, job NewJob, actor Actor) (id int64, err error) {
	err = db.inTx(ctx, func(tx *sqlx.Tx) error {
		id, err = db.enqueue(ctx, tx, job, actor)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("enqueue %s: %w", job.Kind, err)
	}
	return id, nil
}

// enqueue is noted in the audit log when somebody asked for the job.
func (db *DB) enqueue(ctx context.Context, tx *sqlx.Tx, job NewJob, actor Actor) (id int64, err error) {
	payload, err := json.Marshal(job.Payload)
	if err != nil {
		return 0, err
	}
	query := `
		INSERT INTO jobs (kind, title, key, payload, state, asked_by, created_at, ready_at)
		VALUES ($1, $2, $3, $4, 'waiting', $5, ` + db.clock() + `, ` + db.clock() + `)
		RETURNING id`
	if err := tx.GetContext(ctx, &id, query, job.Kind, job.Title, job.Key, string(payload), actor.Name); err != nil {
		return 0, err
	}
	if actor.Name == "" {
		return id, nil
	}
	return id, actor.note(ctx, tx, Deed{Action: "start", Outcome: OK, Kind: KindJob, ObjectID: id, Object: job.Title})
}

// Job finds a job.
func (db *DB) Job(ctx context.Context, id int64) (Job, error) {
	query := `SELECT ` + db.jobColumns() + ` FROM jobs WHERE id = $1`
	var job Job
	if err := db.read.GetContext(ctx, &job, query, id); err != nil {
		return Job{}, fmt.Errorf("job %d: %w", id, classify(err))
	}
	db.follow(&job)
	return job, nil
}

// LastJob is the newest of a kind: ErrNotFound when there is none.
func (db *DB) LastJob(ctx context.Context, kind string) (Job, error) {
	query := `SELECT ` + db.jobColumns() + ` FROM jobs WHERE kind = $1 ORDER BY id DESC LIMIT 1`
	var job Job
	if err := db.read.GetContext(ctx, &job, query, kind); err != nil {
		return Job{}, fmt.Errorf("last job %s: %w", kind, classify(err))
	}
	return job, nil
}

// JobsPageSize is how many jobs stand on a page.
const JobsPageSize = 30

// Jobs is a page of the jobs, unfinished ones first, then the newest, and
// whether there is another. Pages count from 1.
func (db *DB) Jobs(ctx context.Context, page int) (jobs []Job, more bool, err error) {
	query := `
		SELECT ` + db.jobColumns() + `
		FROM jobs
		ORDER BY CASE WHEN state IN ('waiting', 'running') THEN 0 ELSE 1 END, id DESC
		LIMIT $1 OFFSET $2`
	if err := db.read.SelectContext(ctx, &jobs, query, JobsPageSize+1, (page-1)*JobsPageSize); err != nil {
		return nil, false, fmt.Errorf("jobs: %w", classify(err))
	}
	for i := range jobs {
		db.follow(&jobs[i])
	}
	return jobs[:min(len(jobs), JobsPageSize)], len(jobs) > JobsPageSize, nil
}

// Follow lets those who ask see how far a job is that this process works on,
// until it is left. On SQLite nobody can store that while a transaction of the
// job goes on.
func (db *DB) Follow(id int64, progress func() (done, total int64)) (leave func()) {
	db.followed.Store(id, progress)
	return func() { db.followed.Delete(id) }
}

// follow says of a job that this process works on what is not stored yet.
func (db *DB) follow(job *Job) {
	value, _ := db.followed.Load(job.ID)
	progress, ok := value.(func() (done, total int64))
	if !ok || job.State != JobRunning {
		return
	}
	job.Done, job.Total = progress()
	job.LeaseLeft = maxAhead.Milliseconds()
}

// CancelJob takes a waiting job away and asks the holder of a running one to
// stop. ErrStale says that the job had ended.
func (db *DB) CancelJob(ctx context.Context, id int64, actor Actor) error {
	query := `
		UPDATE jobs
		SET cancel = TRUE,
			finished_at = CASE WHEN state = 'waiting' THEN ` + db.clock() + ` ELSE 0 END,
			state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END
		WHERE id = $1 AND state IN ('waiting', 'running')
		RETURNING title`
	if err := db.steerJob(ctx, id, "cancel", actor, query, id); err != nil {
		return fmt.Errorf("cancel job %d: %w", id, err)
	}
	return nil
}

// steerJob does what somebody wants of a job, and notes it; ErrStale says that
// the job was not so that it could be done.
func (db *DB) steerJob(ctx context.Context, id int64, action string, actor Actor, query string, args ...any) error {
	return db.inTx(ctx, func(tx *sqlx.Tx) error {
		var titles []string
		if err := tx.SelectContext(ctx, &titles, query, args...); err != nil {
			return err
		}
		if len(titles) == 0 {
			var known int64
			if err := tx.GetContext(ctx, &known, `SELECT id FROM jobs WHERE id = $1`, id); err != nil {
				return err
			}
			return ErrStale
		}
		return actor.note(ctx, tx, Deed{Action: action, Outcome: OK, Kind: KindJob, ObjectID: id, Object: titles[0]})
	})
}

// ResumeJob lets a job begin again at once whose holder has not renewed the
// lease for a while, so that less than left remains. Should the holder live
// after all, nothing more that it writes is kept. ErrStale says that the job is
// under way, or has ended.
func (db *DB) ResumeJob(ctx context.Context, id int64, left time.Duration, actor Actor) error {
	query := `
		UPDATE jobs
		SET state = 'waiting', ready_at = ` + db.clock() + `, holder = '', lease_until = 0
		WHERE id = $1 AND state = 'running' AND NOT cancel AND lease_until < ` + db.clock() + ` + $2
		RETURNING title`
	if err := db.steerJob(ctx, id, "resume", actor, query, id, left.Milliseconds()); err != nil {
		return fmt.Errorf("resume job %d: %w", id, err)
	}
	return nil
}

// JobDays is for how many days the jobs that have ended can be looked at.
const JobDays = 30

// PurgeJobs forgets the jobs that ended more than JobDays days ago.
func (db *DB) PurgeJobs(ctx context.Context) error {
	query := `DELETE FROM jobs WHERE finished_at BETWEEN 1 AND ` + db.clock() + ` - $1`
	age := JobDays * 24 * time.Hour
	if _, err := db.write.ExecContext(ctx, query, age.Milliseconds()); err != nil {
		return fmt.Errorf("purge jobs: %w", classify(err))
	}
	return nil
}
