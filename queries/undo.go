package queries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// lastUpdate reads into before what an object was before the update that made
// a version. ErrStale says that the last change was another.
func lastUpdate(ctx context.Context, tx *sqlx.Tx, kind string, id, version int64, before any) error {
	const query = `
		SELECT before, after
		FROM audit_log
		WHERE kind = $1 AND object_id = $2 AND action IN ('update', 'undo')
		ORDER BY id DESC
		LIMIT 1`
	var deed struct{ Before, After string }
	if err := tx.GetContext(ctx, &deed, query, kind, id); err != nil {
		return err
	}
	after, err := fromJSON[struct {
		Version int64 `json:"Version"`
	}](deed.After)
	if err != nil {
		return err
	}
	if after.Version != version {
		return ErrStale
	}
	return readRecord(deed.Before, before)
}

// readRecord reads a runner, result or race as it was stored.
func readRecord(text string, into any) (err error) {
	switch record := into.(type) {
	case *club.Runner:
		var stored storedRunner
		stored, err = fromJSON[storedRunner](text)
		*record = club.Runner(stored)
	case *club.Result:
		var stored storedResult
		stored, err = fromJSON[storedResult](text)
		*record = club.Result(stored)
	case *club.Race:
		var stored storedRace
		stored, err = fromJSON[storedRace](text)
		*record = club.Race(stored)
	default:
		err = fmt.Errorf("%T is no record", into)
	}
	return err
}

// UndoUpdate makes a runner again what they were before the update that made a
// version. ErrStale says that there was another change since.
func (db *DB) UndoUpdate(ctx context.Context, id, version int64, actor Actor) (club.Runner, error) {
	var before club.Runner
	err := db.changeRunner(ctx, id, version, func(tx *sqlx.Tx, now club.Runner) error {
		if err := lastUpdate(ctx, tx, "runner", id, version, &before); err != nil {
			return err
		}
		before.Version = version
		if err := db.storeRunner(ctx, tx, before, actor); err != nil {
			return err
		}
		before.Version++
		return actor.noteRunner(ctx, tx, "undo", &now, &before)
	})
	if err != nil {
		return club.Runner{}, fmt.Errorf("undo of runner %d: %w", id, err)
	}
	return before, nil
}
