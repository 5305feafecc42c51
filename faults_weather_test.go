//go:build faults

package main

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// R078: a database that is far away, comes through by drops, is cut off or says
// nothing is a page or a styled 503 within the deadline, for visitors and for
// readiness; the process says all the while that it lives, and afterwards all is
// well and nothing is left of it.
func TestFaultDatabaseSlow(t *testing.T) {
	all := map[string]weather{"resets": {resets: true}, "says nothing": {silent: true}}
	if timed() {
		all["late"], all["by drops"] = weather{late: 5 * time.Second}, weather{perSecond: 1000}
	}
	for name, bad := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			location := querytest.Location(t, querytest.Postgres)
			if out, err := program(t, []string{"DATABASE_URL=" + location}, "seed").CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			way, through := gateTo(t, location)
			metrics := freePort(t)
			server := startServer(t, through, "METRICS_ADDR=127.0.0.1:"+metrics)
			awaitStatus(t, server.port, "/runners?q=karabo", http.StatusOK)
			askAll(t, server.port) // as many workers as afterwards
			base := goroutines(t, metrics)
			way.weather.Store(&bad)
			if status, _ := get(t.Context(), server.port, "/readyz"); status != http.StatusServiceUnavailable && bad.perSecond == 0 {
				t.Errorf("readiness: got %d", status) // what is short comes through by drops in time
			}
			slowest, healthy := askAll(t, server.port)
			way.weather.Store(&weather{})
			well := time.Now()
			awaitStatus(t, server.port, "/readyz", http.StatusOK)
			awaitStatus(t, server.port, "/runners?q=karabo", http.StatusOK)
			back := time.Since(well)
			http.DefaultClient.CloseIdleConnections()
			for goroutines(t, metrics) > base+10 {
				if time.Since(well) > 30*time.Second {
					t.Fatalf("%d goroutines, %d before", goroutines(t, metrics), base)
				}
				time.Sleep(50 * time.Millisecond)
			}
			t.Logf("the slowest answer took %v, that of health %v; well again after %v, at rest after %v", slowest, healthy, back, time.Since(well))
			if timed() && (slowest > 10*time.Second || healthy > 100*time.Millisecond) {
				t.Errorf("the slowest answer took %v, that of health %v", slowest, healthy)
			}
		})
	}
}

// askAll asks for pages that need the database, twenty at once, and meanwhile
// for signs of life: it says how long the slowest of each took.
func askAll(t *testing.T, port string) (slowest, healthy time.Duration) {
	t.Helper()
	var asking sync.WaitGroup
	var mu sync.Mutex
	asked, over := context.WithCancel(t.Context())
	for i := range 20 {
		asking.Go(func() {
			start := time.Now()
			path := unasked(i)
			status, body := get(t.Context(), port, path)
			if status != http.StatusOK && (status != http.StatusServiceUnavailable || !strings.Contains(body, "<code>")) {
				t.Errorf("%s: got %d, %.300s", path, status, body)
			}
			mu.Lock()
			defer mu.Unlock()
			slowest = max(slowest, time.Since(start))
		})
	}
	go func() {
		asking.Wait()
		over()
	}()
	for asked.Err() == nil {
		start := time.Now()
		if status, _ := get(t.Context(), port, "/healthz"); status != http.StatusOK {
			t.Errorf("health: got %d", status)
		}
		healthy = max(healthy, time.Since(start))
		time.Sleep(50 * time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	return slowest, healthy
}

// unasked are addresses that nobody asked for before.
func unasked(i int) string {
	return []string{"/runners?q=nkosi", "/runners/" + strconv.Itoa(2+i), "/predict?runner=" + strconv.Itoa(2+i), "/boards"}[i%4]
}

// goroutines is how many a server has.
func goroutines(t *testing.T, metrics string) int {
	t.Helper()
	status, text := get(t.Context(), metrics, "/metrics")
	if status != http.StatusOK {
		t.Fatalf("metrics: got %d, %s", status, text)
	}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if number, found := strings.CutPrefix(lines.Text(), "go_goroutines "); found {
			n, err := strconv.Atoi(number)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("the metrics don't tell of goroutines")
	return 0
}
