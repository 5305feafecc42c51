package queries

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Batch is a set of rows that are added together. The caller numbers them:
// ids are unique over all batches of one load, and runners stand in their
// order.
type Batch struct {
	Runners []club.Runner
	Series  []club.Series
	Races   []club.Race
	Results []club.Result
}

// Load fills a database with seeded records, batch by batch. Until Finish has
// been called the load counts as interrupted, and the next one starts anew.
type Load struct {
	db       *DB
	importID int64
	now      int64
}

// ErrNotSeeded says that the database holds records that somebody entered,
// imported or changed.
var ErrNotSeeded = errors.New("the database holds records that are not seeded")

// Seeded is the name of the finished load that the database holds, or
// nothing.
func (db *DB) Seeded(ctx context.Context) (string, error) {
	const query = `SELECT COALESCE(MAX(name), '') FROM imports WHERE kind = 'seed' AND status = 'done'`
	var name string
	if err := db.write.GetContext(ctx, &name, query); err != nil {
		return "", fmt.Errorf("look for seeded records: %w", classify(err))
	}
	return name, nil
}

// StartLoad takes away what earlier loads left and begins a new one. A
// database with any other record is left as it is: ErrNotSeeded.
func (db *DB) StartLoad(ctx context.Context, name string, now time.Time) (*Load, error) {
	load := &Load{db: db, now: millis(now)}
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil {
			return err
		}
		if err := onlySeeded(ctx, tx); err != nil {
			return err
		}
		if err := removeSeeded(ctx, tx); err != nil {
			return err
		}
		if err := bumpEverything(ctx, tx); err != nil {
			return err
		}
		const query = `INSERT INTO imports (kind, status, name, created_at) VALUES ('seed', 'running', $1, $2) RETURNING id`
		return tx.GetContext(ctx, &load.importID, query, name, load.now)
	})
	if err != nil {
		return nil, fmt.Errorf("start load: %w", err)
	}
	return load, nil
}

func onlySeeded(ctx context.Context, tx *sqlx.Tx) error {
	for _, table := range []string{"runners", "series", "races", "results"} {
		query := `SELECT COUNT(*) FROM (
			SELECT 1 FROM ` + table + ` t LEFT JOIN imports i ON i.id = t.import_id
			WHERE i.kind IS NULL OR i.kind <> 'seed' OR t.version > 1 LIMIT 1) AS found`
		var found int
		if err := tx.GetContext(ctx, &found, query); err != nil {
			return err
		}
		if found > 0 {
			return fmt.Errorf("%w (table %s)", ErrNotSeeded, table)
		}
	}
	return nil
}

func removeSeeded(ctx context.Context, tx *sqlx.Tx) error {
	for _, table := range []string{
		"gains", "marks", "runner_years", "backtests", "club_models", "race_effects", "runner_summaries", "runner_aliases", "results", "races", "series", "runners",
	} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM imports WHERE kind = 'seed'"); err != nil {
		return err
	}
	if err := setLearned(ctx, tx, Revision{}); err != nil {
		return err
	}
	_, err := bumpRevision(ctx, tx, "backtests")
	return err
}

// Add stores one batch: all of it, or nothing.
func (l *Load) Add(ctx context.Context, batch Batch) error {
	err := l.db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		for _, rows := range []inserter{
			l.runners(batch.Runners), l.aliases(batch.Runners),
			l.series(batch.Series), l.races(batch.Races), l.results(batch.Results),
		} {
			if err := rows.into(ctx, l.db.engine, tx); err != nil {
				return err
			}
		}
		if len(batch.Runners) == 0 {
			return nil
		}
		if len(batch.Races) > 0 {
			if err := l.db.analyseRecords(ctx, tx); err != nil {
				return err
			}
		}
		return summarise(ctx, tx, batch.Runners[0].ID, batch.Runners[len(batch.Runners)-1].ID)
	})
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

