package queries

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
)

// restoreSQLite writes a backup over the database with SQLite's own backup
// interface, as one transaction of the file: other programs wait for its lock,
// and after a crash the next one to open the file rolls it back. Renaming a new
// file into place could leave it with the log of the old one.
func restoreSQLite(ctx context.Context, location, file string, replace bool) error {
	if info, err := os.Stat(file + "-wal"); err == nil && info.Size() > 0 {
		return fmt.Errorf("%w: %s is a database in use, and its newest rows are in %s-wal; copy it with runnerdb backup", ErrBackup, file, file)
	}
	if err := checkSQLiteFile(ctx, file); err != nil {
		return err
	}
	if err := makePrivate(location); err != nil {
		return err
	}
	db, err := sqlx.Open("sqlite", sqliteDSN(location, url.Values{}))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if err := checkReplaceable(ctx, db, replace); err != nil {
		return joinClose(err, db)
	}
	return joinClose(overwriteSQLite(ctx, db, file), db)
}

// checkReplaceable checks that there is nothing to write over, or that it may be
// and nobody else has it open.
func checkReplaceable(ctx context.Context, db *sqlx.DB, replace bool) error {
	var tables int
	if err := db.GetContext(ctx, &tables, `SELECT COUNT(*) FROM sqlite_master`); err != nil {
		return fmt.Errorf("the database there can't be read; move its file away and restore again: %w", classify(err))
	}
	if tables > 0 && !replace {
		return ErrNotEmpty
	}
	// SQLite gives up its log only where nobody else has the file open.
	_, err := db.ExecContext(ctx, `PRAGMA journal_mode = DELETE`)
	if isBusy(err) {
		return fmt.Errorf("%w: %w", ErrInUse, err)
	}
	return classify(err)
}

func overwriteSQLite(ctx context.Context, db *sqlx.DB, file string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	// As little as possible may be lost with the power.
	if _, err := conn.ExecContext(ctx, `PRAGMA synchronous = EXTRA`); err != nil {
		return joinClose(err, conn)
	}
	err = conn.Raw(func(driverConn any) error {
		target, ok := driverConn.(interface {
			NewRestore(source string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the driver's connections have changed")
		}
		restore, err := target.NewRestore(sqliteFileDSN(file))
		if err != nil {
			return err
		}
		_, err = restore.Step(-1)
		return errors.Join(err, restore.Finish())
	})
	return joinClose(classify(err), conn)
}
