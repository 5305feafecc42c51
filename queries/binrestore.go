package queries

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Restored is what was put back: the runner or the race that it is about; of a
// change of many, neither.
type Restored struct {
	Kind   BinKind
	Runner club.Runner
	Race   club.Race
	// Count is of how many things it was.
	Count int

	runners []int64
	races   bool
}

// Restore puts back what lies in the bin. ErrNotFound says that it has been put
// back or is too old, ErrStale that what it belongs to has changed since,
// ErrExists that its place is taken.
func (db *DB) Restore(ctx context.Context, id int64, actor Actor) (Restored, error) {
	return db.restoreAll(ctx, `SELECT id FROM bin WHERE id = $1`, id, actor)
}

// RestoreBatch puts back what went in one step, by the number of the first of
// it: all, or as Restore nothing. What has been put back alone stays.
func (db *DB) RestoreBatch(ctx context.Context, id int64, actor Actor) (Restored, error) {
	return db.restoreAll(ctx, `SELECT id FROM bin WHERE id = $1 OR batch = $1 ORDER BY id`, id, actor)
}

// BinnedRunners are the runners whom Restore, or with batch RestoreBatch, would
// make again.
func (db *DB) BinnedRunners(ctx context.Context, id int64, batch bool) (runners []club.Runner, err error) {
	const query = `
		SELECT content FROM bin
		WHERE (id = $1 OR ($2 AND batch = $1)) AND kind IN ('runner', 'merge')
		ORDER BY id`
	var contents []string
	if err := db.read.SelectContext(ctx, &contents, query, id, batch); err != nil {
		return nil, fmt.Errorf("runners in the bin: %w", classify(err))
	}
	for _, text := range contents {
		content, err := binContentOf(text)
		if err != nil {
			return nil, fmt.Errorf("runners in the bin: %w", err)
		}
		if content.Runner != nil && content.Runner.Visibility != club.Erased {
			runners = append(runners, *content.Runner)
		}
	}
	return runners, nil
}

func (db *DB) restoreAll(ctx context.Context, which string, id int64, actor Actor) (Restored, error) {
	var restored Restored
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		restored = Restored{}
		var ids []int64
		if err := tx.SelectContext(ctx, &ids, which, id); err != nil {
			return err
		}
		if len(ids) == 0 {
			return ErrNotFound
		}
		for _, one := range ids {
			if err := db.restoreOne(ctx, tx, one, actor, &restored); err != nil {
				return err
			}
		}
		if err := db.resultsChanged(ctx, tx, restored.runners...); err != nil || !restored.races {
			return err
		}
		return bumpSeries(ctx, tx)
	})
	if errors.Is(err, ErrInvalid) { // the race or the runner of a result is gone
		err = fmt.Errorf("%w: %w", ErrStale, err)
	}
	if err != nil {
		return Restored{}, fmt.Errorf("restore %d: %w", id, err)
	}
	return restored, nil
}

func (db *DB) restoreOne(ctx context.Context, tx *sqlx.Tx, id int64, actor Actor, restored *Restored) error {
	var row struct {
		Kind    BinKind
		Content string
	}
	if err := tx.GetContext(ctx, &row, `DELETE FROM bin WHERE id = $1 RETURNING kind, content`, id); err != nil {
		return err
	}
	content, err := binContentOf(row.Content)
	if err != nil {
		return err
	}
	restored.Kind = row.Kind
	restored.Count++
	if content.Runner != nil {
		// Forms that were opened before the deletion are stale.
		content.Runner.Version++
		restored.Runner = *content.Runner
		restored.runners = append(restored.runners, content.Runner.ID)
	}
	restore := db.restoreRunner
	switch row.Kind {
	case BinnedRunner:
	case BinnedMerge:
		restore = db.unmerge
		restored.runners = append(restored.runners, content.Kept.ID)
	case BinnedResult:
		restore = db.restoreResult
	case BinnedRace:
		restore = db.restoreRace
		restored.Race, restored.races = *content.Race, true
	case BinnedChange:
		restore = db.restoreChange
		restored.Count = len(content.Results) + len(content.Runners) + len(content.Races)
		restored.races = len(content.Races) > 0
	}
	if err := restore(ctx, tx, content, actor, restored); err != nil {
		return err
	}
	if err := content.Origin.restore(ctx, tx, row.Kind, content); err != nil {
		return err
	}
	return content.Contacts.restore(ctx, tx)
}

// resultsChanged makes a change of these runners and their results known.
func (db *DB) resultsChanged(ctx context.Context, tx *sqlx.Tx, runners ...int64) error {
	if err := summariseThese(ctx, tx, runners); err != nil {
		return err
	}
	if err := bumpResults(ctx, tx); err != nil {
		return err
	}
	return db.bumpRunners(ctx, tx, runners...)
}

func (db *DB) restoreRunner(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor, _ *Restored) error {
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

func (db *DB) unmerge(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor, _ *Restored) error {
	now, err := runnerAt(ctx, tx, content.Kept.ID, content.Kept.Version+1)
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

func (db *DB) restoreResult(ctx context.Context, tx *sqlx.Tx, content binContent, actor Actor, _ *Restored) error {
	result := content.Results[0]
	if err := insertResult(ctx, tx, &result); err != nil {
		return err
	}
	return actor.noteResult(ctx, tx, "restore", content.Runner.Name, nil, &result)
}
