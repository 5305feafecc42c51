package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R086: a migration that was killed is completed by the next start.
func TestFaultMigrationKilled(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			for range querytest.Rounds(3) {
				location := querytest.Empty(t, engine)
				cmd := program(t, []string{"DATABASE_URL=" + location}, "migrate")
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
				must(t, location, "", "migrate")
				if e, err := queries.Examine(t.Context(), location, time.Now); err != nil || e.Schema != e.Known || !e.Derived || len(e.Damage) > 0 {
					t.Errorf("got %+v, %v", e, err)
				}
			}
		})
	}
}

// R084, R086: a program that is older than the schema changes nothing, and
// says so in one line.
func TestFaultNewerSchema(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			querytest.Exec(t, location, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
			refused(t, location, "newer")
		})
	}
}

// R086: while a newer program migrates, the older one serves on or puts off;
// afterwards it still serves, but is not ready any more, so that no more is
// sent to it.
func TestFaultMigratedWhileItServes(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			must(t, location, "", "seed")
			server := startServer(t, location)
			load := startTraffic(t, server, signedIn(t, location, server.port), 4)
			load.goesOn()
			querytest.ExecSlowly(t, location, 500*time.Millisecond,
				"ALTER TABLE runners ADD COLUMN nickname TEXT NOT NULL DEFAULT ''",
				"CREATE INDEX runners_by_nickname ON runners (nickname)",
				"ALTER TABLE results ADD COLUMN weather TEXT",
				"CREATE TABLE shoes (id INTEGER PRIMARY KEY, runner_id INTEGER REFERENCES runners (id))",
				"INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
			put := load.put.Load()
			load.goesOn()
			load.over()
			load.checkStored(location)
			if status, body := get(t.Context(), server.port, "/readyz"); status != http.StatusServiceUnavailable || body != "unavailable" {
				t.Errorf("readiness of the older program: got %d, %s", status, body)
			}
			for _, path := range asked {
				if status, body := get(t.Context(), server.port, path); status != http.StatusOK {
					t.Errorf("%s of the older program: got %d, %.300s", path, status, body)
				}
			}
			t.Logf("%d answered, %d put off", load.fine.Load(), put)
		})
	}
}

// R084: a database that is another program's, or none at all, is refused in one
// line by whatever would write to it, and stays as it is.
func TestFaultForeignDatabase(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			for _, statement := range []string{
				"CREATE TABLE guests (id INTEGER PRIMARY KEY, name TEXT)",
				"CREATE TABLE runners (id INTEGER PRIMARY KEY, speed TEXT)",
			} {
				location := querytest.Empty(t, engine)
				querytest.Exec(t, location, statement)
				refused(t, location, "another program")
				if tables := querytest.Stored(t, location); len(tables) != 1 {
					t.Errorf("got %v", tables)
				}
			}
		})
	}
	location := filepath.Join(t.TempDir(), "photo.db")
	if err := os.WriteFile(location, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, location, "not a database")
	refused(t, filepath.Join(location, "club.db"), "not a directory")
	closed := querytest.Location(t, querytest.Postgres)
	querytest.Exec(t, closed, "DROP ROLE IF EXISTS stranger")
	querytest.Exec(t, closed, "CREATE ROLE stranger LOGIN")
	refused(t, strings.Replace(closed, "user=postgres", "user=stranger", 1), "permission denied")
	refused(t, strings.Replace(closed, "user=postgres", "user=nobody", 1), "does not exist")
}

// refused proves that no command starts on a database, and that each says why
// in one line.
func refused(t *testing.T, location, why string) {
	t.Helper()
	for _, command := range []string{"serve", "migrate", "seed"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		cmd := program(t, []string{"PORT=" + freePort(t), "DATABASE_URL=" + location}, command)
		out, err := cmd.CombinedOutput()
		cancel()
		if err == nil || ctx.Err() == context.DeadlineExceeded || !strings.Contains(string(out), why) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%s: got %v, %s", command, err, out)
		}
	}
}
