package main

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// newerVersion makes a database claim a schema that this program doesn't know.
const newerVersion = `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`

const foreignTables = `
	CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id BIGINT, is_applied BOOLEAN, tstamp TIMESTAMP);
	INSERT INTO goose_db_version VALUES (1, 1, TRUE, CURRENT_TIMESTAMP);
	CREATE TABLE invoices (id INTEGER)`

func seeded(t *testing.T, engine querytest.Engine) string {
	t.Helper()
	location := querytest.Location(t, engine)
	must(t, location, "", "seed")
	return location
}

func backupOf(t *testing.T, location string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup")
	must(t, location, "", "backup", file)
	return file
}

// copyOf returns a backup of a database as pg_dump or SQLite makes one, without
// the checks of our own command.
func copyOf(t *testing.T, location string, options ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "copy")
	if queries.IsPostgres(location) {
		arguments := append([]string{"--format=custom", "--file=" + file, "--dbname=" + location}, options...)
		if out, err := exec.CommandContext(t.Context(), "pg_dump", arguments...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return file
	}
	querytest.Exec(t, location, `VACUUM INTO $1`, file)
	return file
}

// A backup that can't be used is refused before any of the old data is gone.
func TestRestoreRefusesUnusableBackups(t *testing.T) {
	for _, engine := range querytest.Engines {
		location := seeded(t, engine)
		if n := len(querytest.Stored(t, location)["results"]); n < 500 {
			t.Fatalf("only %d results to lose", n)
		}
		newer, foreign := querytest.Location(t, engine), querytest.Empty(t, engine)
		querytest.Exec(t, newer, newerVersion)
		querytest.Exec(t, foreign, foreignTables)
		files := map[string]string{"newer": copyOf(t, newer), "foreign": copyOf(t, foreign)}
		if engine == querytest.Postgres {
			files["schema only"] = copyOf(t, location, "--schema-only")
			files["rows only"] = copyOf(t, location, "--data-only")
			files["some tables"] = copyOf(t, location, "--table=goose_db_version", "--table=runners")
		}
		for name, file := range files {
			t.Run(fmt.Sprintf("%s/%s", engine, name), func(t *testing.T) {
				checkRefused(t, location, "not a backup", "restore", file, "--replace")
			})
		}
	}
}

// failingRestore puts a pg_restore in front of the real one that stops in the
// middle of its output.
func failingRestore(t *testing.T, end string) {
	t.Helper()
	actual, err := exec.LookPath("pg_restore")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := `#!/bin/sh
case "$*" in
*--list*|*--data-only*|*/dev/null*) exec ` + actual + ` "$@";;
*) ` + actual + ` "$@" | head -c 60000; ` + end + `;;
esac
`
	if err := os.WriteFile(filepath.Join(dir, "pg_restore"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

// What fails in the middle of a restore leaves the old data.
func TestRestoreThatFailsHalfWay(t *testing.T) {
	for name, end := range map[string]string{"fails": "exit 1", "is killed": "kill -9 $$", "ends early": "exit 0"} {
		t.Run(name, func(t *testing.T) {
			location := seeded(t, querytest.Postgres)
			backup := backupOf(t, location)
			must(t, location, "", "runner", "add", "Added Since")
			failingRestore(t, end)
			checkRefused(t, location, "Your data is unchanged.", "restore", backup, "--replace")
		})
	}
}

// A restore refuses while a server or another of our programs is connected.
func TestRestoreRefusesWhileConnected(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			backup := backupOf(t, location)
			db := querytest.Open(t, location)
			if err := db.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkRefused(t, location, "stop the server first", "restore", backup, "--replace")
		})
	}
}

// A restore takes away none but our own tables, and says so if it can't.
func TestRestoreLeavesOtherTables(t *testing.T) {
	location := querytest.Location(t, querytest.Postgres)
	backup := backupOf(t, location)
	querytest.Exec(t, location, `CREATE TABLE invoices (id INTEGER); INSERT INTO invoices VALUES (7)`)
	must(t, location, "", "restore", backup, "--replace")
	if got := querytest.Stored(t, location)["invoices"]; len(got) != 1 {
		t.Errorf("got %v", got)
	}
	foreign := querytest.Empty(t, querytest.Postgres)
	querytest.Exec(t, foreign, foreignTables)
	checkRefused(t, foreign, "another program", "restore", backup, "--replace")
}

// unprivileged returns the location of the database for a new role that owns
// nothing but a schema in it, named as the role.
func unprivileged(t *testing.T, location, role string) string {
	t.Helper()
	querytest.Exec(t, location, fmt.Sprintf(`CREATE ROLE %[1]s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE; CREATE SCHEMA %[1]s AUTHORIZATION %[1]s`, role))
	t.Cleanup(func() { querytest.Exec(t, location, fmt.Sprintf(`DROP OWNED BY %[1]s; DROP ROLE %[1]s`, role)) })
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("user", role)
	u.RawQuery = query.Encode()
	return u.String()
}

// A restore takes no rights but those on the schema: not those of a superuser,
// nor the right to make databases. Extensions in the dump are passed over, and
// time-outs of the role do not end it.
func TestRestoreWithoutPrivileges(t *testing.T) {
	super := querytest.Empty(t, querytest.Postgres)
	querytest.Exec(t, super, `COMMENT ON EXTENSION plpgsql IS 'of the provider'`)
	location := unprivileged(t, super, "club")
	querytest.Exec(t, super, `ALTER ROLE club SET statement_timeout = 5000; ALTER ROLE club SET idle_in_transaction_session_timeout = 300`)
	must(t, location, "", "seed")
	backup := copyOf(t, super, "--schema=club", "--extension=plpgsql")
	before := rowsOf(t, location)
	must(t, location, "", "runner", "add", "Added Since")
	must(t, location, "", "restore", backup, "--replace")
	if diff := cmp.Diff(before, rowsOf(t, location)); diff != "" {
		t.Errorf("the restored database differs: %.2000s", diff)
	}
	other := querytest.Location(t, querytest.Postgres)
	checkRefused(t, other, "not a backup", "restore", backup, "--replace")
}

func rowsOf(t *testing.T, location string) queries.Counts {
	t.Helper()
	db, err := queries.Open(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	counts, err := db.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// A backup of an older schema that can't be migrated is in place all the same,
// and the message says so.
func TestRestoreOfAnOlderSchemaThatFailsToMigrate(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			older, _ := querytest.Schema20(t, engine)
			good := copyOf(t, older)
			querytest.Exec(t, older, `CREATE TABLE runner_revisions (taken INTEGER)`) // migration 21 makes one
			backup := copyOf(t, older)
			location := querytest.Location(t, engine)
			must(t, location, "", "restore", good, "--replace")
			status, _, errOut := runOn(t, location, "", "restore", backup, "--replace")
			if status == 0 || !strings.Contains(errOut, "The backup is in place.") || strings.Contains(errOut, "unchanged") {
				t.Errorf("got %d, %s", status, errOut)
			}
		})
	}
}
