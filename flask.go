package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/flask"
	"runnerdb/queries"
	"runnerdb/sheets"
)

type flaskOptions struct {
	into    string
	columns []string
	invite  bool
}

func flaskCommand() *cobra.Command {
	var opt flaskOptions
	cmd := &cobra.Command{
		Use:   "flask DUMP",
		Short: "Take over the data of the club's first web app",
		Long: `Read a plain pg_dump of the club's first web app, and write the races in its
table "race" as result sheets, one for each race, into a new folder; then
"runnerdb import" takes them as it takes any sheet, and can be undone likewise.
The table may have any columns: what is not known by its name is named by --map.

With --invite, whoever is in the table "user" with an e-mail address becomes a
user who looks and changes nothing, and their links to choose a password are
printed. The old passwords are of a kind that this program does not check.`,
		Example: `  pg_dump --no-owner "$OLD_DATABASE_URL" > old.sql
  runnerdb flask old.sql --into old-races
  runnerdb import --dry-run old-races/*.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return takeOver(cmd, args[0], opt) },
	}
	cmd.Flags().StringVar(&opt.into, "into", "old-races", "the folder to make")
	cmd.Flags().StringArrayVar(&opt.columns, "map", nil, "which column holds what, as time=minutes (may be repeated); race, date, distance, runner, first, last, time, position, category, club, email, user")
	cmd.Flags().BoolVar(&opt.invite, "invite", false, "invite the users, too")
	return cmd
}

func takeOver(cmd *cobra.Command, path string, opt flaskOptions) error {
	given := map[string]string{}
	for _, pair := range opt.columns {
		field, column, ok := strings.Cut(pair, "=")
		if !ok || !flask.IsField(field) {
			return fmt.Errorf("--map %q: write it as time=COLUMN", pair)
		}
		given[field] = column
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	tables, err := flask.Read(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	results, err := flask.Results(tables, given)
	if err != nil {
		return err
	}
	users, err := flask.Users(tables, given)
	if err != nil {
		return err
	}
	races, err := writeSheets(opt.into, results)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d results of %d races are in %s; the dump has %d users with an address.\n", len(results), races, opt.into, len(users))
	if !opt.invite {
		return nil
	}
	return inviteAll(cmd, users)
}

// writeSheets writes a sheet for each race.
func writeSheets(folder string, results []flask.Result) (races int, err error) {
	if err := os.Mkdir(folder, 0o700); errors.Is(err, fs.ErrExist) {
		return 0, fmt.Errorf("%s exists already; name a new folder with --into", folder)
	} else if err != nil {
		return 0, err
	}
	sheetsOf := flask.ByRace(results)
	for i, race := range sheetsOf {
		name := fmt.Sprintf("%03d-%s.csv", i+1, fileWord(race[0].Race+" "+race[0].Date))
		if err := writeSheet(filepath.Join(folder, name), race); err != nil {
			return i, err
		}
	}
	return len(sheetsOf), nil
}

// fileWord makes of a text what every file system takes as a name.
func fileWord(text string) string {
	words := strings.FieldsFunc(club.Fold(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	word := strings.Join(words, "-")
	return word[:min(len(word), 80)]
}

func writeSheet(path string, race []flask.Result) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	out, err := sheets.NewWriter(file, sheets.CSV, "Position", "Name", "Time", "Category", "Club", "Race", "Date", "Distance")
	if err != nil {
		return err
	}
	for _, r := range race {
		if err := out.Row(r.Position, r.Runner, r.Time, r.Category, r.Club, r.Race, r.Date, r.Distance); err != nil {
			return err
		}
	}
	return out.Close()
}

func inviteAll(cmd *cobra.Command, users []flask.User) error {
	cfg, err := environment()
	if err != nil {
		return err
	}
	return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
		for _, old := range users {
			_, err := db.UserByEmail(ctx, old.Email)
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "%s is a user already.\n", old.Email)
				continue
			}
			if !errors.Is(err, queries.ErrNotFound) {
				return err
			}
			user, err := newUser(old.Email, old.Name, string(accounts.Viewer))
			if err != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "%.60q is left out: %v\n", old.Email, err)
				continue
			}
			if err := inviteUser(ctx, db, user, cfg.origin(), cmd.OutOrStdout()); err != nil {
				return err
			}
		}
		return nil
	})
}
