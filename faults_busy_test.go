//go:build faults

package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R081: sixteen who write at once, somebody who imports a sheet and readers: on
// SQLite, which takes one writer at a time, nobody is sent away, and all that
// was acknowledged is there once. make test-faults keeps it up for a minute.
func TestFaultManyWriters(t *testing.T) {
	const writers = 16
	begun := time.Now()
	enough := func(i int) bool { return i == 12 }
	if timed() {
		enough = func(int) bool { return time.Since(begun) > time.Minute }
	}
	location := querytest.Location(t, querytest.SQLite)
	server := startServer(t, location)
	keeper := signedIn(t, location, server.port)
	var rows strings.Builder
	rows.WriteString("Pos,Name,Time\n")
	for i := range 500 {
		fmt.Fprintf(&rows, "%d,Sheet %c%c Runner,%d:%02d\n", i+1, 'A'+rune(i/26), 'a'+rune(i%26), 40+i/60, i%60)
	}
	var writing, reading sync.WaitGroup
	var over atomic.Bool
	var written atomic.Int64
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
			for i := 0; !enough(i); i++ {
				name := "Writer " + letters(writer, i)
				written.Add(1)
				if status, body := keeper.add(t.Context(), server.port, name); status != http.StatusSeeOther {
					t.Errorf("%s: got %d, %.300s", name, status, body)
				}
			}
		})
	}
	for day := 1; day == 1 || timed() && !enough(day) && day < 28; day++ {
		sheet := filepath.Join(t.TempDir(), fmt.Sprintf("Bay Run 10km 2026-03-%02d.csv", day))
		if err := os.WriteFile(sheet, []byte(rows.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _, errOut := runOn(t, location, "", "import", "--yes", sheet); status != 0 {
			t.Errorf("import: got %d, %s", status, errOut)
		}
	}
	writing.Wait()
	over.Store(true)
	reading.Wait()
	t.Logf("%d added", written.Load())
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
	if added != int(written.Load()) || imported != 500 {
		t.Errorf("got %d added and %d imported", added, imported)
	}
	if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.cmd.Wait(); err != nil || strings.Contains(server.log.String(), "locked") {
		t.Errorf("somebody met a lock: %v, %s", err, server.log.String())
	}
}

// R083: the log of writes is written back into the database while it is written
// to and read: it stays short.
func TestFaultLogOfWrites(t *testing.T) {
	const longest = 64 << 20
	writes := 500
	if timed() {
		writes = 100_000
	}
	location := querytest.Location(t, querytest.SQLite)
	db := querytest.Open(t, location)
	var left, size atomic.Int64
	left.Store(int64(writes))
	var working sync.WaitGroup
	for writer := range 16 {
		working.Go(func() {
			for i := 0; left.Add(-1) >= 0; i++ {
				runner := club.Runner{Name: "Writer " + letters(writer, i)}
				if _, err := db.CreateRunner(t.Context(), runner, queries.AtCommandLine(time.Now())); err != nil {
					t.Errorf("write: %v", err)
					return
				}
				if log, err := os.Stat(location + "-wal"); err == nil && log.Size() > size.Load() {
					size.Store(log.Size())
				}
			}
		})
	}
	for range 2 {
		working.Go(func() {
			for left.Load() > 0 {
				if _, err := db.Runner(t.Context(), 1); err != nil && !errors.Is(err, queries.ErrNotFound) {
					t.Errorf("read: %v", err)
				}
			}
		})
	}
	working.Wait()
	if size.Load() == 0 || size.Load() > longest {
		t.Errorf("the log was up to %d bytes long", size.Load())
	}
	t.Logf("%d writes, the log was up to %.1f MB long", writes, float64(size.Load())/1e6)
}
