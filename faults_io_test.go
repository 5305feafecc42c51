//go:build faults

package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R082: where the disk fails, writing is a styled 503, nothing that was
// acknowledged is lost, and once the disk is well again the same process writes
// as before. strace lets the system calls fail; make test-faults installs it on Debian.
func TestFaultIOError(t *testing.T) {
	for _, fault := range []struct{ name, inject string }{
		{"writing fails", "pwrite64:error=EIO"},
		{"writing fails now and then", "pwrite64:error=EIO:when=2+3"},
		{"no room", "pwrite64:error=ENOSPC"},
		{"not written to the end", "fsync,fdatasync:error=EIO"},
	} {
		t.Run(fault.name, func(t *testing.T) {
			location := querytest.Location(t, querytest.SQLite)
			must(t, location, "", "runner", "add", "Karabo Khumalo")
			server := startServer(t, location)
			keeper := signedIn(t, location, server.port)
			acknowledged := map[string]bool{}
			write := func(name string) int {
				status, body := keeper.add(t.Context(), server.port, name)
				switch {
				case status == http.StatusSeeOther:
					acknowledged[name] = true
				case status != http.StatusServiceUnavailable || !strings.Contains(body, "<code>"):
					t.Errorf("%s: got %d, %.300s", name, status, body)
				}
				return status
			}
			for round := range querytest.Rounds(2) {
				heal := injectInto(t, server, fault.inject)
				for i := range 150 { // until the log is written back into the database
					write("Broken " + letters(round, i))
				}
				if status, body := get(t.Context(), server.port, "/runners?q=karabo"); status != http.StatusOK {
					t.Errorf("reading: got %d, %.300s", status, body)
				}
				heal()
				if status := write("Healed " + letters(round, 0)); status != http.StatusSeeOther {
					t.Errorf("round %d: once the disk is well: got %d", round, status)
				}
			}
			names := stored(t, location)
			for name := range acknowledged {
				if names[name] != 1 {
					t.Errorf("%q was acknowledged and is there %d times", name, names[name])
				}
			}
			if e, err := queries.Examine(t.Context(), location, time.Now); err != nil || len(e.Damage) > 0 {
				t.Errorf("%v, %v", e.Damage, err)
			}
		})
	}
}

// injectInto lets system calls of a server fail until heal is called,
// which fails when none was met.
func injectInto(t *testing.T, server *process, inject string) (heal func()) {
	t.Helper()
	calls, _, _ := strings.Cut(inject, ":")
	seen := filepath.Join(t.TempDir(), "calls")
	cmd := exec.CommandContext(t.Context(), "strace", "--follow-forks", "--quiet=exit", "--output="+seen,
		"--trace="+calls, "--inject="+inject, "--attach="+strconv.Itoa(server.cmd.Process.Pid))
	errors, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("strace can't be started (make test-faults installs it on Debian): %v", err)
	}
	lines := bufio.NewScanner(errors)
	for lines.Scan() && !strings.Contains(lines.Text(), "attached") {
	}
	return func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if log, err := os.ReadFile(seen); !strings.Contains(string(log), "(INJECTED)") {
			t.Errorf("no call was met: %v, %.500s", err, log)
		}
	}
}
