package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// BinDays is for how many days what was deleted can be had back.
const BinDays = 30

// BinKind says what lies in the bin.
type BinKind string

// What may lie in the bin: a runner with all results, a runner who was merged
// into another, a result.
const (
	BinnedRunner BinKind = "runner"
	BinnedMerge  BinKind = "merge"
	BinnedResult BinKind = "result"
)

// Binned is something in the bin.
type Binned struct {
	ID     int64   `db:"id"`
	At     int64   `db:"at"` // in milliseconds since 1970
	Actor  string  `db:"actor"`
	Kind   BinKind `db:"kind"`
	Object string  `db:"object"`
}

// Deleted is when.
func (b Binned) Deleted() time.Time { return time.UnixMilli(b.At).UTC() }

// binContent is what it takes to undo a deletion or a merge.
type binContent struct {
	Runner  *club.Runner  `json:",omitempty"`
	Results []club.Result `json:",omitempty"`
	// Kept is the runner that another was merged into, as it was before; Moved
	// are the results that it got.
	Kept   *club.Runner `json:",omitempty"`
	Moved  []int64      `json:",omitempty"`
	Origin origin
	// Contacts are how to reach the runners.
	Contacts binnedContacts
}

// origin is where a runner and results came from: the imports, by the number
// of the result, and the time.
type origin struct {
	CreatedAt int64           `json:",omitempty" db:"created_at"`
	Import    *int64          `json:",omitempty" db:"import_id"`
	Imports   map[int64]int64 `json:",omitempty" db:"-"`
}

func originOf(ctx context.Context, tx *sqlx.Tx, runnerID int64) (origin, error) {
	var o origin
	if err := tx.GetContext(ctx, &o, `SELECT created_at, import_id FROM runners WHERE id = $1`, runnerID); err != nil {
		return origin{}, err
	}
	const query = `SELECT id, import_id FROM results WHERE runner_id = $1 AND import_id IS NOT NULL ORDER BY id LIMIT $2`
	var rows []struct {
		ID     int64
		Import int64 `db:"import_id"`
	}
	if err := tx.SelectContext(ctx, &rows, query, runnerID, maxResultsOfRunner); err != nil {
		return origin{}, err
	}
	o.Imports = make(map[int64]int64, len(rows))
	for _, row := range rows {
		o.Imports[row.ID] = row.Import
	}
	return o, nil
}

// restore gives what was put back its origin again.
func (o origin) restore(ctx context.Context, tx *sqlx.Tx, content binContent) error {
	for _, result := range content.Results {
		if from, ok := o.Imports[result.ID]; ok {
			if _, err := tx.ExecContext(ctx, `UPDATE results SET import_id = $1 WHERE id = $2`, from, result.ID); err != nil {
				return err
			}
		}
	}
	if o.CreatedAt == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE runners SET import_id = $1, created_at = $2 WHERE id = $3`, o.Import, o.CreatedAt, content.Runner.ID)
	return err
}

// bin keeps what is taken away, and empties the bin of what is too old.
func (a Actor) bin(ctx context.Context, tx *sqlx.Tx, kind BinKind, object string, content binContent) (id int64, err error) {
	if content.Origin, err = originOf(ctx, tx, content.Runner.ID); err != nil {
		return 0, err
	}
	if kind == BinnedResult { // the runner stays
		content.Origin.CreatedAt, content.Origin.Import = 0, nil
	} else if content.Contacts, err = contactsOf(ctx, tx, content); err != nil {
		return 0, err
	}
	const insert = `INSERT INTO bin (at, actor, kind, object, content) VALUES ($1, $2, $3, $4, $5) RETURNING id`
	text, err := asJSON(content)
	if err != nil {
		return 0, err
	}
	if err := tx.GetContext(ctx, &id, insert, millis(a.At), a.Name, kind, object, text); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM bin WHERE at < $1`, millis(a.At.AddDate(0, 0, -BinDays)))
	return id, err
}

