package queries

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3/lock"
)

// restorePostgres reads the whole file first. Then psql replaces our tables in one
// transaction, which ends with COMMIT only once pg_restore has written everything:
// whatever dies before that, the server rolls it back.
func restorePostgres(ctx context.Context, location, file string, replace bool) error {
	d, err := readDump(ctx, file)
	if err != nil {
		return err
	}
	servers, own, err := nameRestore(location)
	if err != nil {
		return err
	}
	db, err := openPostgres(ctx, own)
	if err != nil {
		return err
	}
	ours, err := db.replaceable(ctx, d, servers, replace)
	if err != nil {
		return joinClose(err, db)
	}
	return joinClose(db.swap(ctx, own, d, ours), db)
}

// nameRestore returns the name by which servers connect, and the location under
// another name: a restore must not take its own connections for servers.
func nameRestore(location string) (servers, own string, err error) {
	u, err := url.Parse(location)
	if err != nil {
		return "", "", errors.New("not a valid postgres:// URL")
	}
	query := u.Query()
	servers = query.Get("application_name")
	if servers == "" {
		servers = applicationName
	}
	query.Set("application_name", servers+" restore")
	u.RawQuery = query.Encode()
	return servers, u.String(), nil
}

// replaceable returns the tables that a restore takes away: ours, and none of
// other programs.
func (db *DB) replaceable(ctx context.Context, d dump, servers string, replace bool) ([]string, error) {
	var schema string
	if err := db.read.GetContext(ctx, &schema, `SELECT COALESCE(current_schema(), '')`); err != nil {
		return nil, classify(err)
	}
	if schema != d.schema {
		return nil, fmt.Errorf("%w: %s was made from the schema %q, and DATABASE_URL leads to %q", ErrBackup, d.file, d.schema, schema)
	}
	var there []string
	if err := db.read.SelectContext(ctx, &there, `SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1`, schema); err != nil {
		return nil, classify(err)
	}
	if len(there) > 0 && !replace {
		return nil, ErrNotEmpty
	}
	if err := db.refuseForeign(ctx); err != nil {
		return nil, err
	}
	if version := db.schemaVersion(ctx); version > newestMigration() {
		return nil, fmt.Errorf("%w, or restore into an empty database", ErrNewerSchema)
	}
	known, err := tablesOfMigrations()
	if err != nil {
		return nil, err
	}
	known = append(known, d.tables...)
	ours := slices.DeleteFunc(there, func(name string) bool { return !slices.Contains(known, name) })
	return ours, db.refuseServers(ctx, servers)
}

var createTable = regexp.MustCompile(`CREATE TABLE (\w+)|RENAME TO (\w+)`)

// tablesOfMigrations returns the names of all tables that a version of the schema
// has had.
func tablesOfMigrations() ([]string, error) {
	names := []string{"goose_db_version"}
	files, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := migrationFiles.ReadFile("migrations/" + file.Name())
		if err != nil {
			return nil, err
		}
		for _, match := range createTable.FindAllStringSubmatch(string(text), -1) {
			names = append(names, match[1]+match[2])
		}
	}
	return names, nil
}

func (db *DB) refuseServers(ctx context.Context, name string) error {
	const query = `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`
	var connected int
	if err := db.read.GetContext(ctx, &connected, query, name); err != nil {
		return classify(err)
	}
	if connected > 0 {
		return fmt.Errorf("%w: %d connections are open", ErrInUse, connected)
	}
	return nil
}

// swapBegin lifts the time-outs that a role or an address may set, and takes the
// lock of the migrations: servers that start meanwhile wait for it. Other users of
// the tables are waited for half a minute.
const swapBegin = `\set ON_ERROR_STOP on
BEGIN;
SELECT 'transaction ' || pg_catalog.txid_current();
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL lock_timeout = 30000;
SELECT pg_catalog.pg_advisory_xact_lock(%d);
`

