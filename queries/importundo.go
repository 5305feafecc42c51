package queries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// SheetImport is an import that was done.
type SheetImport struct {
	ID        int64  `db:"id"`
	Name      string `db:"name"`
	Actor     string `db:"actor"`
	CreatedAt int64  `db:"created_at"` // in milliseconds since 1970
	Runners   int    `db:"runners"`
	Added     int    `db:"added"`
	Changed   int    `db:"changed"`
	Contacts  int    `db:"contacts"`
	// UndoneAt is when it was undone, 0 where it was not.
	UndoneAt int64 `db:"undone_at"`
}

const sheetImports = `
	SELECT i.id, i.name, s.actor, i.created_at, s.runners, s.added, s.changed, s.contacts, s.undone_at
	FROM imports i
	JOIN sheet_imports s ON s.import_id = i.id`

// SheetImports lists imports, the last first, and reports whether there is
// more.
func (db *DB) SheetImports(ctx context.Context, offset, limit int) ([]SheetImport, bool, error) {
	const query = sheetImports + ` ORDER BY i.id DESC LIMIT $1 OFFSET $2`
	var imports []SheetImport
	if err := db.read.SelectContext(ctx, &imports, query, limit+1, offset); err != nil {
		return nil, false, fmt.Errorf("imports: %w", classify(err))
	}
	return imports[:min(limit, len(imports))], len(imports) > limit, nil
}

// UndoImport takes away all that an import added, and puts back what it
// changed, unless somebody changed that since. Runners stay who have other
// results by now. ErrStale says that it was undone already.
func (db *DB) UndoImport(ctx context.Context, id int64, actor Actor) (SheetImport, error) {
	var done SheetImport
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil {
			return err
		}
		if err := tx.GetContext(ctx, &done, sheetImports+` WHERE i.id = $1`, id); err != nil {
			return err
		}
		undone, err := tx.ExecContext(ctx, `UPDATE sheet_imports SET undone_at = $1 WHERE import_id = $2 AND undone_at = 0`, millis(actor.At), id)
		if err != nil {
			return err
		}
		if n, err := undone.RowsAffected(); err != nil || n == 0 {
			return ErrStale
		}
		touched, err := putBackChanges(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := takeBackContacts(ctx, tx, id); err != nil {
			return err
		}
		if err := db.learnSizes(ctx, tx, done.Added); err != nil {
			return err
		}
		more, err := removeImported(ctx, tx, id)
		if err != nil {
			return err
		}
		d := Deed{Action: "undo", Outcome: OK, Kind: KindImport, ObjectID: id, Object: done.Name}
		if err := actor.note(ctx, tx, d); err != nil {
			return err
		}
		return db.importChanged(ctx, tx, append(touched, more...), true)
	})
	if err != nil {
		return SheetImport{}, fmt.Errorf("undo import %d: %w", id, err)
	}
	return done, nil
}

// putBackChanges puts results back as they were, and says whose they are.
func putBackChanges(ctx context.Context, tx *sqlx.Tx, id int64) (runners []int64, err error) {
	const query = `SELECT result_id, version, before FROM import_changes WHERE import_id = $1 ORDER BY result_id LIMIT 1000000`
	const update = `
		UPDATE results
		SET status = $1, net_ms = $2, gun_ms = $3, position = $4, category = $5, club = $6, version = version + 1
		WHERE id = $7 AND version = $8`
	var rows []struct {
		ResultID int64 `db:"result_id"`
		Version  int64
		Before   string
	}
	if err := tx.SelectContext(ctx, &rows, query, id); err != nil {
		return nil, err
	}
	for _, row := range rows {
		r, err := fromJSON[storedResult](row.Before)
		if err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, update, r.Status, r.Net, r.Gun, r.Position, r.Category, r.Club, r.ID, row.Version); err != nil {
			return nil, err
		}
		runners = append(runners, r.RunnerID)
	}
	return runners, nil
}

// takeBackContacts forgets what an import said of how to reach runners who were
// known before, unless somebody changed that since.
func takeBackContacts(ctx context.Context, tx *sqlx.Tx, id int64) error {
	const update = `
		UPDATE runner_contacts
		SET email = CASE WHEN o.email THEN '' ELSE runner_contacts.email END,
			phone = CASE WHEN o.phone THEN '' ELSE runner_contacts.phone END,
			version = runner_contacts.version + 1
		FROM import_contacts o
		WHERE o.import_id = $1 AND o.runner_id = runner_contacts.runner_id AND o.version = runner_contacts.version`
	changed, err := tx.ExecContext(ctx, update, id)
	if err != nil {
		return err
	}
	if n, err := changed.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = bumpRevision(ctx, tx, "contacts")
	return err
}

// removeImported takes away what came with an import, and says whose results
// went.
func removeImported(ctx context.Context, tx *sqlx.Tx, id int64) (runners []int64, err error) {
	const whose = `
		SELECT runner_id FROM results WHERE import_id = $1
		UNION
		SELECT id FROM runners WHERE import_id = $1
		ORDER BY 1 LIMIT 1000000`
	if err := tx.SelectContext(ctx, &runners, whose, id); err != nil {
		return nil, err
	}
	for _, statement := range []string{
		`DELETE FROM results WHERE import_id = $1`,
		`DELETE FROM runners WHERE import_id = $1 AND NOT EXISTS (SELECT 1 FROM results t WHERE t.runner_id = runners.id)`,
		`DELETE FROM races WHERE import_id = $1 AND NOT EXISTS (SELECT 1 FROM results t WHERE t.race_id = races.id)`,
		`DELETE FROM series WHERE import_id = $1 AND NOT EXISTS (SELECT 1 FROM races c WHERE c.series_id = series.id)`,
		// What stays belongs to somebody else now.
		`UPDATE runners SET import_id = NULL WHERE import_id = $1`,
		`UPDATE races SET import_id = NULL WHERE import_id = $1`,
		`UPDATE series SET import_id = NULL WHERE import_id = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return nil, err
		}
	}
	return runners, nil
}
