package main

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"

	"runnerdb/queries/querytest"
)

// healthy has an owner and a runner.
var healthy = querytest.NewTemplate(func(ctx context.Context, db *queries.DB) error {
	_, err := db.CreateUser(ctx, accounts.User{Email: "thandi@example.org", Name: "Thandi", Role: accounts.Owner, PasswordHash: "never used"}, time.Now())
	if err != nil {
		return err
	}
	return querytest.LoadBatch(ctx, db, queries.Batch{Runners: []club.Runner{{ID: 1, Name: "Karabo Khumalo"}}})
})

// What is wrong is said in plain words, with the mend, and the status is 1.
func TestDoctorFindsWhatIsWrong(t *testing.T) {
	broken := map[string]struct {
		on      querytest.Engine // both where empty
		spoil   func(t *testing.T, location string)
		verdict string
	}{
		"nothing": {"", func(*testing.T, string) {}, ""},
		"newer schema": {"", func(t *testing.T, location string) {
			querytest.Exec(t, location, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
		}, "WRONG  schema         version 99999 is newer than this program"},
		"older schema": {"", func(t *testing.T, location string) {
			querytest.Exec(t, location, "DELETE FROM goose_db_version WHERE version_id > 3")
		}, "bring it up to date with: runnerdb migrate"},
		"no schema": {"", func(t *testing.T, location string) {
			querytest.Exec(t, location, "DROP TABLE goose_db_version")
		}, "version 0 of"},
		"index not derived": {"", func(t *testing.T, location string) {
			querytest.Exec(t, location, "UPDATE revisions SET number = 0 WHERE name = 'derived'")
		}, "runnerdb index"},
		"no owner": {"", func(t *testing.T, location string) {
			querytest.Exec(t, location, "UPDATE users SET disabled = TRUE")
		}, "note   users          no owner can sign in"},
		"broken index": {querytest.Postgres, func(t *testing.T, location string) {
			querytest.Exec(t, location, "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'jobs_by_kind'::regclass")
		}, "WRONG  integrity      index jobs_by_kind is not valid"},
		"orphan": {querytest.SQLite, func(t *testing.T, location string) {
			querytest.Exec(t, location, "INSERT INTO runner_aliases (runner_id, name) VALUES (99, 'x')")
		}, "WRONG  integrity      runner_aliases row 1 names a row of runners that is not there"},
		"damaged file": {querytest.SQLite, damage, "WRONG"},
		"open to all": {querytest.SQLite, func(t *testing.T, location string) {
			if err := os.Chmod(location, 0o644); err != nil {
				t.Fatal(err)
			}
		}, "run: chmod 600"},
		"no database": {querytest.SQLite, func(t *testing.T, location string) {
			if err := os.Remove(location); err != nil {
				t.Fatal(err)
			}
		}, "make it with: runnerdb migrate"},
	}
	for name, test := range broken {
		for _, engine := range querytest.Engines {
			if test.on != "" && test.on != engine {
				continue
			}
			t.Run(name+" "+string(engine), func(t *testing.T) {
				location := healthy.Location(t, engine)
				test.spoil(t, location)
				status, out, errOut := runOn(t, location, "", "doctor")
				want := 0
				if strings.Contains(out, "WRONG") || name == "damaged file" {
					want = 1
				}
				if status != want || !strings.Contains(out, test.verdict) {
					t.Errorf("got %d, %s%s; want %s", status, out, errOut, test.verdict)
				}
				if name == "nothing" && want != 0 {
					t.Errorf("something is wrong with a healthy database: %s", out)
				}
			})
		}
	}
	t.Run("configuration", func(t *testing.T) {
		t.Setenv("PORT", "x")
		t.Setenv("BASE_URL", "https://runners.example.org")
		status, out, _ := runOn(t, querytest.Location(t, querytest.SQLite), "", "doctor")
		for _, want := range []string{"WRONG  configuration  PORT", "WRONG  configuration  SESSION_KEYS", "fine   integrity"} {
			if status != 1 || !strings.Contains(out, want) {
				t.Errorf("got %d, %s; want %s", status, out, want)
			}
		}
	})
}

// damage overwrites pages in the middle of a SQLite file.
func damage(t *testing.T, location string) {
	t.Helper()
	f, err := os.OpenFile(location, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("\xff", int(end/2))), end/4); err != nil {
		t.Fatal(err)
	}
}

// A database that is made is for its owner alone, whatever the umask says.
func TestADatabaseIsMadePrivate(t *testing.T) {
	location := querytest.Empty(t, querytest.SQLite)
	db := querytest.Open(t, location)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{location, location + "-wal", location + "-shm"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v; want -rw-------", name, info, err)
		}
	}
}
