package searchtest_test

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/queries/searchtest"
	"runnerdb/seed" //nolint:depguard // the questions are about the people that it makes
)

// What the benchmark reads from the environment, with blanks between: sizes of
// the federation, and databases to seed once and to use again, for the last
// size. Without them each database is made in a folder of its own, which goes
// with the benchmark.
const (
	envRunners   = "RUNNERS"
	envDatabases = "SEARCH_DATABASES"
)

const (
	defaultRunners = "10000"
	shown          = 20 // hits, as many as the page asks for
	freshPools     = 10
	edits          = 50
)

// BenchmarkSearch puts the questions to the demo club and to federations, on
// both databases: how many are answered rightly, first and among the first
// five, how long the answers take, and what the index of names costs. With -v
// it names the tuned questions that are not answered.
func BenchmarkSearch(b *testing.B) {
	sizes := federations(b)
	for i, opt := range append([]seed.Options{{Seed: searchtest.Seed}}, sizes...) {
		for _, location := range locations(b, i == len(sizes)) {
			fill(b, location, opt)
			people, err := searchtest.ReadPeople(b.Context(), location)
			if err != nil {
				b.Fatal(err)
			}
			label := fmt.Sprintf("runners=%d/%s", len(people), engineOf(location))
			scores := board{}
			b.Run(label+"/answers", func(b *testing.B) { benchAnswers(b, location, opt, people, scores) })
			scores.print()
			b.Run(label+"/load", func(b *testing.B) { benchLoad(b, location) })
			b.Run(label+"/cold", func(b *testing.B) { benchCold(b, location, opt) })
			b.Run(label+"/warm", func(b *testing.B) { benchWarm(b, location, opt) })
			b.Run(label+"/elsewhere", func(b *testing.B) { benchElsewhere(b, location) })
			b.Run(label+"/burst", func(b *testing.B) { benchBurst(b, location, opt) })
			for _, pause := range []time.Duration{keystroke, 0} {
				b.Run(fmt.Sprintf("%s/typists/pause=%v", label, pause), func(b *testing.B) { benchTypists(b, location, opt, pause) })
			}
		}
	}
}

func federations(b *testing.B) []seed.Options {
	var sizes []seed.Options
	for _, text := range strings.Fields(cmp.Or(os.Getenv(envRunners), defaultRunners)) {
		n, err := strconv.Atoi(text)
		if err != nil || n < searchtest.FederationNames {
			b.Fatalf("%s=%s: give numbers from %d on", envRunners, text, searchtest.FederationNames)
		}
		sizes = append(sizes, seed.Options{Seed: searchtest.Seed, Runners: n})
	}
	return sizes
}

// locations are the databases: those to use again for the largest federation,
// else new ones.
func locations(b *testing.B, largest bool) []string {
	if again := strings.Fields(os.Getenv(envDatabases)); largest && len(again) > 0 {
		return again
	}
	var made []string
	for _, engine := range querytest.Engines {
		made = append(made, querytest.Location(b, engine))
	}
	return made
}

// fill seeds a database unless it holds these records already.
func fill(b *testing.B, location string, opt seed.Options) {
	b.Helper()
	db := querytest.Open(b, location)
	if _, err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	held, err := db.Seeded(b.Context())
	if err == nil && held != opt.String() {
		opt.Now = searchtest.Made
		err = seed.Fill(b.Context(), db, opt)
	}
	if err != nil {
		b.Fatal(err)
	}
}

func engineOf(location string) querytest.Engine {
	if queries.IsPostgres(location) {
		return querytest.Postgres
	}
	return querytest.SQLite
}

func recordsOf(opt seed.Options) searchtest.Records {
	if opt.Runners == 0 {
		return searchtest.Club
	}
	return searchtest.Federation
}

// typed is the mix of what is asked, both halves in turn.
func typed(b *testing.B, opt seed.Options) []string {
	var mix []string
	tuned, kept := questions(b, searchtest.Tuned, recordsOf(opt)), questions(b, searchtest.Kept, recordsOf(opt))
	for i := range max(len(tuned), len(kept)) {
		for _, half := range [][]searchtest.Question{tuned, kept} {
			if i < len(half) {
				mix = append(mix, half[i].Typed)
			}
		}
	}
	return mix
}

// benchLoad measures how long it takes until a process that starts can search,
// and how much of its memory the index takes then.
func benchLoad(b *testing.B, location string) {
	var took []time.Duration
	var before, after runtime.MemStats
	for b.Loop() {
		db, err := queries.Open(b.Context(), location)
		if err != nil {
			b.Fatal(err)
		}
		collect(&before)
		start := time.Now()
		if err := db.WarmUp(b.Context()); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
		collect(&after)
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(slices.Min(took).Microseconds())/1000, "load-ms")
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/1e6, "MB")
	b.ReportMetric(0, "ns/op")
}

// collect counts what is in use, after what is not any more has gone: with
// finalizers that takes two rounds.
func collect(stats *runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(stats)
}

// benchCold asks the questions, each once, of processes that have just
// started: nothing is connected but what loaded the index, nothing prepared,
// and no page of the database in the connection's cache. What the system keeps
// of the files in memory stays there.
func benchCold(b *testing.B, location string, opt seed.Options) {
	mix := typed(b, opt)
	var took []time.Duration
	for b.Loop() {
		for i := range freshPools {
			db, err := queries.Open(b.Context(), location)
			if err == nil {
				err = db.WarmUp(b.Context())
			}
			if err != nil {
				b.Fatal(err)
			}
			for at := i; at < len(mix); at += freshPools {
				took = append(took, search(b, db, mix[at]))
			}
			if err := db.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	report(b, took)
}

// benchWarm asks all questions once, and then measures.
func benchWarm(b *testing.B, location string, opt seed.Options) {
	mix := typed(b, opt)
	db := querytest.Open(b, location)
	for _, query := range mix {
		search(b, db, query)
	}
	var took []time.Duration
	for b.Loop() {
		for _, query := range mix {
			took = append(took, search(b, db, query))
		}
	}
	report(b, took)
}

// benchElsewhere adds and deletes runners in one process and measures how long
// a search in another takes that sees it.
func benchElsewhere(b *testing.B, location string) {
	here, there := querytest.Open(b, location), querytest.Open(b, location)
	search(b, there, "thabo")
	var took []time.Duration
	for b.Loop() {
		for i := range edits {
			name := fmt.Sprintf("Zzyzx Elsewhere%d", i)
			id, err := here.CreateRunner(b.Context(), club.Runner{Name: name}, queries.Actor{})
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			found, _, err := there.SearchRunners(b.Context(), name, shown)
			took = append(took, time.Since(start))
			if err != nil || len(found) == 0 || found[0].ID != id {
				b.Fatalf("%s is not found in the other process: %v", name, err)
			}
			if _, err := here.DeleteRunner(b.Context(), id, 1, queries.Actor{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	report(b, took)
}

func search(b *testing.B, db *queries.DB, query string) time.Duration {
	start := time.Now()
	if _, _, err := db.SearchRunners(b.Context(), query, shown); err != nil {
		b.Fatalf("%q: %v", query, err)
	}
	return time.Since(start)
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
	b.ReportMetric(0, "ns/op") // says nothing here
}
