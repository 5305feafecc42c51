package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/queries"
	"runnerdb/seed"
)

func seedCommand() *cobra.Command {
	var opt seed.Options
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Fill the database with invented runners",
		Long: fmt.Sprintf(`Fill the database that DATABASE_URL names with invented runners and their
races: a club of about 200 in Gugulethu with five seasons behind it or, with
--runners, a national federation of up to %d to measure on. Three of them
are always there, with ten marathons each: Lethabo Ndlovu, Bandile Nkosi and
Karabo Khumalo.

The same seed gives the same records. Seeding again replaces what an earlier
run made; a database with any runner, race or result that was entered, imported
or changed is left as it is. Users are kept.`, seed.MaxRunners),
		Example: `  runnerdb seed
  runnerdb seed --seed 7
  DATABASE_URL=federation.db runnerdb seed --runners 100000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if opt.Runners < 0 || opt.Runners > seed.MaxRunners {
				return fmt.Errorf("--runners %d: give a number from 0 (the demo club) to %d", opt.Runners, seed.MaxRunners)
			}
			return fillDatabase(cmd, opt)
		},
	}
	cmd.Flags().Uint64Var(&opt.Seed, "seed", demoSeed, "which records to make")
	cmd.Flags().IntVar(&opt.Runners, "runners", 0, "size of the federation; 0 makes the club")
	return cmd
}

func fillDatabase(cmd *cobra.Command, opt seed.Options) error {
	start := time.Now()
	db, err := openDatabase(cmd.Context())
	if err != nil {
		return err
	}
	bar := progress(cmd.ErrOrStderr(), opt.Runners, "Seeding")
	opt.Now, opt.Tally = start, &seed.Tally{}
	opt.Progress = func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done) // a bar that can't be drawn is no reason to stop
	}
	if err := seed.Fill(cmd.Context(), db, opt); err != nil {
		return errors.Join(explainSeed(err), db.Close())
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "Seeded %d runners with %d results in %d races in %v.\n",
		opt.Tally.Runners, opt.Tally.Results, opt.Tally.Races, time.Since(start).Round(100*time.Millisecond))
	return errors.Join(err, db.Close())
}

// explainSeed says what to do where the records are somebody's own.
func explainSeed(err error) error {
	if !errors.Is(err, queries.ErrNotSeeded) {
		return err
	}
	return fmt.Errorf(`the database holds records that are not seeded, so it is left as it is.
To seed another one, name it: DATABASE_URL=other.db runnerdb seed (%w)`, err)
}
