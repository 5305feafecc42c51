package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/queries"
)

func userResetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reset EMAIL",
		Short: "Take away the code that a user needs at sign-in",
		Long: `Take away a user's second factor: for who has lost the telephone and the
recovery codes. The password alone is enough then, and the user is signed out
everywhere. Make sure first that it is really that user who asks.`,
		Example: "  runnerdb user reset thandi@example.org",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				user, err := db.UserByEmail(ctx, args[0])
				if errors.Is(err, queries.ErrNotFound) {
					return fmt.Errorf("there is no user %s; see: runnerdb user list", args[0])
				}
				if err != nil {
					return err
				}
				_, err = db.DropSecondFactor(ctx, "take away second step", user.ID, user.Version, queries.AtCommandLine(time.Now()))
				if errors.Is(err, queries.ErrNotFound) {
					return fmt.Errorf("%s needs no code at sign-in", user.Email)
				}
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s signs in with the password alone now.\n", user.Email)
				return nil
			})
		},
	}
}
