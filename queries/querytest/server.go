package querytest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"runnerdb/queries"
)

const migratedTemplate = "migrated"

// server is a PostgreSQL server of our own: it listens on a socket in a folder
// of its own and keeps nothing beyond its end.
type server struct {
	dir string
	// bin is where the programs lie.
	bin     string
	process *exec.Cmd
	guard   *exec.Cmd
	admin   *sql.DB
	made    atomic.Int64
}

var theServer struct {
	sync.Mutex
	*server
	err error
}

func startServer(tb testing.TB) *server {
	tb.Helper()
	theServer.Lock()
	defer theServer.Unlock()
	if theServer.server == nil && theServer.err == nil {
		theServer.server, theServer.err = newServer("synchronous_commit=off", "max_connections=200")
	}
	if theServer.err != nil {
		tb.Fatalf("no PostgreSQL to test on: %v", theServer.err)
	}
	return theServer.server
}

func stopServer() {
	theServer.Lock()
	defer theServer.Unlock()
	if s := theServer.server; s != nil {
		s.stop()
		theServer.server = nil
	}
}

// newServer makes and starts a server with these settings beside its own.
func newServer(settings ...string) (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := makeFolder("runnerdb-postgres-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, bin: bin}
	if err = s.init(); err == nil {
		err = s.start(settings...)
	}
	if err == nil {
		err = s.startGuard()
	}
	if err == nil {
		err = s.makeTemplate()
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) init() error {
	owner, err := s.owner()
	if err != nil {
		return err
	}
	initdb := exec.Command(filepath.Join(s.bin, "initdb"), "-D", filepath.Join(s.dir, "data"), "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = owner, s.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

func (s *server) start(settings ...string) error {
	owner, err := s.owner()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	arguments := []string{"-D", filepath.Join(s.dir, "data"), "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off"}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	s.process = exec.Command(filepath.Join(s.bin, "postgres"), arguments...)
	s.process.SysProcAttr, s.process.Dir, s.process.Stdout, s.process.Stderr = owner, s.dir, log, log
	return s.process.Start()
}

// startGuard lets a shell wait for the end of this process, also by a panic or
// a signal, and clean up then.
func (s *server) startGuard() error {
	const script = `cat; kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")"; sleep 1; rm -rf "$1"`
	s.guard = exec.Command("sh", "-c", script, "sh", s.dir)
	s.guard.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is not meant for it
	if _, err := s.guard.StdinPipe(); err != nil {
		return err
	}
	return s.guard.Start()
}

// owner is whom the server runs as: it refuses to run as root.
func (s *server) owner() (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root, and: %w", err)
	}
	uid, uidErr := strconv.ParseUint(postgres.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(postgres.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr, os.Chown(s.dir, int(uid), int(gid))); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func (s *server) makeTemplate() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	admin, err := sql.Open("postgres", s.location("postgres"))
	if err != nil {
		return err
	}
	s.admin = admin
	if err := s.await(ctx); err != nil {
		return err
	}
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+migratedTemplate+" TEMPLATE template0"); err != nil {
		return err
	}
	db, err := queries.Open(ctx, s.location(migratedTemplate))
	if err != nil {
		return err
	}
	_, err = db.Migrate(ctx)
	return errors.Join(err, db.Close())
}

// await waits until the server answers.
func (s *server) await(ctx context.Context) error {
	for err := s.admin.PingContext(ctx); err != nil; err = s.admin.PingContext(ctx) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// create makes a database that goes with the test.
func (s *server) create(tb testing.TB, template string) string {
	tb.Helper()
	name := fmt.Sprintf("test%d", s.made.Add(1))
	if _, err := s.admin.ExecContext(tb.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if _, err := s.admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Error(err)
		}
	})
	return s.location(name)
}

// Terminate ends all connections to a database on PostgreSQL, as an
// administrator does.
func Terminate(tb testing.TB, location string) {
	tb.Helper()
	const query = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`
	u, err := url.Parse(location)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := startServer(tb).admin.ExecContext(tb.Context(), query, u.Path[1:]); err != nil {
		tb.Fatal(err)
	}
}

// Connections are those to a database on PostgreSQL, and those of them that do
// nothing in a transaction for five seconds.
func Connections(tb testing.TB, location string) (all, idle int) {
	tb.Helper()
	const query = `
		SELECT COUNT(*), COUNT(*) FILTER (WHERE state LIKE 'idle in transaction%' AND state_change < now() - interval '5 seconds')
		FROM pg_stat_activity WHERE datname = $1`
	u, err := url.Parse(location)
	if err == nil {
		err = startServer(tb).admin.QueryRowContext(tb.Context(), query, u.Path[1:]).Scan(&all, &idle)
	}
	if err != nil {
		tb.Error(err)
	}
	return all, idle
}

// Blocks is how many blocks of tables and indexes were looked at in a database
// on PostgreSQL, once nobody is connected to it any more.
func Blocks(t *testing.T, location string) (looked int64) {
	t.Helper()
	for all, _ := Connections(t, location); all > 0; all, _ = Connections(t, location) {
		time.Sleep(10 * time.Millisecond)
	}
	db := behind(t, location)
	defer func() { _ = db.Close() }()
	const query = `SELECT SUM(heap_blks_hit + heap_blks_read + COALESCE(idx_blks_hit + idx_blks_read, 0)) FROM pg_statio_user_tables`
	if err := db.QueryRowContext(t.Context(), query).Scan(&looked); err != nil {
		t.Fatal(err)
	}
	return looked
}

func (s *server) location(database string) string {
	query := url.Values{"host": {s.dir}, "user": {"postgres"}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: query.Encode()}).String()
}

func (s *server) stop() {
	if s.guard != nil && s.guard.Process != nil {
		_ = s.guard.Process.Kill()
		_ = s.guard.Wait()
	}
	if s.admin != nil {
		_ = s.admin.Close()
	}
	if s.process != nil && s.process.Process != nil {
		_ = s.process.Process.Signal(syscall.SIGQUIT)
		_ = s.process.Wait()
	}
	_ = os.RemoveAll(s.dir)
}

// binaries is the folder with PostgreSQL's server programs, the newest where
// there are several.
func binaries() (string, error) {
	candidates, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		candidates = append(candidates, string(out[:max(0, len(out)-1)]))
	}
	for i := len(candidates) - 1; i >= 0; i-- {
		if _, err := os.Stat(filepath.Join(candidates[i], "initdb")); err == nil {
			return candidates[i], nil
		}
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(initdb), nil
	}
	return "", errors.New("initdb and postgres are not installed (make deps)")
}
