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
	at      revisions
	runners *search.Index
	series  *search.Index
}

// revisions count the changes of what can be searched for. What was known
// before the revision reload is void.
type revisions struct{ runners, reload, series int64 }

func (r revisions) covers(other revisions) bool {
	return r.runners >= other.runners && r.series >= other.series
}

// nameCache keeps the names that this process knows. Whoever changes a runner
// or a series counts its revision up in the same transaction (touchRunners,
// touchSeries), and every search reads the revisions before it trusts the
// cache: what had been committed before the search began, by any process, it
// sees.
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

// reload is an index in the making.
type reload struct {
	done chan struct{}
	err  error
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

// currentNames are the names as they are now. Where many of them have changed
// at once they may be older: those of a moment ago.
func (db *DB) currentNames(ctx context.Context) (*names, error) {
	at, err := db.revisionsNow(ctx)
	if err != nil {
		return nil, err
	}
	for {
		n := db.names.current.Load()
		if n != nil && n.at.covers(at) {
			return n, nil
		}
		waiting, err := db.renew(ctx, at)
		if err != nil {
			return nil, err
		}
		if waiting == nil {
			continue
		}
		if old, err := waiting.wait(ctx, n); old != nil || err != nil {
			return old, err
		}
	}
}

// wait waits until the index has been made. Who has an old one waits a while,
// and then gets that one back.
func (r *reload) wait(ctx context.Context, old *names) (*names, error) {
	var impatience <-chan time.Time
	if old != nil {
		impatience = time.After(reloadPatience)
	}
	select {
	case <-r.done:
		if r.err != nil {
			return old, r.err
		}
		return nil, nil
	case <-impatience:
		return old, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// renew brings the names up to date, or says what to wait for.
func (db *DB) renew(ctx context.Context, at revisions) (*reload, error) {
	c := db.names
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	n := c.current.Load()
	if n == nil || n.at.runners < at.reload {
		return db.startReload(), nil
	}
	if n.at.covers(at) {
		return nil, nil
	}
	next, err := db.catchUp(ctx, n, at)
	if err != nil {
		return nil, err
	}
	if next == nil {
		return db.startReload(), nil
	}
	c.current.Store(next)
	if next.runners.Changed() > max(maxChanged, next.runners.Built()/changedShare) {
		db.startReload()
	}
	return nil, nil
}

// startReload loads all names anew, unless that is under way.
func (db *DB) startReload() *reload {
	c := db.names
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.making != nil {
		return c.making
	}
	r := &reload{done: make(chan struct{})}
	c.making = r
	c.work.Go(func() {
		defer close(r.done)
		n, err := db.loadNamesSafely(c.life)
		c.turn <- struct{}{}
		if r.err = err; err == nil {
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
