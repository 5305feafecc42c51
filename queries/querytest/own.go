package querytest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Server is a PostgreSQL server of one test, which the test may stop. What it
// has acknowledged outlives the end of its processes.
type Server struct {
	*server
	settings []string
}

// NewServer starts a server that goes with the test.
func NewServer(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	s, err := newServer(settings...)
	if err != nil {
		tb.Fatalf("no PostgreSQL to test on: %v", err)
	}
	tb.Cleanup(s.stop)
	return &Server{s, settings}
}

// Location names an empty, migrated database.
func (s *Server) Location(tb testing.TB) string {
	tb.Helper()
	return s.create(tb, migratedTemplate)
}

// Stop ends the server: fast, which lets nobody finish, or immediately, as if
// it had crashed.
func (s *Server) Stop(tb testing.TB, immediately bool) {
	tb.Helper()
	how := syscall.SIGINT
	if immediately {
		how = syscall.SIGQUIT
	}
	if err := s.process.Process.Signal(how); err != nil {
		tb.Fatal(err)
	}
	_ = s.process.Wait() // with a status of its own after a crash
}

// Demote starts it again as a standby: it answers, and takes no changes.
func (s *Server) Demote(tb testing.TB) {
	tb.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, "data", "standby.signal"), nil, 0o644); err != nil {
		tb.Fatal(err)
	}
	s.Start(tb)
}

// Promote lets a standby take changes.
func (s *Server) Promote(tb testing.TB) {
	tb.Helper()
	if _, err := s.admin.ExecContext(tb.Context(), "SELECT pg_promote()"); err != nil {
		tb.Fatal(err)
	}
}

// Start starts it again, and comes back when it accepts connections.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	if err := s.start(s.settings...); err != nil {
		tb.Fatal(err)
	}
	if err := s.await(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}
