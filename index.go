package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/queries"
)

func indexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "index",
		Short: "Build anew what searches are answered from",
		Long: `Derive anew, from names, licences and results in the database that DATABASE_URL
names, what lists and searches are answered from, and let every server load its
index of names again. It is safe while they serve. It mends what was changed in
the database by hand; otherwise nothing calls for it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				start := time.Now()
				bar := progress(cmd.ErrOrStderr(), 0, "Indexing")
				runners := 0
				err := db.Rebuild(ctx, func(done, total int) {
					bar.ChangeMax(total)
					_ = bar.Set(done) // a bar that can't be drawn is no reason to stop
					runners = done
				})
				return report(cmd, err, "Indexed %d runners in %v.\n", runners, time.Since(start).Round(100*time.Millisecond))
			})
		},
	}
}
