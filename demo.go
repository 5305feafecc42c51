package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/accounts"
	"runnerdb/queries"
	"runnerdb/seed"
)

const (
	demoFile  = "demo.db"
	demoEmail = "admin@demo.test"
	demoSeed  = 1
)

func demoCommand() *cobra.Command {
	var fresh bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try everything on invented runners, with nothing to install",
		Long: `Serve an invented club on this machine: about 200 runners with several seasons
of results, in a SQLite file of the demo's own that is kept between runs. Only
this machine can open it. The one admin gets a new password at every start.`,
		Example: "  runnerdb demo\n  runnerdb demo --fresh\n  PORT=9000 runnerdb demo",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := demoEnvironment()
			if err != nil {
				return err
			}
			return demo(cmd.Context(), cfg, fresh, cmd.OutOrStdout(), demoLog(cmd.ErrOrStderr()))
		},
	}
	cmd.Flags().BoolVar(&fresh, "fresh", false, "start anew, without what was changed in earlier runs")
	return cmd
}

func removeDatabase(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("start anew: %w", err)
		}
	}
	return nil
}

// demoLog tells of what goes wrong, and of nothing else.
func demoLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelError}))
}

func demo(ctx context.Context, cfg config, fresh bool, out io.Writer, log *slog.Logger) error {
	// Before the database, so that a second demo stops before it takes away
	// the first one's password, or its file.
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", cfg.port))
	if err != nil {
		return fmt.Errorf("PORT: can't listen on %d (another program does, perhaps another demo); try PORT=%d: %w",
			cfg.port, cfg.port%65535+1, err)
	}
	if fresh {
		if err := removeDatabase(cfg.database); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	db, err := openMigrated(ctx, cfg.database)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	password, err := prepareDemo(ctx, db)
	if err != nil {
		return errors.Join(err, listener.Close(), db.Close())
	}
	path, err := filepath.Abs(cfg.database)
	if err != nil {
		path = cfg.database
	}
	fmt.Fprintf(out, `
  Runner DB demo     http://localhost:%d

  Try the name       karabo kh
  Admin              %s
  Password           %s
  Data               %s

  Ctrl-C stops it; --fresh starts anew.
`, cfg.port, demoEmail, password, path)
	return errors.Join(serve(ctx, cfg, db, listener, log), db.Close())
}

// prepareDemo fills an empty database and gives the admin a new password.
func prepareDemo(ctx context.Context, db *queries.DB) (password string, err error) {
	seeded, err := db.Seeded(ctx)
	if err != nil {
		return "", err
	}
	if seeded == "" {
		if err := seed.Fill(ctx, db, seed.Options{Seed: demoSeed, Now: time.Now()}); err != nil {
			return "", err
		}
	}
	password = accounts.NewToken()[:16]
	hash, err := accounts.HashPassword(ctx, password)
	if err != nil {
		return "", err
	}
	user, err := db.UserByEmail(ctx, demoEmail)
	if errors.Is(err, queries.ErrNotFound) {
		user = accounts.User{Email: demoEmail, Name: "Demo Admin", Role: accounts.Owner, PasswordHash: hash}
		_, err = db.CreateUser(ctx, user, time.Now())
		return password, err
	}
	if err != nil {
		return "", err
	}
	_, err = db.SetPassword(ctx, user, hash, queries.AtCommandLine(time.Now()))
	return password, err
}
