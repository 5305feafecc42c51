package seed

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func TestMain(m *testing.M) { os.Exit(querytest.Main(m)) }

var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// collect returns everything that the options make.
func collect(t *testing.T, opt Options) queries.Batch {
	t.Helper()
	var all queries.Batch
	err := generate(opt, func(b queries.Batch, _, _ int) error {
		all.Series = append(all.Series, b.Series...)
		all.Races = append(all.Races, b.Races...)
		all.Runners = append(all.Runners, b.Runners...)
		all.Results = append(all.Results, b.Results...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func fingerprint(t *testing.T, opt Options) uint64 {
	t.Helper()
	h := fnv.New64a()
	if _, err := fmt.Fprintf(h, "%+v", collect(t, opt)); err != nil {
		t.Fatal(err)
	}
	return h.Sum64()
}

func TestSameSeedSameRows(t *testing.T) {
	for _, runners := range []int{0, 3000} {
		first := fingerprint(t, Options{Seed: 1, Runners: runners})
		again := fingerprint(t, Options{Seed: 1, Runners: runners, Now: today})
		other := fingerprint(t, Options{Seed: 2, Runners: runners})
		if first != again {
			t.Errorf("%d runners: seed 1 gave %x, then %x", runners, first, again)
		}
		if first == other {
			t.Errorf("%d runners: seeds 1 and 2 gave the same rows", runners)
		}
	}
}

func TestFillDemoClub(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		ctx := t.Context()
		opt := Options{Seed: 1, Now: today}
		for range 2 { // the second run replaces the first
			if err := Fill(ctx, db, opt); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := db.Seeded(ctx); err != nil || got != opt.String() {
			t.Errorf("Seeded() = %q, %v; want %q", got, err, opt.String())
		}
		for i, demo := range demoRunners {
			checkDemoRunner(t, db, int64(i+1), demo)
		}
		hits, _, err := db.SearchRunners(ctx, "karabo kh", 5)
		if err != nil || len(hits) == 0 || hits[0].ID != 3 {
			t.Errorf("karabo kh finds %+v, %v; want runner 3 first", hits, err)
		}
	})
}

func checkDemoRunner(t *testing.T, db *queries.DB, id int64, demo demoRunner) {
	t.Helper()
	hits, err := db.RunnersNamed(t.Context(), strings.ToUpper(demo.given+" "+demo.surname))
	if err != nil || len(hits) != 1 || hits[0].ID != id {
		t.Errorf("named %s %s: %+v, %v; want runner %d alone", demo.given, demo.surname, hits, err, id)
	}
	performances, err := db.Performances(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	times := map[club.Metres]int{}
	for _, p := range performances {
		if p.Result.Status == club.Finished {
			times[p.Race.Length]++
		}
	}
	if times[marathon] != demoMarathons {
		t.Errorf("runner %d finished %d marathons, want %d", id, times[marathon], demoMarathons)
	}
	for length, n := range times {
		if length != marathon && n >= demoMarathons {
			t.Errorf("runner %d finished %d races of %v; the marathon must be the distance run most", id, n, length)
		}
	}
}

func TestFillFederation(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		told := 0
		opt := Options{Seed: 1, Runners: 45, batch: 10, Now: today, Progress: func(done, total int) {
			if done <= told || total != 45 {
				t.Errorf("progress %d of %d after %d", done, total, told)
			}
			told = done
		}}
		if err := Fill(t.Context(), db, opt); err != nil {
			t.Fatal(err)
		}
		if told != opt.Runners {
			t.Errorf("told of %d runners, want %d", told, opt.Runners)
		}
		performances, err := db.Performances(t.Context(), 2)
		if err != nil || len(performances) != demoMarathons {
			t.Errorf("runner 2 has %d results, %v; want %d", len(performances), err, demoMarathons)
		}
	})
}

func TestFillRefuses(t *testing.T) {
	db := querytest.New(t, querytest.SQLite)
	if err := Fill(t.Context(), db, Options{Runners: MaxRunners + 1, Now: today}); err == nil {
		t.Error("more runners than MaxRunners were taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := Fill(ctx, db, Options{Runners: 30, batch: 10, Now: today, Progress: func(int, int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run ends with %v, want context.Canceled", err)
	}
	if got, err := db.Seeded(t.Context()); err != nil || got != "" {
		t.Errorf("after a cancelled run Seeded() = %q, %v; want nothing", got, err)
	}
	if err := Fill(t.Context(), db, Options{Runners: 5, Now: today}); err != nil {
		t.Errorf("a run after a cancelled one: %v", err)
	}
}
