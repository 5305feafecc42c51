package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"runnerdb/accounts"
	"runnerdb/queries"
)

func userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Keep the users who may sign in",
	}
	cmd.AddCommand(userAddCommand(), userInviteCommand(), userListCommand(), userResetCommand())
	return cmd
}

func userAddCommand() *cobra.Command {
	var name, role string
	cmd := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a user",
		Long: fmt.Sprintf(`Add a user who may sign in. The password is asked for and not shown; where
there is no terminal it is the first line of standard input. It has at least
%d characters.`, accounts.MinPasswordLength),
		Example: "  runnerdb user add thandi@example.org --name \"Thandi Mokoena\"\n" +
			"  heroku run bin/runnerdb user add thandi@example.org",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			user, err := newUser(args[0], name, role)
			if err != nil {
				return err
			}
			return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
				return addUser(ctx, db, user, cmd.InOrStdin(), cmd.OutOrStdout())
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the name to greet by (default: the address before the @)")
	cmd.Flags().StringVar(&role, "role", string(accounts.Owner), "owner, editor or viewer")
	return cmd
}

func newUser(email, name, role string) (accounts.User, error) {
	if err := accounts.CheckEmail(email); err != nil {
		return accounts.User{}, fmt.Errorf("%q: %w", email, err)
	}
	if name = strings.TrimSpace(name); name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	parsed, err := accounts.ParseRole(role)
	if err != nil {
		return accounts.User{}, fmt.Errorf("--role: %w", err)
	}
	return accounts.User{Email: email, Name: name, Role: parsed}, nil
}

func addUser(ctx context.Context, db *queries.DB, user accounts.User, in io.Reader, out io.Writer) error {
	switch _, err := db.UserByEmail(ctx, user.Email); {
	case err == nil:
		return fmt.Errorf("%s is a user already", user.Email)
	case !errors.Is(err, queries.ErrNotFound):
		return err
	}
	password, err := askPassword(in, out)
	if err != nil {
		return err
	}
	if err := accounts.CheckNewPassword(password, user); err != nil {
		return err
	}
	if user.PasswordHash, err = accounts.HashPassword(ctx, password); err != nil {
		return err
	}
	actor := queries.AtCommandLine(time.Now())
	id, err := db.CreateUser(ctx, user, actor.At)
	if errors.Is(err, queries.ErrExists) {
		return fmt.Errorf("%s is a user already", user.Email)
	}
	if err != nil {
		return err
	}
	deed := queries.Deed{Action: "create", Outcome: queries.OK, Kind: queries.KindUser, ObjectID: id, Object: user.Email}
	if err := db.Note(ctx, actor, deed); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s may sign in now, as %s.\n", user.Email, user.Role)
	return nil
}

// askPassword asks twice on a terminal, without showing what is typed.
func askPassword(in io.Reader, out io.Writer) (string, error) {
	terminal, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(in, 2*accounts.MaxPasswordBytes)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	first, err := readSecret(terminal, out, "Password: ")
	if err != nil {
		return "", err
	}
	second, err := readSecret(terminal, out, "Once more: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two passwords differ; try again")
	}
	return first, nil
}

func readSecret(terminal *os.File, out io.Writer, prompt string) (string, error) {
	fmt.Fprint(out, prompt)
	secret, err := term.ReadPassword(int(terminal.Fd()))
	fmt.Fprintln(out)
	return string(secret), err
}
