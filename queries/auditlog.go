package queries

import (
	"context"
	"fmt"
	"time"
)

// Entry is a deed as the audit log holds it. Before and After are JSON, or
// empty.
type Entry struct {
	Millis   int64   `db:"at"`
	Actor    string  `db:"actor"`
	Address  string  `db:"address"`
	Action   string  `db:"action"`
	Outcome  Outcome `db:"outcome"`
	Kind     string  `db:"kind"`
	ObjectID int64   `db:"object_id"`
	Object   string  `db:"object"`
	Before   string  `db:"before"`
	After    string  `db:"after"`
}

// At is when it was done.
func (e Entry) At() time.Time { return time.UnixMilli(e.Millis).UTC() }

// AuditFilter picks entries: those of a person, by the e-mail address, of a
// kind, and of one object. Empty fields pick all.
type AuditFilter struct {
	Person, Kind string
	ObjectID     int64
}

// AuditPageSize is how many entries stand on a page of the audit log.
const AuditPageSize = 50

// AuditLog is a page of the audit log, the newest first, and whether there is
// another. Pages count from 1. Nothing changes what the log holds.
func (db *DB) AuditLog(ctx context.Context, filter AuditFilter, page int) (entries []Entry, more bool, err error) {
	return db.AuditEntries(ctx, filter, (page-1)*AuditPageSize, AuditPageSize)
}

// AuditEntries are as many entries of the audit log from offset on, the newest
// first, and whether there are more.
func (db *DB) AuditEntries(ctx context.Context, filter AuditFilter, offset, limit int) (entries []Entry, more bool, err error) {
	const query = `
		SELECT at, actor, address, action, outcome, kind, object_id, object, before, after
		FROM audit_log
		WHERE ($1 = '' OR LOWER(actor) = LOWER($1)) AND ($2 = '' OR kind = $2) AND ($3 = 0 OR object_id = $3)
		ORDER BY id DESC
		LIMIT $4 OFFSET $5`
	err = db.read.SelectContext(ctx, &entries, query, filter.Person, filter.Kind, filter.ObjectID, limit+1, offset)
	if err != nil {
		return nil, false, fmt.Errorf("audit log: %w", classify(err))
	}
	return entries[:min(len(entries), limit)], len(entries) > limit, nil
}

// AuditKinds are the kinds of deeds that the audit log holds.
func (db *DB) AuditKinds(ctx context.Context) ([]string, error) {
	const query = `SELECT DISTINCT kind FROM audit_log ORDER BY kind LIMIT 100`
	var kinds []string
	if err := db.read.SelectContext(ctx, &kinds, query); err != nil {
		return nil, fmt.Errorf("kinds of deeds: %w", classify(err))
	}
	return kinds, nil
}
