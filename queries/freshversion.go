package queries

import (
	"context"
	"fmt"
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
		r.version, r.err = db.readVersion(ctx)
		cancel()
		close(r.done)
		c.mu.Lock()
		r, c.next = c.next, nil
		c.asking = r != nil
		c.mu.Unlock()
	}
}

type versionKey struct{}

// WithVersion lets what is asked under the context be answered as of a version,
// or later: one that FreshVersion gave since the work began. A search then
// spares itself to ask again.
func WithVersion(ctx context.Context, version Version) context.Context {
	return context.WithValue(ctx, versionKey{}, version)
}