// Bin lists what was deleted, the last first, and reports whether there is
// more.
func (db *DB) Bin(ctx context.Context, offset, limit int) ([]Binned, bool, error) {
	const query = `SELECT id, at, actor, kind, object FROM bin ORDER BY id DESC LIMIT $1 OFFSET $2`
	var binned []Binned
	if err := db.read.SelectContext(ctx, &binned, query, limit+1, offset); err != nil {
		return nil, false, fmt.Errorf("bin: %w", classify(err))
	}
	return binned[:min(limit, len(binned))], len(binned) > limit, nil
}

// Restore puts back what lies in the bin, and gives back the runner whom it
// is about. ErrNotFound says that it has been put back or is too old, ErrStale
// that what it belongs to has changed since, ErrExists that its place is taken.
func (db *DB) Restore(ctx context.Context, id int64, actor Actor) (club.Runner, error) {
	var runner club.Runner
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		var row struct {
			Kind    BinKind
			Content string
		}
		if err := tx.GetContext(ctx, &row, `DELETE FROM bin WHERE id = $1 RETURNING kind, content`, id); err != nil {
			return err
		}
		var content binContent
		if err := json.Unmarshal([]byte(row.Content), &content); err != nil {
			return err
		}
		// Forms that were opened before the deletion are stale.
		content.Runner.Version++
		ids := []int64{content.Runner.ID}
		restore := db.restoreRunner
		switch row.Kind {
		case BinnedRunner:
		case BinnedMerge:
			restore = db.unmerge
			ids = append(ids, content.Kept.ID)
		case BinnedResult:
			restore = db.restoreResult
		}
		if err := restore(ctx, tx, content, actor); err != nil {
			return err
		}
		if err := content.Origin.restore(ctx, tx, content); err != nil {
			return err
		}
		if err := content.Contacts.restore(ctx, tx); err != nil {
			return err
		}
		runner = *content.Runner
		return db.resultsChanged(ctx, tx, ids...)
	})
	if err != nil {
		return club.Runner{}, fmt.Errorf("restore %d: %w", id, err)
	}
	return runner, nil
}

// resultsChanged makes a change of these runners and their results known.
func (db *DB) resultsChanged(ctx context.Context, tx *sqlx.Tx, runners ...int64) error {
	for _, id := range runners {
		if err := summarise(ctx, tx, id, id); err != nil {
			return err
		}
	}
	if err := revise(ctx, tx); err != nil {
		return err
	}
	return db.touchRunners(ctx, tx, runners...)
}

func (db *DB) restoreRunner(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor) error {
	if err := db.insertRunner(ctx, tx, content.Runner, actor); err != nil {
		return err
	}
	for _, result := range content.Results {
		if err := insertResult(ctx, tx, &result); err != nil {
			return err
		}
	}
	return actor.noteRunner(ctx, tx, "restore", nil, content.Runner)
}

func (db *DB) unmerge(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor) error {
	now, err := db.lockRunner(ctx, tx, content.Kept.ID, content.Kept.Version+1)
	if err != nil {
		return err
	}
	if err := db.insertRunner(ctx, tx, content.Runner, actor); err != nil {
		return err
	}
	if len(content.Moved) > 0 {
		query, args, err := sqlx.In(`UPDATE results SET runner_id = ?, version = version + 1 WHERE runner_id = ? AND id IN (?)`,
			content.Runner.ID, content.Kept.ID, content.Moved)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
			return err
		}
	}
	if err := db.storeRunner(ctx, tx, *content.Kept, actor); err != nil {
		return err
	}
	if err := actor.noteRunner(ctx, tx, "restore", nil, content.Runner); err != nil {
		return err
	}
	return actor.noteRunner(ctx, tx, "unmerge", &now, content.Kept)
}

func (db *DB) restoreResult(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor) error {
	result := content.Results[0]
	if err := insertResult(ctx, tx, &result); err != nil {
		return err
	}
	return actor.noteResult(ctx, tx, "restore", *content.Runner, nil, &result)
}
