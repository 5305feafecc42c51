package queries

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	// maxSnapshots is how many snapshots may be open at once: pages need the other
	// connections.
	maxSnapshots = 2
	// snapshotLife bounds how long one stays open. Until it is closed, SQLite can't
	// shorten its write-ahead log and PostgreSQL can't clean up dead rows.
	snapshotLife = 10 * time.Minute
)

// Snapshot is the database as it was at one moment: what is read under its
// context doesn't see what others change meanwhile. It must be closed, and is for
// one goroutine at a time.
type Snapshot struct {
	db   *DB
	conn *sqlx.Conn
	tx   *sqlx.Tx
	end  context.CancelFunc
}

// Snapshot opens a snapshot. Few may be open at once; ctx bounds only how long
// to wait for one. It closes by itself after ten minutes.
func (db *DB) Snapshot(ctx context.Context) (*Snapshot, error) {
	select {
	case db.snapshots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("snapshot: %w", classify(ctx.Err()))
	}
	s, err := db.openSnapshot(ctx)
	if err != nil {
		<-db.snapshots
		return nil, fmt.Errorf("snapshot: %w", classify(err))
	}
	return s, nil
}

func (db *DB) openSnapshot(ctx context.Context) (*Snapshot, error) {
	conn, err := db.read.Connx(ctx)
	if err != nil {
		return nil, err
	}
	life, end := context.WithTimeout(context.WithoutCancel(ctx), snapshotLife)
	tx, err := conn.BeginTxx(life, db.snapshotOptions())
	if err != nil {
		end()
		return nil, joinClose(err, conn)
	}
	return &Snapshot{db, conn, tx, end}, nil
}

// snapshotOptions ask for one state of the database. A transaction that reads in
// SQLite's write-ahead log always sees one.
func (db *DB) snapshotOptions() *sql.TxOptions {
	options := &sql.TxOptions{ReadOnly: true}
	if db.engine == postgresEngine {
		options.Isolation = sql.LevelRepeatableRead
	}
	return options
}

// Close ends the snapshot.
func (s *Snapshot) Close() error {
	defer func() { <-s.db.snapshots }()
	defer s.end()
	_ = s.tx.Rollback()
	return s.conn.Close()
}

type snapshotKey struct{}

// Context lets everything that is read under it come from the snapshot.
func (s *Snapshot) Context(ctx context.Context) context.Context {
	return context.WithValue(ctx, snapshotKey{}, s)
}

// outsideSnapshot is for what this process keeps and is to be the newest.
func outsideSnapshot(ctx context.Context) context.Context {
	return context.WithValue(ctx, snapshotKey{}, (*Snapshot)(nil))
}

// readPool answers from the context's snapshot, where that has one, and else
// from any connection.
type readPool struct{ *sqlx.DB }

var _ sqlx.ExtContext = readPool{}

func (p readPool) from(ctx context.Context) interface {
	sqlx.QueryerContext
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
} {
	if s, _ := ctx.Value(snapshotKey{}).(*Snapshot); s != nil && s.db.read.DB == p.DB {
		return s.tx
	}
	return p.DB
}

func (p readPool) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	return p.from(ctx).GetContext(ctx, dest, query, args...)
}

func (p readPool) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	return p.from(ctx).SelectContext(ctx, dest, query, args...)
}

func (p readPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.from(ctx).QueryContext(ctx, query, args...)
}

func (p readPool) QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	return p.from(ctx).QueryxContext(ctx, query, args...)
}

func (p readPool) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	return p.from(ctx).QueryRowxContext(ctx, query, args...)
}
