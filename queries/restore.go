package queries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Errors of a restore.
var (
	// ErrNotEmpty says that a restore or an import would write over records.
	ErrNotEmpty = errors.New("the database is not empty")
	// ErrBackup says that the file is not a backup that this database can be made
	// from.
	ErrBackup = errors.New("not a backup for this database")
	// ErrInUse says that servers or other programs use the database.
	ErrInUse = errors.New("the database is in use; stop the server first")
	// ErrRestoreUnknown says that the connection was lost at the last moment of a
	// restore: either the old data is there as it was, or the whole backup.
	ErrRestoreUnknown = errors.New("the connection was lost as the restore was about to finish")
)

// What the first bytes of a backup are.
const (
	sqliteMagic   = "SQLite format 3\x00"
	postgresMagic = "PGDMP"
)

// Restore makes a database from a backup, in one transaction: when it fails, the
// database is as it was, except that ErrRestoreUnknown leaves open which of the
// two is there. The schema stays the backup's. A database that holds anything is
// left alone, ErrNotEmpty, unless replace is set. ErrBackup says that the file is
// damaged, from a newer version, from another program, or from another kind of
// database; ErrInUse that others are connected; ErrForeign that the database is
// another program's.
func Restore(ctx context.Context, location, file string, replace bool) error {
	start, err := beginning(file)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	postgres := IsPostgres(location)
	switch {
	case start == sqliteMagic && !postgres:
		err = restoreSQLite(ctx, location, file, replace)
	case strings.HasPrefix(start, postgresMagic) && postgres:
		err = restorePostgres(ctx, location, file, replace)
	case start == sqliteMagic:
		err = fmt.Errorf("%w: %s is of SQLite, and DATABASE_URL names PostgreSQL", ErrBackup, file)
	case strings.HasPrefix(start, postgresMagic):
		err = fmt.Errorf("%w: %s is of PostgreSQL, and DATABASE_URL names a SQLite file", ErrBackup, file)
	default:
		err = fmt.Errorf("%w: %s was not made by runnerdb backup or pg_dump --format=custom", ErrBackup, file)
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

func beginning(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	b := make([]byte, len(sqliteMagic))
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return string(b[:n]), joinClose(err, f)
}

// alwaysThere are tables that every version of the schema has.
var alwaysThere = []string{"goose_db_version", "runners", "series", "races", "results", "users", "sessions", "audit_log"}

// checkContent checks the schema version and the tables of a backup.
func checkContent(file string, version int64, tables []string) error {
	for _, name := range alwaysThere {
		if !slices.Contains(tables, name) {
			return fmt.Errorf("%w: %s has no table %s, so it isn't a whole backup of Runner DB", ErrBackup, file, name)
		}
	}
	if version > newestMigration() {
		return fmt.Errorf("%w: %s comes from a newer version of this program; install that one", ErrBackup, file)
	}
	return nil
}
