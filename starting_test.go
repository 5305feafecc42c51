package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// haltingRestore puts a pg_restore in front of the real one that stops in the
// middle of its output, once the file halfway is there, until the file on is.
func haltingRestore(t *testing.T) (path, halfway, on string) {
	t.Helper()
	actual, err := exec.LookPath("pg_restore")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	halfway, on = filepath.Join(dir, "halfway"), filepath.Join(dir, "on")
	script := fmt.Sprintf(`#!/bin/sh
case "$*" in
*--list*|*--data-only*|*/dev/null*) exec %[1]s "$@";;
esac
%[1]s "$@" > %[2]s/all
head -c 60000 %[2]s/all
touch %[3]s
while [ ! -e %[4]s ]; do sleep 0.05; done
tail -c +60001 %[2]s/all
`, actual, dir, halfway, on)
	if err := os.WriteFile(filepath.Join(dir, "pg_restore"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir + ":" + os.Getenv("PATH"), halfway, on
}

// await waits until a file is there.
func await(t *testing.T, file string) {
	t.Helper()
	for range 1200 {
		if _, err := os.Stat(file); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not come", filepath.Base(file))
}

// R102: a server that starts during a restore answers 503, and serves the
// restored data when it is in place.
func TestAServerThatStartsDuringARestoreWaits(t *testing.T) {
	location := seeded(t, querytest.Postgres)
	backup := backupOf(t, location)
	must(t, location, "", "runner", "add", "Added Since")
	path, halfway, on := haltingRestore(t)
	restore := program(t, []string{"DATABASE_URL=" + location, "PATH=" + path}, "restore", backup, "--replace")
	var said bytes.Buffer
	restore.Stdout, restore.Stderr = &said, &said
	if err := restore.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, halfway)

	port := freePort(t)
	server := program(t, []string{"PORT=" + port, "DATABASE_URL=" + location}, "serve")
	var log bytes.Buffer
	server.Stderr = &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	for refused := 0; refused < 10; {
		status, body := get(t.Context(), port, "/runners")
		switch status {
		case 0: // it does not listen yet
		case http.StatusServiceUnavailable:
			refused++
		default:
			t.Fatalf("got %d during the restore: %.200s", status, body)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if status, _ := get(t.Context(), port, "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: got %d", status)
	}
	if err := os.WriteFile(on, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := restore.Wait(); err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	awaitReady(t, port)
	if status, body := get(t.Context(), port, "/runners"); status != http.StatusOK {
		t.Errorf("got %d: %.300s", status, body)
	}
	for _, row := range querytest.Stored(t, location)["runners"] {
		if strings.Contains(row, "Added Since") {
			t.Errorf("the old data is there: %s", row)
		}
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("%v: %s", err, log.String())
	}
}
