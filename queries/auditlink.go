package queries

import (
	"context"
	"fmt"
	"math"

	"github.com/jmoiron/sqlx"
)

// auditLinkBatch is how many entries of the audit log one statement links.
const auditLinkBatch = 20_000

// LinkAuditLog links the entries of the audit log that are not linked yet to
// the runners whom they concern: those that came with a full export, and those
// that an older version of the program wrote, also beside this one. Each batch
// is a transaction of its own; a million entries take some ten seconds.
func (db *DB) LinkAuditLog(ctx context.Context) error { return db.linkLast(ctx, math.MaxInt64) }

// linkLast is LinkAuditLog for at least the last so many entries.
func (db *DB) linkLast(ctx context.Context, count int64) error {
	var last int64
	if err := db.read.GetContext(ctx, &last, `SELECT COALESCE(MAX(id), 0) FROM audit_log`); err != nil {
		return fmt.Errorf("link audit log: %w", classify(err))
	}
	for after := max(0, last-count); after < last; after += auditLinkBatch {
		err := db.inTx(ctx, func(tx *sqlx.Tx) error { return db.linkAuditEntries(ctx, tx, after, after+auditLinkBatch) })
		if err != nil {
			return fmt.Errorf("link audit log: %w", err)
		}
	}
	return nil
}

// linkAuditEntries links the entries with numbers above after, up to last.
func (db *DB) linkAuditEntries(ctx context.Context, tx *sqlx.Tx, after, last int64) error {
	if err := db.takeYourTime(ctx, tx); err != nil {
		return err
	}
	for _, link := range db.auditLinks() {
		if _, err := tx.ExecContext(ctx, link, after, last); err != nil {
			return err
		}
	}
	return nil
}

// auditLinks say whom an entry concerns: the runner that it is about, those
// whose a result was and is, and into whom somebody was merged. When results
// are split off, the entries of the results come first, at the same time, and
// name both runners. The kind is not compared by itself, so that no database
// takes the index of kinds: it would read all of a kind for each batch.
func (db *DB) auditLinks() []string {
	number := dialects[db.engine].Number
	const unlinked = ` AND a.id > $1 AND a.id <= $2 AND NOT EXISTS (SELECT 1 FROM audit_runners k WHERE k.audit_id = a.id)`
	const onceEach = ` ON CONFLICT DO NOTHING`
	return []string{
		`INSERT INTO audit_runners (runner_id, audit_id)
		SELECT ` + number("a.before", "RunnerID") + `, a.id FROM audit_log a WHERE a.kind || '' = 'result' AND a.before <> ''` + unlinked + `
		UNION SELECT ` + number("a.after", "RunnerID") + `, a.id FROM audit_log a WHERE a.kind || '' = 'result' AND a.after <> ''` + unlinked + onceEach,
		`INSERT INTO audit_runners (runner_id, audit_id)
		SELECT a.object_id, a.id FROM audit_log a WHERE a.kind || '' IN ('runner', 'contact')` + unlinked + `
		UNION
		SELECT m.into_id, m.id
		FROM (
			SELECT a.id, ` + number("a.after", "MergedInto") + ` AS into_id
			FROM audit_log a WHERE a.kind || '' = 'runner' AND a.action = 'merge' AND a.after <> ''` + unlinked + `
		) AS m
		WHERE m.into_id IS NOT NULL
		UNION
		SELECT other.runner_id, a.id
		FROM audit_log a
		JOIN audit_runners mine ON mine.runner_id = a.object_id
		JOIN audit_log r ON r.id = mine.audit_id AND r.kind = 'result' AND r.action = 'split' AND r.at = a.at AND r.id < a.id
		JOIN audit_runners other ON other.audit_id = r.id
		WHERE a.kind || '' = 'runner' AND a.action = 'split'` + unlinked + onceEach,
	}
}
