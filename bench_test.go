package main

import (
	"context"
	"net/http"
	"syscall"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// BenchmarkColdStart measures from the start of the process to its first
// page, on a database that is up to date.
func BenchmarkColdStart(b *testing.B) {
	for _, engine := range querytest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			location := querytest.Location(b, engine)
			for b.Loop() {
				b.StopTimer()
				port := freePort(b)
				cmd := program(b, []string{"PORT=" + port, "DATABASE_URL=" + location}, "serve")
				b.StartTimer()
				if err := cmd.Start(); err != nil {
					b.Fatal(err)
				}
				awaitFirstPage(b, port)
				b.StopTimer()
				if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
					b.Fatal(err)
				}
				if err := cmd.Wait(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

func awaitFirstPage(b *testing.B, port string) {
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for {
		if status, _ := get(ctx, port, "/"); status == http.StatusOK {
			return
		}
		if ctx.Err() != nil {
			b.Fatal("the server does not answer")
		}
		time.Sleep(time.Millisecond)
	}
}
