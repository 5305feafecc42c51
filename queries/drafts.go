package queries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// DraftDays is for how many days an uploaded sheet waits to be imported.
const DraftDays = 14

// MaxDrafts bounds how many uploaded sheets wait.
const MaxDrafts = 40

// Draft is an uploaded sheet that was not imported yet. Content is packed,
// Choices are JSON; who reads sheets knows both.
type Draft struct {
	ID        int64  `db:"id"`
	Name      string `db:"name"`
	Actor     string `db:"actor"`
	Content   []byte `db:"content"`
	Choices   string `db:"choices"`
	Version   int64  `db:"version"`
	CreatedAt int64  `db:"created_at"` // in milliseconds since 1970
	// Contacts says that e-mail addresses and telephone numbers were asked for.
	// It is noted, and lies in the content.
	Contacts bool `db:"-"`
}

// CreateDraft keeps an uploaded sheet. ErrFull says that too many wait.
func (db *DB) CreateDraft(ctx context.Context, d Draft, actor Actor) (id int64, err error) {
	const insert = `INSERT INTO drafts (name, actor, content, choices, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`
	err = db.inTx(ctx, func(tx *sqlx.Tx) error {
		var waiting int
		if err := tx.GetContext(ctx, &waiting, `SELECT COUNT(*) FROM drafts`); err != nil {
			return err
		}
		if waiting >= MaxDrafts {
			return ErrFull
		}
		if err := tx.GetContext(ctx, &id, insert, d.Name, actor.Name, d.Content, d.Choices, millis(actor.At)); err != nil {
			return err
		}
		deed := Deed{Action: "upload", Outcome: OK, Kind: KindImport, ObjectID: id, Object: d.Name}
		if d.Contacts {
			deed.After = storedUpload{Contacts: true}
		}
		return actor.note(ctx, tx, deed)
	})
	if err != nil {
		return 0, fmt.Errorf("keep draft: %w", err)
	}
	return id, nil
}

// Draft is one draft.
func (db *DB) Draft(ctx context.Context, id int64) (Draft, error) {
	const query = `SELECT id, name, actor, content, choices, version, created_at FROM drafts WHERE id = $1`
	var d Draft
	if err := db.read.GetContext(ctx, &d, query, id); err != nil {
		return Draft{}, fmt.Errorf("draft %d: %w", id, classify(err))
	}
	return d, nil
}

// DraftChoices is one draft without its content.
func (db *DB) DraftChoices(ctx context.Context, id int64) (Draft, error) {
	const query = `SELECT id, name, actor, choices, version, created_at FROM drafts WHERE id = $1`
	var d Draft
	if err := db.read.GetContext(ctx, &d, query, id); err != nil {
		return Draft{}, fmt.Errorf("draft %d: %w", id, classify(err))
	}
	return d, nil
}

// Drafts are all that wait, without their contents, the newest first.
func (db *DB) Drafts(ctx context.Context) ([]Draft, error) {
	const query = `SELECT id, name, actor, choices, version, created_at FROM drafts ORDER BY id DESC LIMIT $1`
	var drafts []Draft
	if err := db.read.SelectContext(ctx, &drafts, query, MaxDrafts); err != nil {
		return nil, fmt.Errorf("drafts: %w", classify(err))
	}
	return drafts, nil
}

// ChooseDraft stores what somebody decided about a draft. ErrStale says that
// another change came in between, ErrNotFound that it has been imported.
func (db *DB) ChooseDraft(ctx context.Context, id, version int64, choices string) error {
	const update = `UPDATE drafts SET choices = $1, version = version + 1 WHERE id = $2 AND version = $3`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		done, err := tx.ExecContext(ctx, update, choices, id, version)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 1 {
			return err
		}
		var found int64
		if err := tx.GetContext(ctx, &found, `SELECT id FROM drafts WHERE id = $1`, id); err != nil {
			return err
		}
		return ErrStale
	})
	if err != nil {
		return fmt.Errorf("choose for draft %d: %w", id, err)
	}
	return nil
}

// DeleteDraft forgets a draft. ErrStale says that somebody has decided
// something about it since.
func (db *DB) DeleteDraft(ctx context.Context, id, version int64, actor Actor) error {
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		var name string
		var now int64
		if err := tx.QueryRowxContext(ctx, `DELETE FROM drafts WHERE id = $1 RETURNING name, version`, id).Scan(&name, &now); err != nil {
			return err
		}
		if now != version {
			return ErrStale
		}
		return actor.note(ctx, tx, Deed{Action: "discard", Outcome: OK, Kind: KindImport, ObjectID: id, Object: name})
	})
	if err != nil {
		return fmt.Errorf("delete draft %d: %w", id, err)
	}
	return nil
}

// SourceMapping is what was decided about the columns of sheets with such a
// header, as JSON: ErrNotFound where nothing was.
func (db *DB) SourceMapping(ctx context.Context, header string) (string, error) {
	var mapping string
	if err := db.read.GetContext(ctx, &mapping, `SELECT mapping FROM source_mappings WHERE header = $1`, header); err != nil {
		return "", fmt.Errorf("mapping of a source: %w", classify(err))
	}
	return mapping, nil
}
