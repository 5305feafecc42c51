package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/accounts"
	"runnerdb/handlers"
	"runnerdb/jobs"
	"runnerdb/metrics"
	"runnerdb/queries"
)

const (
	// requestDeadline bounds the work on one request, so that the answer comes
	// within 10 seconds: a silent database is waited for a little longer. Heroku's
	// router gives up after 30.
	requestDeadline = 9 * time.Second
	// drainTimeout bounds how long requests may go on after SIGTERM; Heroku
	// kills the process after 30 seconds.
	drainTimeout = 20 * time.Second
	// letGoTimeout bounds how long after the last request a job may take to stop;
	// it is told to when the first signal comes.
	letGoTimeout = 3 * time.Second
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the club's pages",
		Long: `Serve the club's pages until SIGTERM or Ctrl-C; requests under way are then
finished. The database's schema is brought up to date first; until then every
request is answered with 503. Make the first user with: runnerdb user add`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := environment()
			if err != nil {
				return err
			}
			listener, err := net.ListenTCP("tcp", &net.TCPAddr{Port: cfg.port})
			if err != nil {
				return fmt.Errorf("PORT: can't listen on %d: %w", cfg.port, err)
			}
			started := answerStarting(listener)
			db, err := openMigrated(cmd.Context(), cfg.database)
			if err := errors.Join(err, started()); err != nil {
				return errors.Join(err, listener.Close())
			}
			log, end := newLog(cmd.ErrOrStderr())
			defer end()
			log.Info("listening", slog.String("address", listener.Addr().String()))
			return errors.Join(serve(cmd.Context(), cfg, db, listener, log), db.Close())
		},
	}
}

// serve answers requests until ctx ends, and comes back when the last of them
// has been answered.
func serve(ctx context.Context, cfg config, db *queries.DB, listener net.Listener, log *slog.Logger) (failed error) {
	meter := metrics.New(db, version, revision())
	server := handlers.New(handlers.Config{
		Metrics:     meter,
		DB:          db,
		BaseURL:     cfg.baseURL,
		TrustProxy:  cfg.trustProxy,
		SessionKeys: cfg.sessionKeys,
		PassingKeys: cfg.passingKeys,
		Lifetimes:   accounts.DefaultLifetimes,
		Throttle:    accounts.DefaultThrottle,
		Deadline:    requestDeadline,
		Build:       buildID(),
		Log:         log,
		Now:         time.Now,
	})
	// Who connects meanwhile waits: the first letter typed is not the slow one.
	if err := db.WarmUp(ctx); err != nil {
		return err
	}
	if err := resealSecrets(ctx, cfg, db, log); err != nil {
		return err
	}
	working, rest := context.WithCancel(ctx)
	rested := make(chan struct{})
	workers := newWorkers(cfg, db, log, meter)
	go func() {
		defer close(rested)
		workers.Run(working)
	}()
	defer func() {
		rest()
		select {
		case <-rested:
		case <-time.After(letGoTimeout):
			log.Warn("a job does not stop; it is begun anew elsewhere")
		}
	}()
	if cfg.metricsAddr != "" {
		stop, err := serveMetrics(ctx, cfg.metricsAddr, meter)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		defer func() { failed = errors.Join(failed, stop()) }()
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Listener(listener) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	log.Info("shutting down")
	server.Drain()
	if err := server.App().ShutdownWithTimeout(drainTimeout); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return <-stopped
}

// newWorkers are who does the jobs: what people ask for does not wait for what
// the program does by itself.
func newWorkers(cfg config, db *queries.DB, log *slog.Logger, meter *metrics.Metrics) jobs.Group {
	own, asked := jobs.New(db, log, jobs.DefaultRhythm), jobs.New(db, log, jobs.DefaultRhythm)
	jobs.HandleOwn(own, cfg.suppression(), time.Now)
	jobs.HandleAsked(asked, cfg.suppression(), time.Now)
	for _, worker := range []*jobs.Worker{own, asked} {
		worker.Observe(meter.Worked)
	}
	return jobs.Group{own, asked}
}
