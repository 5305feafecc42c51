package main

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// timed reports whether this is make test-faults, which has the machine for
// itself: only then is it a fault that something takes long.
func timed() bool { return os.Getenv("ROUNDS") != "" }

// traffic are a hundred requests a second for pages, and writers, while
// something breaks: each is answered well, or put off with a page that says so.
type traffic struct {
	t       *testing.T
	server  *process
	keeper  *visitor
	stop    context.CancelFunc
	work    sync.WaitGroup
	fine    atomic.Int64
	put     atomic.Int64 // off
	written atomic.Int64
	mu      sync.Mutex
	slowest time.Duration
	// acknowledged are the runners whose adding was.
	acknowledged map[string]bool
}

var asked = []string{"/runners?q=karabo", "/runners/1", "/", "/predict?q=karabo", "/races/1", "/runners?q=away"}

// startTraffic goes on until it is over.
func startTraffic(t *testing.T, server *process, keeper *visitor, writers int) *traffic {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := &traffic{t: t, server: server, keeper: keeper, stop: stop, acknowledged: map[string]bool{}}
	t.Cleanup(r.over)
	r.work.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ctx.Err() == nil; i++ {
			<-tick.C
			r.work.Go(func() { r.read(asked[i%len(asked)], i%2 == 0) })
		}
	})
	for writer := range writers {
		r.work.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				r.write("Away " + letters(writer) + " " + letters(i))
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	return r
}

// over waits for the last answer.
func (r *traffic) over() {
	r.stop()
	r.work.Wait()
}

func (r *traffic) read(path string, fragment bool) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://127.0.0.1:"+r.server.port+path, http.NoBody)
	if err != nil {
		r.t.Error(err)
		return
	}
	if fragment {
		request.Header.Set("HX-Request", "true")
	}
	start := time.Now()
	r.judge(path, send(http.DefaultClient, request), http.StatusOK, time.Since(start))
}

func (r *traffic) write(name string) {
	start := time.Now()
	if r.judge("add", r.keeper.tryAdd(context.Background(), r.server.port, name), http.StatusSeeOther, time.Since(start)) {
		r.written.Add(1)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.acknowledged[name] = true
	}
}

func (r *traffic) judge(what string, got reply, ok int, took time.Duration) bool {
	r.mu.Lock()
	r.slowest = max(r.slowest, took)
	r.mu.Unlock()
	switch {
	case got.status == ok:
		r.fine.Add(1)
		return true
	case got.status == http.StatusServiceUnavailable && strings.Contains(got.body, "<code>") && got.header.Get("Retry-After") != "":
		r.put.Add(1)
	default:
		r.t.Errorf("%s: got %d, Retry-After %q, %.300s", what, got.status, got.header.Get("Retry-After"), got.body)
	}
	return false
}

// goesOn waits until pages are answered and runners added again.
func (r *traffic) goesOn() {
	r.t.Helper()
	fine, written := r.fine.Load(), r.written.Load()
	for deadline := time.Now().Add(time.Minute); r.fine.Load() == fine || r.written.Load() == written; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("nothing is answered: %s", r.server.log.String())
		}
	}
}

// checkStored complains where an acknowledged runner is missing, or any is
// there twice.
func (r *traffic) checkStored(location string) {
	r.t.Helper()
	names := stored(r.t, location)
	for name := range r.acknowledged {
		if names[name] == 0 {
			r.t.Errorf("%q was acknowledged and is not there", name)
		}
	}
	for name, times := range names {
		if strings.HasPrefix(name, "Away ") && times > 1 {
			r.t.Errorf("%q is there %d times", name, times)
		}
	}
}
