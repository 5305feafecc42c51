package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/queries"
)

const (
	// maxSkew is by how much the clocks of the database and of this machine may
	// differ: sessions and throttles go by one, leases by the other.
	maxSkew = 5 * time.Second
	// minFree is how many bytes a SQLite database needs to go on writing for a
	// while.
	minFree = 256 << 20
)

func doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with the configuration, the database and the machine",
		Long: `Look at the configuration, and at the database that DATABASE_URL names: whether
it answers, has the schema of this program and is whole; whether the clocks
agree, there is room on the disk, and nobody else may read the file. Nothing
is changed. The status is 1 when something is wrong.

It reads the whole of a SQLite database; give a big one a minute.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := doctor{out: cmd.OutOrStdout()}
			cfg, err := environment()
			d.configuration(cfg, err)
			if cfg.database != "" {
				d.database(cmd.Context(), cfg)
			}
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if d.wrong > 0 {
				return fmt.Errorf("%d of these are wrong", d.wrong)
			}
			return nil
		},
	}
}

// doctor writes a line for each thing that it looked at.
type doctor struct {
	out   io.Writer
	wrong int
}

func (d *doctor) fine(what, words string, args ...any) { d.say("fine ", what, words, args...) }
func (d *doctor) note(what, words string, args ...any) { d.say("note ", what, words, args...) }

func (d *doctor) bad(what, words string, args ...any) {
	d.wrong++
	d.say("WRONG", what, words, args...)
}

func (d *doctor) say(verdict, what, words string, args ...any) {
	fmt.Fprintf(d.out, "%s  %-13s  %s\n", verdict, what, fmt.Sprintf(words, args...))
}

func (d *doctor) configuration(cfg config, err error) {
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			d.bad("configuration", "%s", strings.TrimSpace(line))
		}
		return
	}
	d.fine("configuration", "every variable can be used")
	switch {
	case !cfg.production():
		d.note("BASE_URL", "is not https: right on a laptop; for the public set it to https://…")
	case !cfg.trustProxy:
		d.note("TRUST_PROXY", "is off, so everything that comes is taken to be encrypted and from the last hop; set it to 1 behind a router")
	}
	switch {
	case cfg.passingKeys:
		d.note("SESSION_KEYS", "is not set: everybody is signed out at every restart")
	case len(cfg.sessionKeys) > 1:
		d.note("SESSION_KEYS", "holds %d keys; drop the old ones 30 days after they were changed", len(cfg.sessionKeys))
	default:
		d.fine("SESSION_KEYS", "one key, long enough")
	}
}

func (d *doctor) database(ctx context.Context, cfg config) {
	location := cfg.database
	e, err := queries.Examine(ctx, location, time.Now)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.bad("database", "there is no file %s; make it with: runnerdb migrate", location)
		return
	case err != nil:
		d.bad("database", "%v", err)
		return
	}
	d.fine("database", "answers")
	d.schema(e)
	if sealed := e.SealedSuppression(cfg.suppression()); sealed > 0 {
		d.bad("SESSION_KEYS", "hold none that opens %d of the keys by which erased people are recognised, so nobody can be added; "+
			"set the session keys of the server that erased them", sealed)
	}
	d.health(e)
	if !queries.IsPostgres(location) {
		d.file(location)
		d.disk(location)
	}
}

func (d *doctor) schema(e queries.Examination) {
	switch {
	case e.Schema > e.Known:
		d.bad("schema", "version %d is newer than this program, which knows %d; install the newer program", e.Schema, e.Known)
	case e.Schema < e.Known:
		d.bad("schema", "version %d of %d; bring it up to date with: runnerdb migrate", e.Schema, e.Known)
	case !e.Derived:
		d.bad("schema", "is current, but what searches are answered from is not; run: runnerdb index")
	default:
		d.fine("schema", "version %d, that of this program", e.Schema)
	}
	if e.Schema != e.Known {
		return
	}
	if e.Owners == 0 {
		d.note("users", "no owner can sign in; make one with: runnerdb user add EMAIL --role owner")
	} else {
		d.fine("users", "%d can keep the others", e.Owners)
	}
	if e.Failed > 0 {
		d.note("jobs", "%d have failed in the last day; /admin/jobs and the log say why", e.Failed)
	}
}

func (d *doctor) health(e queries.Examination) {
	for _, damage := range e.Damage {
		d.bad("integrity", "%s; restore a backup (docs/backup.md)", damage)
	}
	if len(e.Damage) == 0 {
		d.fine("integrity", "the engine finds nothing broken")
	}
	if ahead := e.Ahead.Abs(); ahead > maxSkew {
		d.bad("clock", "the database's differs from this machine's by %v; let both keep network time", ahead.Round(time.Second))
	} else {
		d.fine("clock", "the same here and in the database, within %v", max(ahead, time.Millisecond).Round(time.Millisecond))
	}
	if free := e.Connections - e.Taken; e.Connections > 0 && free < queries.PoolSize {
		d.bad("connections", "%d of %d are taken, and a process needs up to %d; allow more, or stop a process", e.Taken, e.Connections, queries.PoolSize)
	} else if e.Connections > 0 {
		d.fine("connections", "%d of %d are taken; a process needs up to %d", e.Taken, e.Connections, queries.PoolSize)
	}
}

// file looks who may read a SQLite database; Windows has no such bits.
func (d *doctor) file(location string) {
	info, err := os.Stat(location)
	switch {
	case err != nil:
		d.bad("file", "%v", err)
	case runtime.GOOS == "windows":
	case info.Mode().Perm()&0o077 != 0:
		d.bad("file", "others on this machine may read %s, birth dates and all; run: chmod 600 %s*", location, location)
	default:
		d.fine("file", "only its owner may read it")
	}
}

func (d *doctor) disk(location string) {
	free, err := freeBytes(filepath.Dir(location))
	switch {
	case errors.Is(err, errors.ErrUnsupported):
	case err != nil:
		d.bad("disk", "%v", err)
	case free < minFree:
		d.bad("disk", "only %d MB are free; make room before writing fails", free>>20)
	default:
		d.fine("disk", "%d MB are free", free>>20)
	}
}
