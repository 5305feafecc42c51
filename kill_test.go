package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/queries/querytest"
)

// A restore that is killed leaves the old data or the backup, each whole.
func TestRestoreKilled(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) { restoreAndKill(t, engine, 2) })
	}
}

// restoreAndKill kills restores one after the other, at moments spread over the
// time that one takes.
func restoreAndKill(t *testing.T, engine querytest.Engine, rounds int) {
	t.Helper()
	location := seeded(t, engine)
	backup := backupOf(t, location)
	backedUp := withoutBookkeeping(t, location)
	took := time.Now()
	killAfter(t, time.Hour, "DATABASE_URL="+location, "restore", backup, "--replace")
	whole := time.Since(took)
	outcomes := map[string]int{}
	for round := range rounds {
		must(t, location, "", "runner", "add", fmt.Sprintf("Added Since %c", 'A'+round%26))
		old := withoutBookkeeping(t, location)
		killAfter(t, whole*time.Duration(round+1)/time.Duration(rounds+1), "DATABASE_URL="+location, "restore", backup, "--replace")
		left := withoutBookkeeping(t, location)
		switch {
		case cmp.Equal(left, old):
			outcomes["old"]++
		case cmp.Equal(left, backedUp):
			outcomes["backup"]++
		default:
			t.Fatalf("round %d: neither: %.2000s", round, cmp.Diff(old, left))
		}
		must(t, location, "", "doctor")
		awaitAlone(t, location)
		must(t, location, "", "restore", backup, "--replace")
	}
	t.Logf("of %d rounds of up to %v: %v", rounds, whole, outcomes)
}

// killAfter runs a command and kills it after a while, unless it has ended.
func killAfter(t *testing.T, pause time.Duration, database string, args ...string) {
	t.Helper()
	cmd := program(t, []string{database, "PATH=" + os.Getenv("PATH")}, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(pause, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	_ = cmd.Wait() // a status of its own, where it was killed
}

// awaitAlone waits until what a killed restore left connected is gone.
func awaitAlone(t *testing.T, location string) {
	t.Helper()
	if !strings.Contains(location, "://") {
		return
	}
	for all, _ := querytest.Connections(t, location); all > 1; all, _ = querytest.Connections(t, location) {
		if t.Context().Err() != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// withoutBookkeeping returns the rows that people know. It reads in a test of its
// own, which closes its connections before the next command.
func withoutBookkeeping(t *testing.T, location string) (rows map[string][]string) {
	t.Helper()
	t.Run("read", func(t *testing.T) { rows = maps.Clone(querytest.Stored(t, location)) })
	maps.DeleteFunc(rows, func(table string, _ []string) bool {
		return table != "runners" && table != "results" && table != "races" && table != "users" && table != "audit_log"
	})
	return rows
}

// A backup that is killed leaves its file without its name. The next one into the
// folder removes that, and nothing else: not what another backup still writes, nor
// files of others.
func TestBackupKilled(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) { backupAndKill(t, engine, 2) })
	}
}

func backupAndKill(t *testing.T, engine querytest.Engine, rounds int) {
	t.Helper()
	location, dir := seeded(t, engine), t.TempDir()
	other := filepath.Join(dir, "download.part")
	if err := os.WriteFile(other, []byte("<html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	left := 0
	for round := range rounds {
		name := filepath.Join(dir, fmt.Sprintf("%d.backup", round))
		killWhileWriting(t, location, name)
		if _, err := os.Stat(name); err == nil {
			continue // it was too fast
		}
		if _, err := os.Stat(name + ".part"); err == nil {
			left++
		}
		next := filepath.Join(dir, fmt.Sprintf("%d.next", round))
		must(t, location, "", "backup", next)
		if parts, err := filepath.Glob(filepath.Join(dir, "*.part")); err != nil || len(parts) != 1 || parts[0] != other {
			t.Fatalf("got %v, %v; want only the file of others", parts, err)
		}
	}
	if left == 0 {
		t.Errorf("none of %d backups left a file to remove", rounds)
	}
}

// killWhileWriting kills a backup as soon as its file is there.
func killWhileWriting(t *testing.T, location, name string) {
	t.Helper()
	cmd := program(t, []string{"DATABASE_URL=" + location, "PATH=" + os.Getenv("PATH")}, "backup", name)
	var out bytes.Buffer
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			return
		default:
		}
		if _, err := os.Stat(name + ".part"); err == nil {
			_ = cmd.Process.Kill()
			if err := <-ended; err == nil {
				t.Log("it ended before it was killed")
			}
			return
		}
	}
}

// A backup that is still being written keeps its file.
func TestBackupLeavesOthersUnderWay(t *testing.T) {
	location, dir := querytest.Location(t, querytest.Postgres), t.TempDir()
	dump, err := exec.LookPath("pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	fifo, bin := filepath.Join(dir, "go"), t.TempDir()
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nread word < " + fifo + "\nexec " + dump + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "pg_dump"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	slow := program(t, []string{"DATABASE_URL=" + location, "PATH=" + bin + ":" + os.Getenv("PATH")}, "backup", filepath.Join(dir, "slow"))
	if err := slow.Start(); err != nil {
		t.Fatal(err)
	}
	gate, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for pg_dump to read
	if err != nil {
		t.Fatal(err)
	}
	must(t, location, "", "backup", filepath.Join(dir, "quick"))
	if _, err := gate.WriteString("go\n"); err != nil {
		t.Error(err)
	}
	_ = gate.Close()
	if err := slow.Wait(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "slow")); err != nil {
		t.Error(err)
	}
}
