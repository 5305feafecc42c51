//go:build faults

package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/procfs"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R079, R080: a thousand searches at once are answered or put off, over no more
// connections than the pool has, none of which holds a transaction open; then it
// is well again, and two hundred searches a second are answered soon.
func TestFaultAThousandAtOnce(t *testing.T) {
	const mostMemory, mostWait, soon = 512e6, time.Second, 5 * time.Second
	runners := 1000
	if timed() {
		runners = 100_000
	}
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			must(t, location, "", "seed", "--runners", strconv.Itoa(runners))
			server := startServer(t, location)
			watched := watchConnections(t, location)
			got, took := searchAll(t, server.port, 1000, 0)
			over := time.Now()
			if got[http.StatusOK] == 0 || got[http.StatusOK]+got[http.StatusServiceUnavailable] != 1000 {
				t.Errorf("got %v", got)
			}
			awaitStatus(t, server.port, "/runners?q=karabo", http.StatusOK)
			back := time.Since(over)
			t.Logf("%v, 95 %% within %v; well again after %v", got, took[len(took)*95/100], back)
			if timed() {
				got, took = searchAll(t, server.port, 2000, 5*time.Millisecond)
				p95 := took[len(took)*95/100]
				t.Logf("at 200 a second: %v, 95 %% within %v", got, p95)
				if p95 > mostWait || got[http.StatusOK] != 2000 || back > soon {
					t.Error("that is too slow")
				}
			}
			most, idle := watched()
			memory := memoryOf(t, server).VmHWM
			t.Logf("at most %d connections and %d MB", most, memory/1e6)
			// One that has ended is seen a while longer.
			if most > queries.PoolSize+2 || idle > 0 || memory > mostMemory {
				t.Errorf("at most %d connections, %d of them idle in a transaction, and %d bytes", most, idle, memory)
			}
		})
	}
}

// searchAll searches n times, one search so long after the other, and says how
// often there was which answer, and how long each took, in order.
func searchAll(t *testing.T, port string, n int, apart time.Duration) (got map[int]int, took []time.Duration) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	got = map[int]int{}
	var mu sync.Mutex
	var searching sync.WaitGroup
	tick := time.NewTicker(max(apart, 1))
	defer tick.Stop()
	for i := range n {
		if apart > 0 {
			<-tick.C
		}
		address := "http://127.0.0.1:" + port + "/runners?q=" + url.QueryEscape([]string{"karabo", "nd", "khumlo", "z"}[i%4]+letters(i / 4)[:i%2])
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		searching.Go(func() {
			start := time.Now()
			answer := send(client, request)
			mu.Lock()
			defer mu.Unlock()
			got[answer.status]++
			took = append(took, time.Since(start))
		})
	}
	searching.Wait()
	slices.Sort(took)
	return got, took
}

// watchConnections counts those to a database on PostgreSQL until it is asked
// for the most of them, and for the most that were idle in a transaction for
// five seconds.
func watchConnections(t *testing.T, location string) (watched func() (most, idle int)) {
	t.Helper()
	if !queries.IsPostgres(location) {
		return func() (int, int) { return 0, 0 }
	}
	var over atomic.Bool
	var watching sync.WaitGroup
	most, idle := 0, 0
	watching.Go(func() {
		for !over.Load() {
			connections, waiting := querytest.Connections(t, location)
			most, idle = max(most, connections), max(idle, waiting)
			time.Sleep(20 * time.Millisecond)
		}
	})
	return func() (int, int) {
		over.Store(true)
		watching.Wait()
		return most, idle
	}
}

// R088: beside fifty who ask for one prediction after the other others search
// as before, and once they have gone the processor rests.
func TestFaultFiftyForecasts(t *testing.T) {
	const mostWait, runners = time.Second, 1000
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			must(t, location, "", "seed", "--runners", strconv.Itoa(runners))
			server := startServer(t, location)
			awaitLearned(t, querytest.Open(t, location))
			ctx, stop := context.WithCancel(t.Context())
			var asking sync.WaitGroup
			var answered atomic.Int64
			for i := range 50 {
				asking.Go(func() {
					for n := 0; ctx.Err() == nil; n++ {
						path := "/predict?runner=" + strconv.Itoa(1+(50*n+i)%runners) + "&anew=" + strconv.Itoa(50*n+i)
						switch status, body := get(ctx, server.port, path); {
						case status == http.StatusOK, status == http.StatusNotFound: // who is hidden
							answered.Add(1)
						case ctx.Err() == nil && status != http.StatusServiceUnavailable:
							t.Errorf("%s: got %d, %.300s", path, status, body)
						}
					}
				})
			}
			got, took := searchAll(t, server.port, 100, 20*time.Millisecond)
			stop()
			asking.Wait()
			p95 := took[95]
			t.Logf("%d predictions; searches meanwhile: %v, 95 %% within %v", answered.Load(), got, p95)
			if got[http.StatusOK] != 100 || answered.Load() == 0 || timed() && p95 > mostWait {
				t.Errorf("searches: %v, 95 %% within %v; %d predictions", got, p95, answered.Load())
			}
			if timed() {
				time.Sleep(2 * time.Second)
				before := workedBy(t, server)
				time.Sleep(time.Second)
				if worked := workedBy(t, server) - before; worked > 0.3 {
					t.Errorf("it goes on to work: %.2f s in a second", worked)
				}
			}
		})
	}
}

// R067: while a long sheet is imported others search as before, and the process
// stays small.
func TestFaultSearchesWhileItImports(t *testing.T) {
	const mostMemory, mostWait, searches = 300e6, time.Second, 300
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			must(t, location, "", "seed")
			server := startServer(t, location)
			keeper := signedIn(t, location, server.port)
			db := querytest.Open(t, location)
			begun := time.Now()
			draft := keeper.upload(t, server.port, "Bay Run 10km 2026-03-08.csv", raceOf(longRows()))
			keeper.press(t, server.port, draft, draft+"/commit")
			got, took := searchAll(t, server.port, searches, 20*time.Millisecond)
			awaitImport(t, db, queries.JobDone)
			p95, memory := took[searches*95/100], memoryOf(t, server).VmHWM
			t.Logf("searches: %v, 95 %% within %v; imported after %v, with at most %d MB", got, p95, time.Since(begun), memory/1e6)
			if got[http.StatusOK] != searches || timed() && (p95 > mostWait || memory > mostMemory) {
				t.Error("that is too slow, or too large")
			}
		})
	}
}

// awaitLearned waits until a server has learned from what was stored before.
func awaitLearned(t *testing.T, db *queries.DB) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if job, err := db.LastJob(t.Context(), "learn"); err == nil && job.State == queries.JobDone {
			return
		}
	}
	t.Fatal("the server does not learn")
}

// workedBy is the processor time that a server has taken, in seconds.
func workedBy(t *testing.T, server *process) float64 {
	t.Helper()
	proc, err := procfs.NewProc(server.cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := proc.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return stat.CPUTime()
}
