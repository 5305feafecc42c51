//go:build faults

package main

import (
	"net/http"
	"syscall"
	"testing"
	"time"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R075, R076: a PostgreSQL server that is restarted, in good order or not, or
// away for a while, under a hundred requests a second and twenty who write:
// each answer is a page or a styled 503 that says when to come again, nothing
// that was acknowledged is lost, and the same process is well again as soon as
// the database is.
func TestFaultDatabaseRestarted(t *testing.T) {
	const writers, mostWait, soon = 20, 5 * time.Second, 5 * time.Second
	database := querytest.NewServer(t)
	location := database.Location(t)
	must(t, location, "", "seed")
	server := startServer(t, location)
	load := startTraffic(t, server, signedIn(t, location, server.port), writers)
	away := 300 * time.Millisecond
	if timed() {
		away = 10 * time.Second
	}
	var back time.Duration
	for range min(querytest.Rounds(1), 10) {
		for _, how := range []struct {
			immediately bool
			away        time.Duration
		}{{false, 0}, {true, 0}, {false, away}} {
			load.goesOn()
			database.Stop(t, how.immediately)
			awaitStatus(t, server.port, "/readyz", http.StatusServiceUnavailable)
			if status, _ := get(t.Context(), server.port, "/healthz"); status != http.StatusOK {
				t.Errorf("health while the database is away: got %d", status)
			}
			time.Sleep(how.away)
			database.Start(t)
			accepts := time.Now()
			awaitStatus(t, server.port, "/readyz", http.StatusOK)
			load.goesOn()
			back = max(back, time.Since(accepts))
		}
	}
	e, err := queries.Examine(t.Context(), location, time.Now)
	if err != nil || e.Taken > queries.PoolSize+2 {
		t.Errorf("%d connections, %v", e.Taken, err)
	}
	load.over()
	if err := server.cmd.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the process is gone: %v", err)
	}
	if load.put.Load() == 0 {
		t.Error("nothing was put off: the fault was not met")
	}
	load.checkStored(location)
	t.Logf("%d answered, %d put off, the slowest after %v; well again within %v", load.fine.Load(), load.put.Load(), load.slowest, back)
	if timed() && (load.slowest > mostWait || back > soon) {
		t.Errorf("the slowest answer took %v, and it was %v until all was well", load.slowest, back)
	}
}

// R077: where connections have ended unnoticed a page is there all the same:
// what reads is asked again, on a connection that lives.
func TestFaultConnectionsTerminated(t *testing.T) {
	location := querytest.Location(t, querytest.Postgres)
	must(t, location, "", "seed")
	_, through := gateTo(t, location) // over TCP the end of a connection is not met at once
	server := startServer(t, through)
	keeper := signedIn(t, location, server.port)
	for i := range querytest.Rounds(10) {
		for _, path := range []string{"/runners?q=karabo", "/runners/" + string('1'+rune(i%9)), "/admin/runners"} {
			querytest.Terminate(t, location)
			if got := keeper.ask(t, server.port, path); got.status != http.StatusOK {
				t.Errorf("%s after all connections ended: got %d, %.300s", path, got.status, got.body)
			}
		}
	}
	load := startTraffic(t, server, keeper, 8)
	for range querytest.Rounds(10) {
		load.goesOn()
		querytest.Terminate(t, location)
	}
	load.over()
	load.checkStored(location)
	t.Logf("%d answered, %d put off", load.fine.Load(), load.put.Load())
}

// ask is a page.
func (v *visitor) ask(t *testing.T, port, path string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return send(v.client, request)
}
