package queries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// What the first bytes of a backup are.
const (
	sqliteMagic   = "SQLite format 3\x00"
	postgresMagic = "PGDMP"
)

// Restore makes a database from a backup. One that holds anything is left as
// it is, ErrNotEmpty, unless it may be replaced. ErrBackup says that the file
// is damaged, from a newer version, or from another kind of database.
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

// restorePostgres reads the whole file before it takes anything away.
func restorePostgres(ctx context.Context, location, file string, replace bool) error {
	if err := runTool(ctx, "", "pg_restore", "--file="+os.DevNull, file); err != nil {
		return fmt.Errorf("%w: %w", ErrBackup, err)
	}
	db, err := openPostgres(ctx, location)
	if err != nil {
		return err
	}
	const query = `SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`
	var tables []string
	if err := db.read.SelectContext(ctx, &tables, query); err != nil {
		return joinClose(classify(err), db)
	}
	if len(tables) > 0 {
		if !replace {
			return joinClose(ErrNotEmpty, db)
		}
		if _, err := db.write.ExecContext(ctx, "DROP TABLE "+strings.Join(tables, ", ")+" CASCADE"); err != nil {
			return joinClose(classify(err), db)
		}
	}
	if err := db.Close(); err != nil {
		return err
	}
	return postgresTool(ctx, location, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", file)
}
