package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"runnerdb/queries"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Long: `Bring the schema of the database that DATABASE_URL names up to date. It may be
run at any time, by several processes at once, and while others serve.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := environment()
			if err != nil {
				return err
			}
			db, err := queries.Open(cmd.Context(), cfg.database)
			if err != nil {
				return fmt.Errorf("DATABASE_URL: %w", err)
			}
			applied, err := db.Migrate(cmd.Context())
			if err != nil {
				return errors.Join(err, db.Close())
			}
			if applied == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "The schema is up to date.")
			} else {
				fmt.Fprintf(cmd.OutOrStdout(), "The schema is up to date; %d migrations applied.\n", applied)
			}
			return db.Close()
		},
	}
}