// swapEnd fails unless the tables are there in the version that was announced.
const swapEnd = `
DO $check$
BEGIN
	IF (SELECT pg_catalog.max(version_id) FROM %[1]s.goose_db_version WHERE is_applied) IS DISTINCT FROM %[2]d
		OR (SELECT pg_catalog.count(*) FROM pg_catalog.pg_tables WHERE schemaname = %[3]s AND tablename = ANY (%[4]s)) <> %[5]d
	THEN RAISE EXCEPTION 'the backup did not come out whole';
	END IF;
END $check$;
COMMIT;
`

// swap replaces our tables with those of the dump.
func (db *DB) swap(ctx context.Context, location string, d dump, ours []string) error {
	var begin, end strings.Builder
	fmt.Fprintf(&begin, swapBegin, lock.DefaultLockID)
	if len(ours) > 0 {
		names := make([]string, len(ours))
		for i, name := range ours {
			names[i] = pq.QuoteIdentifier(d.schema) + "." + pq.QuoteIdentifier(name)
		}
		fmt.Fprintf(&begin, "DROP TABLE %s;\n", strings.Join(names, ", "))
	}
	quoted := make([]string, len(d.tables))
	for i, name := range d.tables {
		quoted[i] = pq.QuoteLiteral(name)
	}
	fmt.Fprintf(&end, swapEnd, pq.QuoteIdentifier(d.schema), d.version, pq.QuoteLiteral(d.schema),
		"ARRAY["+strings.Join(quoted, ", ")+"]", len(d.tables))
	said, err := runSwap(ctx, location, d, begin.String(), end.String())
	if err != nil {
		return db.outcome(ctx, said, err)
	}
	return nil
}

// runSwap feeds psql with the beginning, with what pg_restore writes, and only if
// that was everything, with the end. It returns what psql wrote.
func runSwap(ctx context.Context, location string, d dump, begin, end string) (said string, err error) {
	list, err := writeList(d.wanted)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, removeFile(list)) }()
	address, password, err := toolAddress(location)
	if err != nil {
		return "", err
	}
	psql, err := tool(ctx, password, "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password", "--dbname="+address)
	if err != nil {
		return "", err
	}
	restore, err := tool(ctx, "", "pg_restore", "--no-owner", "--no-privileges", "--use-list="+list, "--file=-", d.file)
	if err != nil {
		return "", err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	psql.Stdin, psql.Stdout = read, &out
	restore.Stdout = write
	psqlErr := startTool(psql)
	if err := read.Close(); err != nil {
		return "", errors.Join(err, write.Close())
	}
	feeding := feed(write, restore, begin, end)
	// The cause comes first: when psql stops, the others find its pipe closed.
	err = errors.Join(psqlErr(), feeding)
	return out.String(), err
}

func feed(write *os.File, restore *exec.Cmd, begin, end string) error {
	if _, err := io.WriteString(write, begin); err != nil {
		return joinClose(err, write)
	}
	if err := startTool(restore)(); err != nil {
		return joinClose(err, write)
	}
	_, err := io.WriteString(write, end)
	return joinClose(err, write)
}

func writeList(lines string) (name string, err error) {
	f, err := os.CreateTemp("", "runnerdb-restore-*.list")
	if err != nil {
		return "", err
	}
	_, err = io.WriteString(f, lines)
	return f.Name(), joinClose(err, f)
}

// outcome asks the server, after a failure, what became of the transaction.
func (db *DB) outcome(ctx context.Context, said string, failed error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var id int64
	first, _, _ := strings.Cut(said, "\n")
	if _, err := fmt.Sscanf(first, "transaction %d", &id); err != nil {
		return failed // before it did anything
	}
	for {
		var status string
		err := db.read.GetContext(ctx, &status, `SELECT COALESCE(txid_status($1), 'aborted')`, id)
		switch {
		case err == nil && status == "committed":
			return nil
		case err == nil && status == "aborted":
			return failed
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrRestoreUnknown, failed)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
