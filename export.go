package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/queries"
	"runnerdb/sheets/fullexport"
)

func exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export FILE.zip",
		Short: "Write all records into one archive",
		Long: `Write all records of the database that DATABASE_URL names into one new archive of
CSV files, as docs/export.md describes it: runners, races and results with their
origins, users without passwords, settings, the bin and the audit log. It may be
done while others serve. Read it into an empty database of either kind with
runnerdb import --all.

The archive holds birth dates and licence numbers: keep it as carefully as the
database.`,
		Example: "  runnerdb export club.zip",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				start, rows := time.Now(), 0
				if err := exportAll(ctx, db, args[0], &rows); err != nil {
					return err
				}
				deed := queries.Deed{Action: "export", Outcome: queries.OK, Kind: "database", Object: "all records"}
				if err := db.Note(ctx, queries.AtCommandLine(start), deed); err != nil {
					return err
				}
				return report(cmd, nil, "Wrote %d rows to %s in %v.\n", rows, args[0], time.Since(start).Round(100*time.Millisecond))
			})
		},
	}
}

// exportAll writes the archive beside its place, and puts it there when it is
// whole.
func exportAll(ctx context.Context, db *queries.DB, path string, rows *int) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; name a new file", path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".runnerdb-export-*") // for the owner's eyes alone
	if err != nil {
		return fmt.Errorf("%s can't be written: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	archive := fullexport.NewWriter(file, queries.SchemaVersion())
	err = db.Export(ctx, func(table queries.Table) (func([]any) error, error) {
		row, err := archive.Begin(table.Name, table.Columns)
		return func(values []any) error {
			*rows++
			return row(values)
		}, err
	})
	if err == nil {
		err = archive.Close()
	}
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
