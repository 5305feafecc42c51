package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R075, R083: what was acknowledged is there after kill -9, nothing is there
// twice, the database is whole, and people are still signed in.
func TestFaultKilledUnderWrites(t *testing.T) {
	writers := 4
	if timed() {
		writers = 20
	}
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			server := startServer(t, location)
			keeper := signedIn(t, location, server.port)
			acknowledged, names := map[string]bool{}, map[string]int{}
			for round := range querytest.Rounds(3) {
				ctx, stop := context.WithCancel(t.Context())
				var mu sync.Mutex
				var writing sync.WaitGroup
				for writer := range writers {
					writing.Go(func() {
						for i := 0; ctx.Err() == nil; i++ {
							name := "Runner " + letters(round, writer, i)
							status, _ := keeper.add(ctx, server.port, name)
							mu.Lock()
							if status == http.StatusSeeOther {
								acknowledged[name] = true
							}
							mu.Unlock()
						}
					})
				}
				awaitAcknowledged(t, &mu, acknowledged, len(names)+1)
				time.Sleep(rand.N(250 * time.Millisecond))
				if err := server.cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				_ = server.cmd.Wait()
				stop()
				writing.Wait()
				server = startServer(t, location)
				names = stored(t, location)
				for name := range acknowledged {
					if names[name] != 1 {
						t.Errorf("round %d: %q was acknowledged and is there %d times", round, name, names[name])
					}
				}
				if e, err := queries.Examine(t.Context(), location, time.Now); err != nil || len(e.Damage) > 0 {
					t.Errorf("round %d: %v, %v", round, e.Damage, err)
				}
			}
			if status, body := keeper.add(t.Context(), server.port, "After All"); status != http.StatusSeeOther {
				t.Errorf("after all: got %d, %s", status, body)
			}
		})
	}
}

// awaitAcknowledged waits until so many writes were acknowledged.
func awaitAcknowledged(t *testing.T, mu *sync.Mutex, acknowledged map[string]bool, enough int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		mu.Lock()
		got := len(acknowledged)
		mu.Unlock()
		if got >= enough {
			return
		}
	}
	t.Fatalf("%d writes are not acknowledged within a minute", enough)
}

// R092: two processes behind a proxy are replaced one after the other, and no
// visitor notices.
func TestFaultRollingRestart(t *testing.T) {
	location := querytest.Location(t, querytest.Postgres)
	must(t, location, "", "runner", "add", "Karabo Khumalo")
	proxy := &balancer{transport: &http.Transport{MaxIdleConnsPerHost: 20}}
	servers := []*process{startServer(t, location), startServer(t, location)}
	proxy.use(servers)
	ctx, stop := context.WithCancel(t.Context())
	var asking sync.WaitGroup
	var asked atomic.Int64
	tick := time.NewTicker(10 * time.Millisecond) // 100 requests a second
	defer tick.Stop()
	asking.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			asking.Go(func() {
				path := []string{"/runners?q=karabo", "/runners/1", "/", "/predict?q=kara"}[asked.Add(1)%4]
				if status, err := proxy.get(path); status != http.StatusOK {
					t.Errorf("%s: got %d, %v", path, status, err)
				}
			})
		}
	})
	for round := range querytest.Rounds(2) {
		old := servers[round%2]
		if err := old.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := old.cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, old.log.String())
		}
		servers[round%2] = startServer(t, location)
		proxy.use(servers)
	}
	stop()
	asking.Wait()
	if asked.Load() < 20 {
		t.Errorf("only %d requests were made", asked.Load())
	}
}

// balancer sends each request to the next server, and to another one when that
// refuses the connection or closes it, as nginx does unless told otherwise.
type balancer struct {
	transport *http.Transport
	next      atomic.Int64
	mu        sync.RWMutex
	ports     []string
}

// use names the servers anew, once what was sent to the old ones is answered:
// a deploy goes on to the next process no sooner.
func (b *balancer) use(servers []*process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ports = nil
	for _, server := range servers {
		b.ports = append(b.ports, server.port)
	}
}

func (b *balancer) get(path string) (status int, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	first := int(b.next.Add(1))
	for i := range b.ports {
		port := b.ports[(first+i)%len(b.ports)]
		var request *http.Request
		if request, err = http.NewRequest(http.MethodGet, "http://127.0.0.1:"+port+path, http.NoBody); err != nil {
			return 0, err
		}
		var response *http.Response
		if response, err = b.transport.RoundTrip(request); err == nil {
			_, err = httputil.DumpResponse(response, true)
			_ = response.Body.Close()
			return response.StatusCode, err
		}
	}
	return 0, err
}

// R076: connections that are cut, and a server that nobody comes through to.
func TestFaultDatabaseAway(t *testing.T) {
	location := querytest.Location(t, querytest.Postgres)
	must(t, location, "", "seed")
	way, through := gateTo(t, location)
	server := startServer(t, through)
	load := startTraffic(t, server, signedIn(t, location, server.port), 2)
	for range querytest.Rounds(3) {
		load.goesOn()
		way.cut()
		time.Sleep(50 * time.Millisecond)
		way.closed.Store(true)
		way.cut()
		awaitStatus(t, server.port, "/readyz", http.StatusServiceUnavailable)
		if status, _ := get(t.Context(), server.port, "/healthz"); status != http.StatusOK {
			t.Errorf("health while the database is away: got %d", status)
		}
		way.closed.Store(false)
		awaitStatus(t, server.port, "/readyz", http.StatusOK)
	}
	load.over()
	if load.put.Load() == 0 {
		t.Error("nothing was put off: the fault was not met")
	}
	load.checkStored(location)
}

// awaitStatus asks until the answer is this one.
func awaitStatus(t *testing.T, port, path string, want int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		status, body := get(ctx, port, path)
		if status == want {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("%s: got %d, %.300s; want %d", path, status, body, want)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
