// Command runnerdb keeps the races of a running club's members and predicts
// what each will run next.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"runnerdb/queries"
)

func main() {
	// The channel stays registered: a second signal does not cut short what
	// the first one lets finish.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program without its process: it gives back the exit status, 0
// for success, 2 for input that can't be used, 1 for all else.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	fmt.Fprintln(errOut, "runnerdb: "+strings.TrimSpace(err.Error()))
	var coded interface{ exitCode() int }
	if errors.As(err, &coded) {
		return coded.exitCode()
	}
	return 1
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "runnerdb",
		Short: "A running club's memory and crystal ball",
		Long: `Runner DB keeps every race that a club's members have run and predicts what
each of them will run next.

Try it:   runnerdb demo
Run it:   runnerdb serve

Configuration comes from the environment, or from a file .env in the working
directory:

  PORT          where to listen (default 8080)
  DATABASE_URL  postgres://… or the path of a SQLite file (default runnerdb.db)
  BASE_URL      the public address; https:// means production
  TRUST_PROXY   1 when one router stands in front (Heroku)
  SESSION_KEYS  keys that sign the session cookie, newest first, separated by
                commas, at least 32 bytes each; required in production
  METRICS_ADDR  a private address for Prometheus to read (default none)`,
		PersistentPreRunE: func(*cobra.Command, []string) error { return loadDotEnv() },
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.AddCommand(
		demoCommand(),
		serveCommand(),
		migrateCommand(),
		seedCommand(),
		importCommand(),
		indexCommand(),
		backupCommand(),
		restoreCommand(),
		exportCommand(),
		flaskCommand(),
		doctorCommand(),
		healthCommand(),
		versionCommand(),
		userCommand(),
		runnerCommand(),
		predictCommand(),
		backtestCommand(),
		forecastCommand(),
	)
	return root
}

// openDatabase opens the database that the environment names, with its
// schema brought up to date.
func openDatabase(ctx context.Context) (*queries.DB, error) {
	cfg, err := environment()
	if err != nil {
		return nil, err
	}
	return openMigrated(ctx, cfg.database)
}

// withDatabase lets do work on that database, and closes it.
func withDatabase(cmd *cobra.Command, do func(ctx context.Context, db *queries.DB) error) (err error) {
	db, err := openDatabase(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(cmd.Context(), db)
}

func openMigrated(ctx context.Context, location string) (*queries.DB, error) {
	db, err := queries.Open(ctx, location)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	if _, err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
