package queries

import (
	"context"
	"fmt"
)

// ImportsOf are the imports that a runner, a race or a result came with, or that
// changed the result, as deeds, the newest first; those that were undone are
// none. Of another kind there are none.
func (db *DB) ImportsOf(ctx context.Context, kind string, id int64) ([]Entry, error) {
	const cameWith = `
		SELECT i.created_at AS at, s.actor, '' AS address, 'came with' AS action, 'ok' AS outcome, 'import' AS kind, i.id AS object_id, i.name AS object,
			'' AS before, '' AS after
		FROM imports i
		JOIN sheet_imports s ON s.import_id = i.id`
	var query string
	switch kind {
	case "runner":
		query = cameWith + ` JOIN runners o ON o.import_id = i.id WHERE o.id = $1`
	case "race":
		query = cameWith + ` JOIN races o ON o.import_id = i.id WHERE o.id = $1`
	case "result":
		query = cameWith + ` JOIN results o ON o.import_id = i.id WHERE o.id = $1
			UNION ALL
			SELECT i.created_at, s.actor, '', 'changed by', 'ok', 'import', i.id, i.name, '', ''
			FROM imports i
			JOIN sheet_imports s ON s.import_id = i.id AND s.undone_at = 0
			JOIN import_changes o ON o.import_id = i.id WHERE o.result_id = $1
			ORDER BY 7 DESC LIMIT 50`
	default:
		return nil, nil
	}
	var entries []Entry
	if err := db.read.SelectContext(ctx, &entries, query, id); err != nil {
		return nil, fmt.Errorf("imports of %s %d: %w", kind, id, classify(err))
	}
	return entries, nil
}
