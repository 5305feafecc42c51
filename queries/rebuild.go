package queries

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// derivedVersion counts the ways in which columns have been derived from
// others: search keys, licence keys, summaries, marks, who is hidden, whom an
// entry of the audit log concerns. Migrate
// derives them anew in a database that holds them as of another version.
const derivedVersion = 5

// rebuildBatch keeps a transaction short: others wait for it.
const rebuildBatch = 1000

// Rebuild derives anew what lists and searches are answered from, and lets
// every process load its index of names again. It may run beside all else; a
// runner who is changed meanwhile stays right. progress, which may be nil, is
// told how many of all runners are done.
func (db *DB) Rebuild(ctx context.Context, progress func(done, total int)) error {
	if err := db.rebuild(ctx, progress); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return nil
}

func (db *DB) rebuild(ctx context.Context, progress func(done, total int)) error {
	var total int
	if err := db.read.GetContext(ctx, &total, `SELECT COUNT(*) FROM runners`); err != nil {
		return classify(err)
	}
	for done, last := 0, int64(0); ; {
		var count int
		err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) (err error) {
			last, count, err = deriveBatch(ctx, tx, last)
			return err
		})
		if err != nil {
			return err
		}
		if done += count; progress != nil {
			progress(done, max(done, total))
		}
		if count < rebuildBatch {
			break
		}
	}
	if err := db.LinkAuditLog(ctx); err != nil {
		return err
	}
	return db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE revisions SET number = $1 WHERE name = 'derived'`, derivedVersion); err != nil {
			return err
		}
		return bumpEverything(ctx, tx)
	})
}

// deriveBatch derives the columns of the next runners, and says which of them
// was the last and how many there were.
func deriveBatch(ctx context.Context, tx *sqlx.Tx, after int64) (last int64, count int, err error) {
	const query = `SELECT id, name, licence, search_key, licence_key FROM runners WHERE id > $1 ORDER BY id LIMIT $2`
	var rows []struct {
		ID         int64
		Name       string
		Licence    string
		SearchKey  string `db:"search_key"`
		LicenceKey string `db:"licence_key"`
	}
	if err := tx.SelectContext(ctx, &rows, query, after, rebuildBatch); err != nil || len(rows) == 0 {
		return after, 0, err
	}
	var changed []any
	for _, row := range rows {
		key, licence := club.Fold(row.Name), club.LicenceKey(row.Licence)
		if key != row.SearchKey || licence != row.LicenceKey {
			changed = append(changed, row.ID, key, licence)
		}
	}
	if err := storeKeys(ctx, tx, changed); err != nil {
		return 0, 0, err
	}
	last = rows[len(rows)-1].ID
	return last, len(rows), summarise(ctx, tx, after+1, last)
}

// storeKeys stores ids, search keys and licence keys, in turn, many in a
// statement.
func storeKeys(ctx context.Context, tx *sqlx.Tx, keys []any) error {
	const width = 3
	for chunk := range slices.Chunk(keys, maxParameters/width*width) {
		// The first row says of which types the columns are.
		rows := "(CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT))" + strings.Repeat(", (?, ?, ?)", len(chunk)/width-1)
		update := `
			UPDATE runners
			SET search_key = keys.column2, licence_key = keys.column3
			FROM (VALUES ` + rows + `) AS keys
			WHERE runners.id = keys.column1`
		if _, err := tx.ExecContext(ctx, tx.Rebind(update), chunk...); err != nil {
			return err
		}
	}
	return nil
}

// isDerived reports whether the derived columns are those of this program.
func (db *DB) isDerived(ctx context.Context) bool {
	var version int
	err := db.read.GetContext(ctx, &version, `SELECT number FROM revisions WHERE name = 'derived'`)
	return err == nil && version == derivedVersion
}
