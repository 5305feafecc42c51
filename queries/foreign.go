package queries

import (
	"context"
	"errors"
	"fmt"
)

// ErrForeign says that the database is another program's.
var ErrForeign = errors.New("the database holds the tables of another program; name one that is empty, or ours")

// refuseForeign sees to it that no table is made among those of somebody else,
// where ours would look like a club without runners.
func (db *DB) refuseForeign(ctx context.Context) error {
	tables := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
	if db.engine == postgresEngine {
		// But for what an extension brings with it.
		tables = `
			SELECT relname AS name FROM pg_class c
			WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
				AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`
	}
	// Between the table of migrations and the first migration others may look.
	query := `
		SELECT COUNT(*) AS tables, COUNT(CASE WHEN name = 'goose_db_version' THEN 1 END) AS migrated,
			COUNT(CASE WHEN name = 'runners' THEN 1 END) AS ours
		FROM (` + tables + `) AS t`
	var found struct{ Tables, Migrated, Ours int }
	if err := db.read.GetContext(ctx, &found, query); err != nil {
		return fmt.Errorf("look at the tables: %w", classify(err))
	}
	if found.Tables == 0 || found.Migrated > 0 && (found.Ours > 0 || found.Tables == found.Migrated) {
		return nil
	}
	return ErrForeign
}
