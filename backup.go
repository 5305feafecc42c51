package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"runnerdb/queries"
)

func backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database into a file",
		Long: `Copy the database that DATABASE_URL names, as it is at one moment, into a new
file that only you may read. It is safe while servers serve and people write.
The file has its name only once it is whole and has been read through.

A SQLite database becomes a SQLite file. For PostgreSQL, pg_dump of the
server's version or a newer one must be installed.`,
		Example: `  runnerdb backup "runnerdb-$(date +%F).backup"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := environment()
			if err != nil {
				return err
			}
			if err := queries.Backup(cmd.Context(), cfg.database, args[0]); err != nil {
				return err
			}
			info, err := os.Stat(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s holds the database, %d bytes.\n", args[0], info.Size())
			return nil
		},
	}
}

func restoreCommand() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make the database from a backup",
		Long: `Make the database that DATABASE_URL names from a file that "runnerdb backup" or
pg_dump --format=custom wrote, and bring its schema up to date. A database that
holds anything is left as it is, unless you say --replace: then everything of
ours in it is lost. The file is checked first, and whatever fails leaves the old
data as it was. Stop the servers first.

For PostgreSQL, pg_restore and psql must be installed, best of the server's
version.`,
		Example: "  DATABASE_URL=drill.db runnerdb restore runnerdb-2026-11-24.backup",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := environment()
			if err != nil {
				return err
			}
			err = queries.Restore(cmd.Context(), cfg.database, args[0], replace)
			if errors.Is(err, queries.ErrNotEmpty) {
				return errors.New("the database holds records already, so it is left as it is; name an empty one, or say --replace and lose what it holds")
			}
			if errors.Is(err, queries.ErrRestoreUnknown) {
				return fmt.Errorf("%w\nEither your data is unchanged or the whole backup is in place: runnerdb doctor says how much there is.", err) //nolint:revive,staticcheck // sentences
			}
			if err != nil {
				return fmt.Errorf("%w\nYour data is unchanged.", err) //nolint:revive,staticcheck // a sentence
			}
			err = withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				counts, err := db.Counts(ctx)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "Restored %d runners, %d races, %d results and %d users.\n",
					counts.Runners, counts.Races, counts.Results, counts.Users)
				return nil
			})
			if err != nil {
				return fmt.Errorf("%w\nThe backup is in place. Its schema is not up to date, or it can't be read: fix that, then run runnerdb migrate.", err) //nolint:revive,staticcheck // sentences
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "lose what the database holds")
	return cmd
}
