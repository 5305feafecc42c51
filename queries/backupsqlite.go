package queries

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/jmoiron/sqlx"
)

// backupSQLite lets SQLite write the copy: copying the file alone would miss
// what lies in the write-ahead log.
func backupSQLite(ctx context.Context, location, part string) error {
	if _, err := os.Stat(location); err != nil {
		return fmt.Errorf("there is no database %s", location)
	}
	source, err := sqlx.Open("sqlite", sqliteDSN(location, url.Values{}))
	if err != nil {
		return err
	}
	if _, err := source.ExecContext(ctx, `VACUUM INTO $1`, part); err != nil {
		return joinClose(classify(err), source)
	}
	return joinClose(checkSQLiteFile(ctx, part), source)
}

// checkSQLiteFile reads a copy through and says whether it is whole and ours.
func checkSQLiteFile(ctx context.Context, file string) error {
	db, err := sqlx.Open("sqlite", sqliteFileDSN(file))
	if err != nil {
		return err
	}
	var found []string
	if err := db.SelectContext(ctx, &found, `PRAGMA integrity_check`); err != nil {
		return joinClose(fmt.Errorf("%w: %s can't be read: %w", ErrBackup, file, err), db)
	}
	if len(found) != 1 || found[0] != "ok" {
		return joinClose(fmt.Errorf("%w: %s is damaged: %s", ErrBackup, file, found[0]), db)
	}
	var version int64
	if err := db.GetContext(ctx, &version, `SELECT MAX(version_id) FROM goose_db_version WHERE is_applied`); err != nil {
		return joinClose(fmt.Errorf("%w: %s holds the tables of another program", ErrBackup, file), db)
	}
	var tables []string
	if err := db.SelectContext(ctx, &tables, `SELECT name FROM sqlite_master WHERE type = 'table'`); err != nil {
		return joinClose(classify(err), db)
	}
	return joinClose(checkContent(file, version, tables), db)
}

// sqliteFileDSN opens a file that nobody else uses, and changes nothing.
func sqliteFileDSN(file string) string {
	address, _, _ := strings.Cut(sqliteDSN(file, url.Values{}), "?")
	return address + "?mode=ro"
}
