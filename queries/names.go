package queries

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"runnerdb/search"
)

// Bounds of keeping the index of names up to date.
const (
	// maxCatchUp is how many changed runners are read while a search waits.
	maxCatchUp = 50_000
	// When more of the index has changed than so many runners, and than one in
	// changedShare, it is built anew beside the searches.
	maxChanged   = 500
	changedShare = 100
	// reloadPatience is how long a search waits for an index that is built anew
	// before it makes do with the old one.
	reloadPatience = 200 * time.Millisecond
)

// names are the indexes of runners and of series as of a revision. They never
// change.
type names struct {
	at      nameRevisions
	runners *search.Index
	series  *search.Index
}

// nameRevisions name the state of all that can be searched for.
type nameRevisions struct{ runners, series Revision }

// nameCache holds the names that this process has loaded. Every transaction
// that changes a runner or a series bumps its revision (bumpRunners,
// bumpSeries), and every search reads the revisions before it trusts the cache:
// it sees whatever any process had committed before the search began.
type nameCache struct {
	current atomic.Pointer[names]
	// turn is held by whoever brings the names up to date.
	turn chan struct{}
	// making is the index that is built beside the searches, if any.
	mu     sync.Mutex
	making *reload
	work   sync.WaitGroup
	// life ends with the database's.
	life context.Context
	end  context.CancelFunc
}

// reload is an index in the making. failed is set before done is closed.
type reload struct {
	done   chan struct{}
	failed *error
	// meanwhile are the names that a search may use until then, or nil.
	meanwhile *names
}

func newNameCache() *nameCache {
	c := &nameCache{turn: make(chan struct{}, 1)}
	c.life, c.end = context.WithCancel(context.Background())
	return c
}

func (c *nameCache) close() {
	c.end()
	c.work.Wait()
}

// WarmUp loads the index of names, so that the first search need not wait for
// it.
func (db *DB) WarmUp(ctx context.Context) error {
	if _, err := db.currentNames(ctx); err != nil {
		return fmt.Errorf("load names: %w", classify(err))
	}
	return nil
}

// currentNames returns the names as they are now. While very many of them
// change at once they may be those of a moment ago.
func (db *DB) currentNames(ctx context.Context) (*names, error) {
	ctx = outsideSnapshot(ctx)
	at, err := db.nameRevisionsNow(ctx)
	if err != nil {
		return nil, err
	}
	for {
		n := db.names.current.Load()
		if n != nil && n.at == at {
			return n, nil
		}
		renewed, waiting, err := db.renew(ctx, at)
		if renewed != nil || err != nil {
			return renewed, err
		}
		if old, err := waiting.wait(ctx); old != nil || err != nil {
			return old, err
		}
	}
}

// wait waits until the index has been made. Where an old one may be used
// meanwhile, it gives that back after a while.
func (r *reload) wait(ctx context.Context) (*names, error) {
	var impatience <-chan time.Time
	if r.meanwhile != nil {
		impatience = time.After(reloadPatience)
	}
	select {
	case <-r.done:
		if *r.failed != nil {
			return nil, *r.failed
		}
		return nil, nil
	case <-impatience:
		return r.meanwhile, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// renew brings the names up to date, or says what to wait for. The names may be
// newer than at: somebody else has renewed them since.
func (db *DB) renew(ctx context.Context, at nameRevisions) (*names, *reload, error) {
	c := db.names
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	n := c.current.Load()
	if n == nil {
		return nil, db.startReload(nil), nil
	}
	if n.at == at {
		return n, nil, nil
	}
	next, gap, err := db.catchUp(ctx, n)
	switch {
	case err != nil:
		return nil, nil, err
	case gap == lostTimeline:
		return nil, db.startReload(nil), nil
	case gap == tooMuchChanged:
		return nil, db.startReload(n), nil
	}
	c.current.Store(next)
	if next.runners.Changed() > max(maxChanged, next.runners.Built()/changedShare) {
		db.startReload(next)
	}
	return next, nil, nil
}

// startReload loads all names, unless that is under way. Searches may use the
// names of meanwhile until then; without any they wait.
func (db *DB) startReload(meanwhile *names) *reload {
	c := db.names
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.making != nil {
		return &reload{done: c.making.done, failed: c.making.failed, meanwhile: meanwhile}
	}
	r := &reload{done: make(chan struct{}), failed: new(error), meanwhile: meanwhile}
	c.making = r
	c.work.Go(func() {
		defer close(r.done)
		n, err := db.loadNamesSafely(c.life)
		c.turn <- struct{}{}
		if *r.failed = err; err == nil {
			c.current.Store(n)
		}
		<-c.turn
		c.mu.Lock()
		c.making = nil
		c.mu.Unlock()
	})
	return r
}

// loadNamesSafely survives a panic: nobody else would, in a goroutine of its
// own.
func (db *DB) loadNamesSafely(ctx context.Context) (n *names, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("panic: %v\n%s", broken, debug.Stack())
		}
	}()
	return db.loadNames(ctx)
}
