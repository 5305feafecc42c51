package queries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
	"runnerdb/club"
)

// EraseRunner forgets a person for good. What is left is a runner without a
// name, with times and places. Everything else goes: name, birth date, licence,
// other names and contact, club and category as printed, and the same in the
// audit log, in the bin, in the names of imported files and with those who were
// merged with them. With a sealer, keyed hashes stay by which Suppressed knows
// them again. ErrStale as in UpdateRunner.
//
// Erasing somebody again cleans again: it finds what is left, or has come back,
// by the runner's number. ErasedTraces looks for the same without changing it.
//
// Whatever comes to hold names, beside the tables that are read here, is to be
// wiped here as well; a test looks through all tables.
func (db *DB) EraseRunner(ctx context.Context, id, version int64, sealer *accounts.Sealer, actor Actor) error {
	// Another process may still be of the version before, while this one starts.
	if err := db.linkLast(ctx, auditLinkBatch); err != nil {
		return fmt.Errorf("erase runner %d: %w", id, err)
	}
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil {
			return err
		}
		runner, err := runnerAt(ctx, tx, id, version)
		if err != nil {
			return err
		}
		traces, err := tracesOf(ctx, tx, runner)
		if err != nil {
			return err
		}
		for _, wipe := range []func() error{
			func() error { return traces.suppress(ctx, tx, sealer) },
			func() error { return stripRunner(ctx, tx, id, actor) },
			func() error { return traces.wipeAliases(ctx, tx) },
			func() error { return traces.wipeAuditLog(ctx, tx) },
			func() error { return traces.wipeBin(ctx, tx) },
			func() error { return traces.wipeFileNames(ctx, tx) },
			func() error { return wipeImports(ctx, tx, append(traces.numbers(), traces.others...)) },
			func() error {
				return actor.note(ctx, tx, Deed{Action: "erase", Outcome: OK, Kind: KindRunner, ObjectID: id, Object: club.NameWithheld})
			},
		} {
			if err := wipe(); err != nil {
				return err
			}
		}
		return db.resultsChanged(ctx, tx, append(traces.others, id)...)
	})
	if err != nil {
		return fmt.Errorf("erase runner %d: %w", id, err)
	}
	return db.overwriteFreed(ctx)
}

// overwriteFreed lets SQLite write what was changed over what was there before,
// which lies beside it in the log of changes. PostgreSQL does so by itself, in
// time.
func (db *DB) overwriteFreed(ctx context.Context) error {
	if db.engine != sqliteEngine {
		return nil
	}
	if _, err := db.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("overwrite what was erased: %w", classify(err))
	}
	return nil
}

// stripRunner takes from a runner all that is personal.
func stripRunner(ctx context.Context, tx *sqlx.Tx, id int64, actor Actor) error {
	const runner = `
		UPDATE runners
		SET name = $1, search_key = $2, birth_date = NULL, licence = '', licence_key = '', visibility = 'erased',
			version = version + 1, updated_at = $3
		WHERE id = $4`
	if _, err := tx.ExecContext(ctx, runner, club.NameWithheld, club.Fold(club.NameWithheld), millis(actor.At), id); err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE results SET category = '', category_position = 0, club = '', version = version + 1 WHERE runner_id = $1`,
		`DELETE FROM runner_aliases WHERE runner_id = $1`,
		`DELETE FROM runner_contacts WHERE runner_id = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return err
		}
	}
	return nil
}
