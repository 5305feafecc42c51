package queries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	f, err := createPrivate(part)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
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
	if err := db.GetContext(ctx, &version, `SELECT MAX(version_id) FROM goose_db_version`); err != nil {
		return joinClose(fmt.Errorf("%w: %s is none of Runner DB", ErrBackup, file), db)
	}
	if version > newestMigration() {
		return joinClose(fmt.Errorf("%w: %s comes from a newer version of this program", ErrBackup, file), db)
	}
	return db.Close()
}

// sqliteFileDSN opens a file that nobody else uses, and changes nothing.
func sqliteFileDSN(file string) string {
	address, _, _ := strings.Cut(sqliteDSN(file, url.Values{}), "?")
	return address + "?mode=ro"
}

// restoreSQLite puts a copy in the place of the database.
func restoreSQLite(ctx context.Context, location, file string, replace bool) error {
	if err := checkSQLiteFile(ctx, file); err != nil {
		return err
	}
	if err := makeRoom(ctx, location, replace); err != nil {
		return err
	}
	part := location + ".part"
	if err := copyFile(file, part); err != nil {
		return errors.Join(err, removeFile(part))
	}
	return publish(part, location)
}

// makeRoom makes sure that there is nothing to write over, or that it may be
// and nobody has it open.
func makeRoom(ctx context.Context, location string, replace bool) error {
	info, err := os.Stat(location)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	db, err := sqlx.Open("sqlite", sqliteDSN(location, url.Values{}))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	var tables int
	if err := db.GetContext(ctx, &tables, `SELECT COUNT(*) FROM sqlite_master`); err != nil {
		return joinClose(classify(err), db)
	}
	if tables > 0 && !replace {
		return joinClose(ErrNotEmpty, db)
	}
	// SQLite gives up its log only where nobody else has the file open.
	if _, err := db.ExecContext(ctx, `PRAGMA journal_mode = DELETE`); err != nil {
		return joinClose(fmt.Errorf("somebody has %s open; stop the server first: %w", location, classify(err)), db)
	}
	return db.Close()
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	if err := removeFile(to); err != nil {
		return err
	}
	target, err := createPrivate(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return joinClose(err, target)
}
