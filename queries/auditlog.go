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
// kind, of one object, and those that concern a runner. Empty fields pick all.
type AuditFilter struct {
	Person, Kind string
	ObjectID     int64
	RunnerID     int64
}

// condition is the filter in SQL.
func (f AuditFilter) condition() (where string, args []any) {
	where = `TRUE`
	add := func(condition string, arg any) {
		args = append(args, arg)
		where += fmt.Sprintf(` AND `+condition, len(args))
	}
	if f.Person != "" {
		add(`LOWER(actor) = LOWER($%d)`, f.Person)
	}
	if f.Kind != "" {
		add(`kind = $%d`, f.Kind)
	}
	if f.ObjectID != 0 {
		add(`object_id = $%d`, f.ObjectID)
	}
	if f.RunnerID != 0 {
		add(`id IN (SELECT audit_id FROM audit_runners WHERE runner_id = $%d)`, f.RunnerID)
	}
	return where, args
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
	where, args := filter.condition()
	query := fmt.Sprintf(`
		SELECT at, actor, address, action, outcome, kind, object_id, object, before, after
		FROM audit_log
		WHERE %s
		ORDER BY id DESC
		LIMIT $%d OFFSET $%d`, where, len(args)+1, len(args)+2)
	err = db.read.SelectContext(ctx, &entries, query, append(args, limit+1, offset)...)
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
