package queries_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// holdRevisions keeps everybody from changing the records, as an import does
// that has its turn, until the returned function is called.
func holdRevisions(t *testing.T, location string) (watch *sql.DB, release func()) {
	t.Helper()
	watch, err := sql.Open("postgres", location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = watch.Close() })
	turn, err := watch.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	release = func() { _ = turn.Rollback() }
	t.Cleanup(release)
	if _, err := turn.ExecContext(t.Context(), "SELECT 1 FROM revisions FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	return watch, release
}

// On PostgreSQL those who only read are answered however many writers wait.
func TestReadersDoNotWaitForWriters(t *testing.T) {
	t.Parallel()
	location := querytest.Location(t, querytest.Postgres)
	db := querytest.Open(t, location+"&lock_timeout=0&statement_timeout=0")
	watch, release := holdRevisions(t, location)
	var writers sync.WaitGroup
	for range 12 {
		writers.Go(func() {
			if _, err := db.CreateRunner(t.Context(), club.Runner{Name: "Waiting Writer"}, queries.Actor{Name: "test", At: time.Now()}); err != nil {
				t.Errorf("a writer: %v", err)
			}
		})
	}
	for waiting := 0; waiting < 4; {
		const query = `SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
		if err := watch.QueryRowContext(t.Context(), query).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 20 {
		if _, err := db.RecordsAt(ctx); err != nil {
			t.Fatalf("a reader: %v", err)
		}
	}
	release()
	writers.Wait()
}

// A writer who waits for an import is told to come back later.
func TestWritersDoNotWaitForever(t *testing.T) {
	t.Parallel()
	location := querytest.Location(t, querytest.Postgres)
	db := querytest.Open(t, location+"&lock_timeout=50")
	holdRevisions(t, location)
	_, err := db.CreateRunner(t.Context(), club.Runner{Name: "Waiting Writer"}, queries.Actor{Name: "test", At: time.Now()})
	if !errors.Is(err, queries.ErrUnavailable) || !queries.IsContention(err) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}
