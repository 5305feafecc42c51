package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/club"
	"runnerdb/queries"
)

func runnerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "runner",
		Short: "Keep the runners",
		Long: `Keep the runners in the database that DATABASE_URL names. A server that is
running shows every change at once. The number of a runner is the last part of
the address of their page.`,
	}
	cmd.AddCommand(runnerAddCommand(), runnerEditCommand(), runnerDeleteCommand(), runnerMergeCommand(),
		runnerEraseCommand(), runnerExportCommand(), runnerDropKeysCommand())
	return cmd
}

// runnerFlags are what is known of a runner, as text.
type runnerFlags struct {
	name, sex, born, licence, public string
	aliases                          []string
}

func (f *runnerFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.sex, "sex", "", "F or M")
	cmd.Flags().StringVar(&f.born, "born", "", "birth date, as 1990-12-31; never shown")
	cmd.Flags().StringVar(&f.licence, "licence", "", "licence number; never shown")
	cmd.Flags().StringArrayVar(&f.aliases, "alias", nil, "another name, such as a maiden name (may be repeated)")
	cmd.Flags().StringVar(&f.public, "public", "auto", "whether the runner is public: yes, no, or auto, which hides children")
}

// apply puts into a runner what was said, and leaves the rest.
func (f *runnerFlags) apply(cmd *cobra.Command, runner *club.Runner) error {
	said := cmd.Flags().Changed
	if said("name") {
		runner.Name = f.name
	}
	if said("sex") {
		runner.Sex = club.Sex(strings.ToUpper(f.sex))
	}
	if said("born") {
		runner.BirthDate = club.Date{}
		if f.born != "" {
			born, err := club.ParseDate(f.born)
			if err != nil {
				return fmt.Errorf("--born %w; write it as 1990-12-31", err)
			}
			runner.BirthDate = born
		}
	}
	if said("licence") {
		runner.Licence = f.licence
	}
	if said("alias") {
		runner.Aliases = f.aliases
	}
	if said("public") {
		visibility, ok := map[string]club.Visibility{"auto": club.Automatic, "yes": club.Shown, "no": club.Hidden}[f.public]
		if !ok {
			return fmt.Errorf("--public is %q; write yes, no or auto", f.public)
		}
		runner.Visibility = visibility
	}
	return nil
}

func runnerAddCommand() *cobra.Command {
	var flags runnerFlags
	var again bool
	cmd := &cobra.Command{
		Use:     "add NAME…",
		Short:   "Add a runner",
		Example: `  runnerdb runner add Nomsa Mthembu --sex F --born 1990-10-30 --alias "Nomsa Xaba"`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			runner := club.Runner{Name: strings.Join(args, " ")}
			if err := flags.apply(cmd, &runner); err != nil {
				return err
			}
			cfg, err := environment()
			if err != nil {
				return err
			}
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				suppressed, err := db.Suppressed(ctx, cfg.suppression(), runner)
				if err != nil {
					return err
				}
				if suppressed && !again {
					return errors.New("somebody of this name, or with this licence, asked to be erased; if this is somebody else, or they want to be back, say --again")
				}
				id, err := db.CreateRunner(ctx, runner, queries.AtCommandLine(time.Now()))
				return report(cmd, err, "%s is runner %d.\n", runner.Name, id)
			})
		},
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&again, "again", false, "add who may have been erased")
	return cmd
}

func runnerEditCommand() *cobra.Command {
	var flags runnerFlags
	cmd := &cobra.Command{
		Use:   "edit NUMBER",
		Short: "Change what is known of a runner",
		Example: `  runnerdb runner edit 12 --name "Nomsa Mthembu"
  runnerdb runner edit 12 --public no
  runnerdb runner edit 12 --public auto --licence "WPA 10401"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRunners(cmd, args, func(ctx context.Context, db *queries.DB, runners []club.Runner) error {
				runner := runners[0]
				if err := flags.apply(cmd, &runner); err != nil {
					return err
				}
				return report(cmd, db.UpdateRunner(ctx, runner, queries.AtCommandLine(time.Now())), "Changed %s.\n", runner.Name)
			})
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&flags.name, "name", "", "the name")
	return cmd
}

func runnerDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "delete NUMBER",
		Short: "Delete a runner, with all results",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRunners(cmd, args, func(ctx context.Context, db *queries.DB, runners []club.Runner) error {
				_, err := db.DeleteRunner(ctx, runners[0].ID, runners[0].Version, queries.AtCommandLine(time.Now()))
				return report(cmd, err, "Deleted %s.\n", runners[0].Name)
			})
		},
	}
}

func runnerMergeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "merge KEPT GONE",
		Short: "Make one runner of two that are one person",
		Long: `Give all results of the runner GONE to KEPT, who is found by both names from
then on. Two who have run the same race are not one person, and stay two.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRunners(cmd, args, func(ctx context.Context, db *queries.DB, runners []club.Runner) error {
				kept, gone := runners[0], runners[1]
				if kept.ID == gone.ID {
					return fmt.Errorf("%d is one runner already", kept.ID)
				}
				_, err := db.MergeRunners(ctx, kept, gone, queries.AtCommandLine(time.Now()))
				return report(cmd, err, "%s (%d) is now part of %s (%d).\n", gone.Name, gone.ID, kept.Name, kept.ID)
			})
		},
	}
}

// withRunners finds the runners whose numbers were given.
func withRunners(cmd *cobra.Command, args []string, do func(ctx context.Context, db *queries.DB, runners []club.Runner) error) error {
	return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
		var runners []club.Runner
		for _, arg := range args {
			id, err := strconv.ParseInt(arg, 10, 64)
			if err != nil {
				return fmt.Errorf("%q is no number of a runner", arg)
			}
			runner, err := db.AnyRunner(ctx, id)
			if errors.Is(err, queries.ErrNotFound) {
				return fmt.Errorf("there is no runner %d", id)
			}
			if err != nil {
				return err
			}
			runners = append(runners, runner)
		}
		return do(ctx, db, runners)
	})
}

// report says what was done, or in plain words why it was not.
func report(cmd *cobra.Command, err error, format string, args ...any) error {
	switch {
	case errors.Is(err, queries.ErrInvalid):
		return errors.New("give a name of 1 to 200 letters, and F or M or nothing as sex")
	case errors.Is(err, queries.ErrStale):
		return errors.New("somebody changed the runner at the same moment; look again, and try again")
	case errors.Is(err, queries.ErrErased):
		return errors.New("this runner was erased; nothing more may be known of them")
	case errors.Is(err, queries.ErrClash):
		return errors.New("both have run the same race, so they are not one person; delete one of the two results first")
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), format, args...)
	return err
}
