//go:build faults

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R082: on a full disk writing is a styled 503 and reading goes on; with room
// again writing does too, in the same process, and the database is whole. It
// mounts a small disk of its own, so it takes root.
func TestFaultDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Fatalf("a small disk can't be mounted (are you root?): %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	location, ballast := filepath.Join(dir, "club.db"), filepath.Join(dir, "ballast")
	must(t, location, "", "runner", "add", "Karabo Khumalo")
	server := startServer(t, location)
	keeper := signedIn(t, location, server.port)
	for round := range querytest.Rounds(3) {
		if err := os.WriteFile(ballast, make([]byte, 8<<20), 0o600); err == nil {
			t.Fatal("the disk is not full")
		}
		refused := false
		for i := 0; i < 2000 && !refused; i++ {
			status, body := keeper.add(t.Context(), server.port, "Full "+strings.Repeat("x", 150))
			switch {
			case status == http.StatusServiceUnavailable && strings.Contains(body, "<code>"):
				refused = true
			case status != http.StatusSeeOther:
				t.Fatalf("round %d: writing: got %d, %.300s", round, status, body)
			}
		}
		if !refused {
			t.Fatalf("round %d: the full disk was not met", round)
		}
		for _, path := range []string{"/runners/1", "/runners?q=karabo", "/"} {
			if status, body := get(t.Context(), server.port, path); status != http.StatusOK {
				t.Errorf("round %d: %s: got %d, %.300s", round, path, status, body)
			}
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		if status, body := keeper.add(t.Context(), server.port, "After Full"); status != http.StatusSeeOther {
			t.Errorf("round %d: with room again: got %d, %.300s", round, status, body)
		}
	}
	if e, err := queries.Examine(t.Context(), location, time.Now); err != nil || len(e.Damage) > 0 {
		t.Errorf("%v, %v", e.Damage, err)
	}
}
