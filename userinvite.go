package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/accounts"
	"runnerdb/queries"
)

func userInviteCommand() *cobra.Command {
	var name, role string
	cmd := &cobra.Command{
		Use:   "invite EMAIL",
		Short: "Make a link by which a new user chooses a password",
		Long: fmt.Sprintf(`Add a user who has no password yet, and print a link by which they choose one.
It works once, within %.0f days. A user who is known already gets a new link,
and keeps name, role and password until it is used.

The link begins with BASE_URL, or with http://localhost and PORT.`, accounts.InvitationLifetime.Hours()/24),
		Example: "  runnerdb user invite thandi@example.org --name \"Thandi Mokoena\" --role editor",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			user, err := newUser(args[0], name, role)
			if err != nil {
				return err
			}
			cfg, err := environment()
			if err != nil {
				return err
			}
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				return inviteUser(ctx, db, user, cfg.origin(), cmd.OutOrStdout())
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the name to greet by (default: the address before the @)")
	cmd.Flags().StringVar(&role, "role", string(accounts.Viewer), "owner, editor or viewer")
	return cmd
}

// origin is the public address, as far as it is known.
func (c *config) origin() string {
	if c.baseURL != nil {
		return c.baseURL.Scheme + "://" + c.baseURL.Host
	}
	return fmt.Sprintf("http://localhost:%d", c.port)
}

func inviteUser(ctx context.Context, db *queries.DB, user accounts.User, origin string, out io.Writer) error {
	token, actor := accounts.NewToken(), queries.AtCommandLine(time.Now())
	ends := actor.At.Add(accounts.InvitationLifetime)
	known, err := db.UserByEmail(ctx, user.Email)
	switch {
	case err == nil:
		user = known
		err = db.CreateInvitation(ctx, known.ID, known.Version, accounts.HashToken(token), ends, actor)
	case errors.Is(err, queries.ErrNotFound):
		_, err = db.Invite(ctx, user, accounts.HashToken(token), ends, actor)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %s, chooses a password at\n\n  %s%s%s\n\nonce, until %s. Pass it on to nobody else.\n",
		user.Email, user.Role, origin, accounts.InvitationPath, token, ends.Format("2 Jan 2006, 15:04 MST"))
	return nil
}

func userListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the users",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				return listUsers(ctx, db, cmd.OutOrStdout())
			})
		},
	}
}

// maxListed is how many users are listed on a terminal.
const maxListed = 1000

func listUsers(ctx context.Context, db *queries.DB, out io.Writer) error {
	users, _, err := db.Users(ctx, time.Now(), queries.UserFilter{Limit: maxListed})
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "E-MAIL\tNAME\tROLE\tSTATE")
	for _, user := range users {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", user.Email, user.Name, user.Role, user.State)
	}
	return table.Flush()
}
