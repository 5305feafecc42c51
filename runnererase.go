package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/jobs"
	"runnerdb/queries"
)

// suppression seals the keys by which those who were erased are known again;
// nil where no session key would last.
func (c *config) suppression() *accounts.Sealer {
	return queries.SuppressionSealer(c.sessionKeys, c.passingKeys)
}

func runnerEraseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "erase NUMBER",
		Short: "Forget a person for good; times and places stay",
		Long: `Forget a person for good: the name, the birth date, the licence, other names,
how to reach them, and club and category in every result, in the audit log and
in the bin, too. Times and places stay, without a name. It can't be undone.

The name is asked for. With SESSION_KEYS set, as for serve, keyed hashes stay, by
which who adds the same person again is warned.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := environment()
			if err != nil {
				return err
			}
			return withRunners(cmd, args, func(ctx context.Context, db *queries.DB, runners []club.Runner) error {
				return eraseRunner(ctx, cmd, db, runners[0], cfg.suppression())
			})
		},
	}
}

// runnerDropKeysCommand is the way out where a session key is lost for good.
func runnerDropKeysCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "drop-lost-keys",
		Short: "Give up recognising people who were erased under a lost session key",
		Long: `People who were erased are recognised by keyed hashes, and the key is sealed with
the session keys. While SESSION_KEYS opens only some of these keys, or none,
nobody can be added. Put the old session key back, behind the new one, if there
is any copy of it. If it is lost for good, this forgets what was sealed with it:
whoever was erased under it isn't recognised any more.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := environment()
			if err != nil {
				return err
			}
			if !yes {
				return errors.New("people who were erased won't be recognised any more; if the session key is lost for good, say --yes")
			}
			if cfg.suppression() == nil {
				return errors.New("set SESSION_KEYS first, to all the keys that are left: what they open stays")
			}
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				dropped, err := db.DropSealedSuppression(ctx, cfg.suppression(), queries.AtCommandLine(time.Now()))
				return report(cmd, err, "Dropped %d keys that no session key opens.\n", dropped)
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do it")
	return cmd
}

func eraseRunner(ctx context.Context, cmd *cobra.Command, db *queries.DB, runner club.Runner, sealer *accounts.Sealer) error {
	out := cmd.OutOrStdout()
	if sealer == nil {
		fmt.Fprintln(out, "SESSION_KEYS is not set: nobody will be warned when this person is added again.")
	}
	if runner.Visibility == club.Erased {
		fmt.Fprintf(out, "Runner %d was erased before; whatever names them by now goes as well.\n", runner.ID)
	} else if err := askName(cmd, runner); err != nil {
		return err
	}
	err := db.EraseRunner(ctx, runner.ID, runner.Version, sealer, queries.AtCommandLine(time.Now()))
	if err == nil {
		_, err = db.Enqueue(ctx, jobs.Traces, queries.Actor{})
		if errors.Is(err, queries.ErrExists) {
			err = nil
		}
	}
	return report(cmd, err, "Erased runner %d. Times and places stay.\n", runner.ID)
}

func askName(cmd *cobra.Command, runner club.Runner) error {
	fmt.Fprintf(cmd.OutOrStdout(), "To erase %s for good, write the name: ", runner.Name)
	typed, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if club.Fold(typed) != club.Fold(runner.Name) {
		return errors.New("this is not the name; nobody was erased")
	}
	return nil
}

func runnerExportCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "export NUMBER",
		Short:   "Print all that is stored of a person, as JSON",
		Long:    "Print all that is stored of a person, as JSON. The audit log notes it.",
		Example: "  runnerdb runner export 12 > person.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRunners(cmd, args, func(ctx context.Context, db *queries.DB, runners []club.Runner) error {
				person, err := db.ExportPerson(ctx, runners[0].ID, queries.AtCommandLine(time.Now()))
				if err != nil {
					return err
				}
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				return encoder.Encode(person)
			})
		},
	}
}
