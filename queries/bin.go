package queries

import (
	"cmp"
	"context"
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
// into another, a result, a race with all results, and how many records were
// before they were changed in one step.
const (
	BinnedRunner BinKind = "runner"
	BinnedMerge  BinKind = "merge"
	BinnedResult BinKind = "result"
	BinnedRace   BinKind = "race"
	BinnedChange BinKind = "change"
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

// binContent is what it takes to undo a deletion, a merge or a change. It is
// stored as storedBin.
type binContent struct {
	Runner  *club.Runner
	Race    *club.Race
	Results []club.Result
	// Kept is the runner that another was merged into, as it was before; Moved
	// are the results that it got.
	Kept  *club.Runner
	Moved []int64
	// Of a change, Results are as they were before, and so are Runners, Races
	// and the Series that was renamed. Made is a runner who was made by it.
	Runners []club.Runner
	Races   []club.Race
	Series  *club.Series
	Made    int64
	Origin  origin
	// Contacts are how to reach the runners.
	Contacts binnedContacts
}

// origin is where a runner or a race and results came from: the imports, of
// results by their numbers, and of a runner the time.
type origin struct {
	CreatedAt int64           `db:"created_at"`
	Import    *int64          `db:"import_id"`
	Imports   map[int64]int64 `db:"-"`
}

// originOf is that of what is about to be deleted.
func originOf(ctx context.Context, tx *sqlx.Tx, kind BinKind, content binContent) (origin, error) {
	var o origin
	var err error
	switch kind {
	case BinnedRunner, BinnedMerge:
		err = tx.GetContext(ctx, &o, `SELECT created_at, import_id FROM runners WHERE id = $1`, content.Runner.ID)
	case BinnedRace:
		err = tx.GetContext(ctx, &o, `SELECT import_id FROM races WHERE id = $1`, content.Race.ID)
	case BinnedResult, BinnedChange:
	}
	if err != nil || kind == BinnedChange {
		return o, err
	}
	type row struct {
		ID     int64
		Import int64 `db:"import_id"`
	}
	ids := idsOf(content.Results, func(r club.Result) int64 { return r.ID })
	rows, err := selectIn[row](ctx, tx, `SELECT id, import_id FROM results WHERE import_id IS NOT NULL AND id IN (?) ORDER BY id`, ids)
	if err != nil {
		return origin{}, err
	}
	o.Imports = make(map[int64]int64, len(rows))
	for _, row := range rows {
		o.Imports[row.ID] = row.Import
	}
	return o, nil
}

// restore gives what was put back its origin again.
func (o origin) restore(ctx context.Context, tx *sqlx.Tx, kind BinKind, content binContent) error {
	for _, result := range content.Results {
		if from, ok := o.Imports[result.ID]; ok {
			if _, err := tx.ExecContext(ctx, `UPDATE results SET import_id = $1 WHERE id = $2`, from, result.ID); err != nil {
				return err
			}
		}
	}
	var err error
	switch kind {
	case BinnedRace:
		_, err = tx.ExecContext(ctx, `UPDATE races SET import_id = $1 WHERE id = $2`, o.Import, content.Race.ID)
	case BinnedRunner, BinnedMerge:
		_, err = tx.ExecContext(ctx, `UPDATE runners SET import_id = $1, created_at = $2 WHERE id = $3`, o.Import, o.CreatedAt, content.Runner.ID)
	case BinnedResult, BinnedChange:
	}
	return err
}

// bin keeps what is taken away or changed. batch is the first of what goes in one step, 0 where this is it.
func (a Actor) bin(ctx context.Context, tx *sqlx.Tx, batch int64, kind BinKind, object string, content binContent) (id int64, err error) {
	if content.Origin, err = originOf(ctx, tx, kind, content); err != nil {
		return 0, err
	}
	if kind == BinnedRunner || kind == BinnedMerge {
		if content.Contacts, err = contactsOf(ctx, tx, content); err != nil {
			return 0, err
		}
	}
	const insert = `INSERT INTO bin (at, actor, kind, object, content, batch) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`
	text, err := asJSON(content)
	if err != nil {
		return 0, err
	}
	err = tx.GetContext(ctx, &id, insert, millis(a.At), a.Name, kind, object, text, batch)
	return cmp.Or(batch, id), err
}

// ForgetOld empties the bin of what has lain in it for its time, and throws
// away sheets that nobody has imported for theirs.
func (db *DB) ForgetOld(ctx context.Context, now time.Time) error {
	binned, uploaded := millis(now.AddDate(0, 0, -BinDays)), millis(now.Add(-DraftDays*24*time.Hour))
	const query = `SELECT EXISTS (SELECT 1 FROM bin WHERE at < $1) OR EXISTS (SELECT 1 FROM drafts WHERE created_at < $2)`
	var old bool
	if err := db.read.GetContext(ctx, &old, query, binned, uploaded); err != nil {
		return fmt.Errorf("look for what is old: %w", classify(err))
	}
	if !old {
		return nil
	}
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM bin WHERE at < $1`, binned); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM drafts WHERE created_at < $1`, uploaded)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget what is old: %w", err)
	}
	return nil
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
