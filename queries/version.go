package queries

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// Version tells apart the states of all that public pages show. Equal versions
// mean that nothing of it has changed.
type Version struct {
	sum   uint64
	names nameRevisions
}

// Append adds to b what tells the version apart.
func (v Version) Append(b []byte) []byte {
	b = append(strconv.AppendUint(b, v.sum, 36), 0)
	for _, r := range []Revision{v.names.runners, v.names.series} {
		b = append(strconv.AppendInt(b, r.Number, 36), 0)
		b = append(strconv.AppendInt(b, r.Token, 36), 0)
	}
	return b
}

// Bounds of knowing the version without a question to the database.
const (
	// versionAge is how old what is known may be: what somebody else has changed
	// is seen that soon.
	versionAge = 250 * time.Millisecond
	// versionEvery is how often the database is asked while there are visitors,
	versionEvery = 100 * time.Millisecond
	// versionIdle is for how long it is after the last of them,
	versionIdle = time.Minute
	// versionPatience is how long one question may take.
	versionPatience = 2 * time.Second
)

// versionCache keeps the version that this process knows.
type versionCache struct {
	known    atomic.Pointer[knownVersion]
	prepared atomic.Pointer[sql.Stmt]
	asked    atomic.Int64 // when somebody asked last, in milliseconds since 1970
	// mu guards what starts and ends the watching, and who asks for others.
	mu       sync.Mutex
	asking   bool
	next     *reading
	glimpse  glimpse
	watching bool
	work     sync.WaitGroup
	life     context.Context
	end      context.CancelFunc
}

// knownVersion is a version with the time at which the database was asked.
type knownVersion struct {
	version Version
	at      time.Time
}

func newVersionCache() *versionCache {
	c := &versionCache{}
	c.life, c.end = context.WithCancel(context.Background())
	return c
}

func (c *versionCache) close() {
	c.mu.Lock()
	c.end()
	c.mu.Unlock()
	c.work.Wait()
	if c.glimpse.counter != nil {
		_ = c.glimpse.counter.Close()
		_ = c.glimpse.conn.Close()
	}
}

// Version is the state of all that public pages show, of at most a quarter of
// a second ago. While it is asked for, it lies in memory. Whatever changes
// what pages show counts a revision up in the same transaction.
func (db *DB) Version(ctx context.Context) (Version, error) {
	c := db.version
	c.asked.Store(millis(time.Now()))
	if known := c.known.Load(); known != nil && time.Since(known.at) < versionAge {
		return known.version, nil
	}
	db.watchVersion()
	version, err := db.readVersion(ctx)
	if err != nil {
		return Version{}, fmt.Errorf("version: %w", classify(err))
	}
	return version, nil
}

// readVersion asks the database.
func (db *DB) readVersion(ctx context.Context) (version Version, err error) {
	const query = `SELECT name, number, token FROM revisions ORDER BY name`
	at := time.Now()
	statement, err := db.version.statement(ctx, db.read.DB, query) //nolint:sqlclosecheck // it goes with the database
	if err != nil {
		return Version{}, err
	}
	rows, err := statement.QueryContext(ctx)
	if err != nil {
		return Version{}, err
	}
	defer func() { _ = rows.Close() }()
	hash, text := fnv.New64a(), make([]byte, 0, 64)
	for rows.Next() {
		var name string
		var r Revision
		if err := rows.Scan(&name, &r.Number, &r.Token); err != nil {
			return Version{}, err
		}
		text = strconv.AppendInt(append(append(text[:0], name...), '='), r.Number, 36)
		text = append(strconv.AppendInt(append(text, '.'), r.Token, 36), '\n')
		_, _ = hash.Write(text) // never fails
		switch name {
		case "runners":
			version.names.runners = r
		case "series":
			version.names.series = r
		}
	}
	if err := rows.Err(); err != nil {
		return Version{}, err
	}
	version.sum = hash.Sum64()
	db.version.learn(knownVersion{version, at})
	return version, nil
}

// statement is the question for the version, which the database has to
// understand only once: it is the most frequent of all.
func (c *versionCache) statement(ctx context.Context, db *sqlx.DB, query string) (*sql.Stmt, error) {
	if known := c.prepared.Load(); known != nil {
		return known, nil
	}
	statement, err := db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if !c.prepared.CompareAndSwap(nil, statement) {
		return c.prepared.Load(), statement.Close() //nolint:sqlclosecheck // somebody else was first
	}
	return statement, nil
}

// SearchesShow reports whether a search that begins now is answered from the
// names of this very version: while very many change at once it is not.
func (db *DB) SearchesShow(v Version) bool {
	n := db.names.current.Load()
	return n == nil || n.at == v.names // without names it waits for the newest
}

// learn keeps the newest of what several have asked for at once.
func (c *versionCache) learn(v knownVersion) {
	for {
		known := c.known.Load()
		if known != nil && known.at.After(v.at) || c.known.CompareAndSwap(known, &v) {
			return
		}
	}
}

// watchVersion asks for the version time and again, until nobody wants it.
func (db *DB) watchVersion() {
	c := db.version
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watching || c.life.Err() != nil {
		return
	}
	c.watching = true
	c.work.Go(func() {
		ticker := time.NewTicker(versionEvery)
		defer ticker.Stop()
		for c.stillWanted() {
			ctx, cancel := context.WithTimeout(c.life, versionPatience)
			// Where it fails, what is known grows old, and who wants it asks again.
			_, _ = db.readVersion(ctx)
			cancel()
			select {
			case <-ticker.C:
			case <-c.life.Done():
			}
		}
	})
}

func (c *versionCache) stillWanted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watching = c.life.Err() == nil && millis(time.Now())-c.asked.Load() < versionIdle.Milliseconds()
	return c.watching
}
