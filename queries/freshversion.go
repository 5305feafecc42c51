package queries

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// reading is one question for the version, which all who wait share.
type reading struct {
	done    chan struct{}
	version Version
	err     error
}

// FreshVersion is the state of all that public pages show, asked of the
// database after the call began: what had been committed by then, by any
// process, it knows. Those who ask while a question is under way share the
// next one.
func (db *DB) FreshVersion(ctx context.Context) (Version, error) {
	r := db.version.join(db)
	if r == nil {
		return Version{}, fmt.Errorf("version: %w", ErrUnavailable)
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return Version{}, fmt.Errorf("version: %w", classify(ctx.Err()))
	}
	if r.err != nil {
		return Version{}, fmt.Errorf("version: %w", classify(r.err))
	}
	return r.version, nil
}

// join is a question that has not been put yet, or is put now; nil once the
// database is closed.
func (c *versionCache) join(db *DB) *reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.Err() != nil {
		return nil
	}
	if c.asking {
		if c.next == nil {
			c.next = &reading{done: make(chan struct{})}
		}
		return c.next
	}
	c.asking = true
	r := &reading{done: make(chan struct{})}
	c.work.Go(func() { c.read(db, r) })
	return r
}

// read puts one question after the other, for as long as somebody waits.
func (c *versionCache) read(db *DB, r *reading) {
	for r != nil {
		ctx, cancel := context.WithTimeout(c.life, versionPatience)
		r.version, r.err = db.version.glance(ctx, db)
		cancel()
		close(r.done)
		c.mu.Lock()
		r, c.next = c.next, nil
		c.asking = r != nil
		c.mu.Unlock()
	}
}

// glimpse is a connection to SQLite that only looks whether anybody has written
// since: that takes a tenth of the time of reading the version.
type glimpse struct {
	conn    *sql.Conn
	counter *sql.Stmt
	// at is the counter as it stood before version was read, if it was.
	at      int64
	known   bool
	version Version
}

// glance asks for the version, on SQLite only where something was written. There
// is never more than one at a time.
func (c *versionCache) glance(ctx context.Context, db *DB) (Version, error) {
	if db.engine != sqliteEngine {
		return db.readVersion(ctx)
	}
	asked := time.Now()
	at, err := c.written(ctx, db)
	if err == nil && c.glimpse.known && at == c.glimpse.at {
		c.learn(knownVersion{c.glimpse.version, asked})
		return c.glimpse.version, nil
	}
	version, failed := db.readVersion(ctx)
	if err == nil && failed == nil {
		c.glimpse.at, c.glimpse.version, c.glimpse.known = at, version, true
	}
	return version, failed
}

// written is a number that changes whenever another connection than the one it
// is asked on has written; it means nothing on any other.
func (c *versionCache) written(ctx context.Context, db *DB) (at int64, err error) {
	if c.glimpse.counter == nil {
		conn, err := db.read.Conn(ctx)
		if err != nil {
			return 0, err
		}
		counter, err := conn.PrepareContext(ctx, "PRAGMA data_version")
		if err != nil {
			return 0, joinClose(err, conn)
		}
		c.glimpse.conn, c.glimpse.counter = conn, counter
	}
	if err = c.glimpse.counter.QueryRowContext(ctx).Scan(&at); err != nil {
		err = joinClose(joinClose(err, c.glimpse.counter), c.glimpse.conn)
		c.glimpse = glimpse{}
	}
	return at, err
}

type versionKey struct{}

// WithVersion lets what is asked under the context be answered as of a version,
// or later: one that FreshVersion gave since the work began. A search then
// spares itself to ask again.
func WithVersion(ctx context.Context, version Version) context.Context {
	return context.WithValue(ctx, versionKey{}, version)
}