// Finish marks the load as complete.
func (l *Load) Finish(ctx context.Context) error {
	err := l.db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := l.db.renumber(ctx, tx, "runners", "series", "races", "results"); err != nil {
			return err
		}
		if err := bumpResults(ctx, tx); err != nil {
			return err
		}
		if err := bumpEverything(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE imports SET status = 'done' WHERE id = $1`, l.importID)
		return err
	})
	if err != nil {
		return fmt.Errorf("finish load: %w", err)
	}
	if err := l.db.analyse(ctx); err != nil {
		return fmt.Errorf("finish load: %w", classify(err))
	}
	return nil
}

// takeYourTime lifts PostgreSQL's bound on one statement for a transaction
// that moves many rows, and lets it wait for tables that autovacuum is reading.
func (db *DB) takeYourTime(ctx context.Context, tx *sqlx.Tx) error {
	if db.engine != postgresEngine {
		return nil
	}
	_, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = "+postgresSettings["lock_timeout"])
	return err
}

// analyseRecords tells PostgreSQL's planner, in a transaction that moves many
// rows, what the tables hold now: it would read them whole for each runner.
func (db *DB) analyseRecords(ctx context.Context, tx *sqlx.Tx) error {
	if db.engine != postgresEngine {
		return nil
	}
	_, err := tx.ExecContext(ctx, "ANALYZE runners, series, races, results")
	return err
}

// analyse lets the planner know what the tables hold.
func (db *DB) analyse(ctx context.Context) error {
	statement := "ANALYZE"
	if db.engine == sqliteEngine {
		statement = "PRAGMA analysis_limit = 1000; ANALYZE"
	}
	_, err := db.write.ExecContext(ctx, statement)
	return err
}

// renumber goes on numbering after the rows that came with numbers of their
// own, and after those of which only the audit log tells.
func (db *DB) renumber(ctx context.Context, tx *sqlx.Tx, tables ...string) error {
	for _, table := range tables {
		var last int64
		query := `
			SELECT COALESCE(MAX(known.last), 0)
			FROM (SELECT MAX(id) AS last FROM ` + table + ` UNION ALL SELECT MAX(object_id) FROM audit_log WHERE kind = $1) AS known`
		if err := tx.GetContext(ctx, &last, query, strings.TrimSuffix(table, "s")); err != nil {
			return err
		}
		if err := db.numberFrom(ctx, tx, table, last+1); err != nil {
			return err
		}
	}
	return nil
}

// numberFrom makes a number the next that a table gives.
func (db *DB) numberFrom(ctx context.Context, tx *sqlx.Tx, table string, next int64) error {
	if db.engine == postgresEngine {
		_, err := tx.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence($1, 'id'), $2, FALSE)`, table, next)
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM sqlite_sequence WHERE name = $1`, table); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)`, table, next-1)
	return err
}

func (l *Load) runners(runners []club.Runner) inserter {
	rows := newInserter("runners", "id", "name", "search_key", "sex", "birth_date", "licence", "licence_key", "visibility",
		"import_id", "created_at", "updated_at")
	for _, r := range runners {
		rows.add(r.ID, r.Name, club.Fold(r.Name), r.Sex, r.BirthDate, r.Licence, club.LicenceKey(r.Licence), r.Visibility, l.importID, l.now, l.now)
	}
	return rows
}

func (l *Load) aliases(runners []club.Runner) inserter {
	rows := newInserter("runner_aliases", "runner_id", "name")
	for _, r := range runners {
		for _, alias := range r.Aliases {
			rows.add(r.ID, alias)
		}
	}
	return rows
}

func (l *Load) series(series []club.Series) inserter {
	rows := newInserter("series", "id", "name", "import_id")
	for _, s := range series {
		rows.add(s.ID, s.Name, l.importID)
	}
	return rows
}

func (l *Load) races(races []club.Race) inserter {
	rows := newInserter("races", "id", "series_id", "held_on", "metres", "short_course", "import_id")
	for _, r := range races {
		rows.add(r.ID, r.SeriesID, r.HeldOn, r.Length, r.ShortCourse, l.importID)
	}
	return rows
}

func (l *Load) results(results []club.Result) inserter {
	rows := newInserter("results", "id", "runner_id", "race_id", "status", "net_ms", "gun_ms", "position",
		"category", "category_position", "club", "counts", "import_id")
	for _, r := range results {
		rows.add(r.ID, r.RunnerID, r.RaceID, r.Status, r.Net, r.Gun, r.Position, r.Category, r.CategoryPosition, r.Club,
			r.Counts, l.importID)
	}
	return rows
}
