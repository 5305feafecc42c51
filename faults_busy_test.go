package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"runnerdb/queries/querytest"
)

// R081: sixteen who write at once, somebody who imports a sheet and readers: on
// SQLite, which takes one writer at a time, nobody is sent away, and all that
// was acknowledged is there once.
func TestFaultManyWriters(t *testing.T) {
	const writers, each = 16, 12
	location := querytest.Location(t, querytest.SQLite)
	server := startServer(t, location)
	keeper := signedIn(t, location, server.port)
	sheet := filepath.Join(t.TempDir(), "Bay Run 10km 2026-03-08.csv")
	var rows strings.Builder
	rows.WriteString("Pos,Name,Time\n")
	for i := range 500 {
		fmt.Fprintf(&rows, "%d,Sheet %c%c Runner,%d:%02d\n", i+1, 'A'+rune(i/26), 'a'+rune(i%26), 40+i/60, i%60)
	}
	if err := os.WriteFile(sheet, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var writing, reading sync.WaitGroup
	var over atomic.Bool
	for range 4 {
		reading.Go(func() {
			for !over.Load() {
				if status, body := get(t.Context(), server.port, "/runners?q=writer"); status != http.StatusOK {
					t.Errorf("reading: got %d, %.300s", status, body)
				}
			}
		})
	}
	for writer := range writers {
		writing.Go(func() {
			for i := range each {
				name := fmt.Sprintf("Writer %c %c", 'a'+rune(writer), 'a'+rune(i))
				if status, body := keeper.add(t.Context(), server.port, name); status != http.StatusSeeOther {
					t.Errorf("%s: got %d, %.300s", name, status, body)
				}
			}
		})
	}
	must(t, location, "", "import", "--yes", sheet)
	writing.Wait()
	over.Store(true)
	reading.Wait()
	added, imported := 0, 0
	for name, times := range stored(t, location) {
		if times != 1 {
			t.Errorf("%q is there %d times", name, times)
		}
		switch {
		case strings.HasPrefix(name, "Writer "):
			added++
		case strings.HasPrefix(name, "Sheet "):
			imported++
		}
	}
	if added != writers*each || imported != 500 {
		t.Errorf("got %d added and %d imported", added, imported)
	}
	if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.cmd.Wait(); err != nil || strings.Contains(server.log.String(), "locked") {
		t.Errorf("somebody met a lock: %v, %s", err, server.log.String())
	}
}
