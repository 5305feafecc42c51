package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runnerdb/queries"
	"runnerdb/sheets/fullexport"
)

// importAll reads a full export into an empty database.
func importAll(cmd *cobra.Command, args []string) (err error) {
	var others []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "all" {
			others = append(others, "--"+f.Name)
		}
	})
	if len(args) != 1 || len(others) > 0 {
		return errors.New("--all takes one archive, and no other flag")
	}
	cfg, err := environment()
	if err != nil {
		return err
	}
	path := args[0]
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s can't be read: %w", path, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	archive, err := fullexport.Open(file, info.Size())
	if err != nil {
		return explainImport(path, err)
	}
	return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
		start, rows := time.Now(), archive.TotalRows()
		bar := progress(cmd.ErrOrStderr(), rows, "Importing")
		err := db.Import(ctx, archiveSource{archive}, func(done int) {
			_ = bar.Set(done) // a bar that can't be drawn is no reason to stop
		})
		if err != nil {
			return explainImport(path, err)
		}
		if err := db.CheckSuppression(ctx, cfg.suppression()); errors.Is(err, queries.ErrSuppressionSealed) {
			fmt.Fprintf(cmd.ErrOrStderr(), "Note: %v.\n", err)
		} else if err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "Read %d rows from %s in %v.\n%s\n", rows, path, time.Since(start).Round(100*time.Millisecond),
			"Users come without passwords: runnerdb user invite makes a link to choose one.")
		return err
	})
}

// archiveSource is an archive as a database reads it.
type archiveSource struct{ *fullexport.Reader }

func (a archiveSource) Tables() []queries.Table {
	tables := make([]queries.Table, len(a.Manifest.Tables))
	for i, table := range a.Manifest.Tables {
		tables[i] = queries.Table{Name: table.Name, Columns: table.Columns}
	}
	return tables
}

// explainImport says what to do where an archive can't be read.
func explainImport(path string, err error) error {
	var advice string
	switch {
	case err == nil:
		return nil
	case errors.Is(err, queries.ErrNotEmpty):
		advice = "A full export goes into an empty database. Name a new one: DATABASE_URL=new.db runnerdb import --all " + path
	case errors.Is(err, fullexport.ErrNewer), errors.Is(err, queries.ErrUnknownTable):
		advice = "Bring this program up to date, and try again."
	case errors.Is(err, fullexport.ErrDamaged):
		advice = "Copy it anew from where it came from; nothing of it was read into the database."
	case errors.Is(err, fullexport.ErrNoArchive):
		advice = "Name a file that runnerdb export wrote."
	case errors.Is(err, queries.ErrInvalid), errors.Is(err, queries.ErrExists):
		advice = "Its rows do not fit together: it was changed since it was written. Nothing of it was read into the database."
	default:
		return err
	}
	return fmt.Errorf("%s: %w\n%s", path, err, advice)
}
