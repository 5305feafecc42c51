package queries

import (
	"time"

	"github.com/jmoiron/sqlx"
)

// Pool says how the connections of a pool are used, and how often and long one
// had to be waited for since the start.
type Pool struct {
	Name              string
	Open, InUse, Most int
	Waits             int64
	Waited            time.Duration
}

// Pools are the pools of connections: one on PostgreSQL, on SQLite one that
// reads and one that writes.
func (db *DB) Pools() []Pool {
	if db.read.DB == db.write {
		return []Pool{poolOf("all", db.write)}
	}
	return []Pool{poolOf("read", db.read.DB), poolOf("write", db.write)}
}

func poolOf(name string, of *sqlx.DB) Pool {
	s := of.Stats()
	return Pool{Name: name, Open: s.OpenConnections, InUse: s.InUse, Most: s.MaxOpenConnections, Waits: s.WaitCount, Waited: s.WaitDuration}
}
