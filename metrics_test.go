package main

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"runnerdb/queries/querytest"
)

// R094: what a process does is counted, and can be read on the private
// address and on no other.
func TestMetricsArePrivate(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			port, private := freePort(t), freePort(t)
			cmd := program(t, []string{
				"PORT=" + port, "METRICS_ADDR=127.0.0.1:" + private, "DATABASE_URL=" + querytest.Location(t, engine),
			}, "serve")
			var log bytes.Buffer
			cmd.Stderr = &log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			awaitReady(t, port)
			for _, path := range []string{"/runners?q=canary", "/runners/7", "/nowhere/canary"} {
				get(t.Context(), port, path)
			}
			for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/vars"} {
				if status, _ := get(t.Context(), port, path); status != http.StatusNotFound {
					t.Errorf("%s for everybody: got %d, want 404", path, status)
				}
			}
			status, body := get(t.Context(), private, "/metrics")
			for _, want := range []string{
				`runnerdb_request_duration_seconds_count{method="GET",route="/runners",status="200"} 1`,
				`runnerdb_request_duration_seconds_count{method="GET",route="/runners/:id",status="404"} 1`,
				`runnerdb_requests_in_flight 0`, `runnerdb_search_duration_seconds_count 1`, `runnerdb_build_info{`,
				`runnerdb_db_connections_max{pool=`, `go_goroutines `,
			} {
				if status != http.StatusOK || !strings.Contains(body, want) {
					t.Errorf("got %d; %s is missing in %s", status, want, body)
				}
			}
			if strings.Contains(body, "canary") {
				t.Error("the metrics hold what was asked for")
			}
			if status, _ := get(t.Context(), private, "/"); status != http.StatusNotFound {
				t.Errorf("the private address answers %d to /", status)
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v: %s", err, log.String())
			}
		})
	}
}

func TestVersion(t *testing.T) {
	status, out, _ := runOn(t, "unused.db", "", "version")
	if status != 0 || !regexp.MustCompile(`^runnerdb development, commit \S+, go1\.\d+\S* \w+/\w+\n$`).MatchString(out) {
		t.Errorf("got %d, %q", status, out)
	}
}
