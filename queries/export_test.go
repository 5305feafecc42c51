package queries

import "time"

// KnownSince is when the database was last asked for the version.
func KnownSince(db *DB) time.Time { return db.version.known.Load().at }

// Watching reports whether the database is asked for it time and again.
func Watching(db *DB) bool {
	db.version.mu.Lock()
	defer db.version.mu.Unlock()
	return db.version.watching
}
