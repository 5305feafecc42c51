package searchtest_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/queries/searchtest"
	"runnerdb/seed" //nolint:depguard // the questions are about the people that it makes
)

// What the benchmark reads from the environment: the size of the federation,
// and databases to seed once and to use again, with blanks between them.
// Without them each database is made in a folder of its own, which goes with
// the benchmark.
const (
	envRunners   = "RUNNERS"
	envDatabases = "SEARCH_DATABASES"
)

const (
	defaultRunners = 10_000
	shown          = 20 // hits, as many as the page asks for
	freshPools     = 200
)

// BenchmarkSearch puts the questions to the demo club and to the federation,
// on both databases: how many are answered rightly, first and among the first
// five, and how long the answers take. With -v it names the tuned questions
// that are not.
func BenchmarkSearch(b *testing.B) {
	for _, opt := range []seed.Options{{Seed: searchtest.Seed}, {Seed: searchtest.Seed, Runners: runners(b)}} {
		for _, location := range locations(b, opt) {
			fill(b, location, opt)
			people, err := searchtest.ReadPeople(b.Context(), location)
			if err != nil {
				b.Fatal(err)
			}
			label := fmt.Sprintf("runners=%d/%s", len(people), engineOf(location))
			scores := board{}
			b.Run(label+"/answers", func(b *testing.B) { benchAnswers(b, location, opt, people, scores) })
			scores.print()
			b.Run(label+"/cold", func(b *testing.B) { benchCold(b, location, opt) })
			b.Run(label+"/warm", func(b *testing.B) { benchWarm(b, location, opt) })
		}
	}
}

func runners(b *testing.B) int {
	text := os.Getenv(envRunners)
	if text == "" {
		return defaultRunners
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < searchtest.FederationNames {
		b.Fatalf("%s=%s: give a number from %d on", envRunners, text, searchtest.FederationNames)
	}
	return n
}

// locations are the databases: those to use again for the federation, else new
// ones.
func locations(b *testing.B, opt seed.Options) []string {
	if again := strings.Fields(os.Getenv(envDatabases)); opt.Runners > 0 && len(again) > 0 {
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
		opt.Now = time.Unix(0, 0)
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

// score counts the questions asked, and those whose answer is right.
type score struct{ asked, first, five int }

func (s *score) add(rank int) {
	s.asked++
	if rank == 1 {
		s.first++
	}
	if rank >= 1 && rank <= 5 {
		s.five++
	}
}

func (s score) String() string {
	if s.asked == 0 {
		return "-\t-\t-"
	}
	return fmt.Sprintf("%d\t%.1f\t%.1f", s.asked, percent(s.first, s.asked), percent(s.five, s.asked))
}

func percent(of, all int) float64 { return 100 * float64(of) / float64(all) }

// board keeps the scores of each half, by kind and, under no kind, in all.
type board map[searchtest.Half]map[searchtest.Kind]*score

func benchAnswers(b *testing.B, location string, opt seed.Options, people []searchtest.Person, scores board) {
	db := querytest.Open(b, location)
	judge := searchtest.NewJudge(people)
	for b.Loop() {
		for _, half := range searchtest.Halves {
			scores[half] = answers(b, db, judge, questions(b, half, recordsOf(opt)))
		}
	}
	for _, half := range searchtest.Halves {
		all := scores[half][""]
		b.ReportMetric(percent(all.first, all.asked), string(half)+"-success@1-%")
		b.ReportMetric(percent(all.five, all.asked), string(half)+"-success@5-%")
	}
	b.ReportMetric(0, "ns/op") // the judge takes longer than the search
}

func answers(b *testing.B, db *queries.DB, judge *searchtest.Judge, asked []searchtest.Question) map[searchtest.Kind]*score {
	scores := map[searchtest.Kind]*score{"": {}}
	for _, q := range asked {
		hits, _, err := db.SearchRunners(b.Context(), q.Typed, shown)
		if err != nil {
			b.Fatalf("%q: %v", q.Typed, err)
		}
		found := make([]int64, len(hits))
		for i, hit := range hits {
			found[i] = hit.ID
		}
		if judge.AnyHidden(found) {
			b.Errorf("%q: a hidden runner is found", q.Typed)
		}
		rank := judge.Rank(q, found)
		if scores[q.Kind] == nil {
			scores[q.Kind] = &score{}
		}
		scores[q.Kind].add(rank)
		scores[""].add(rank)
		if rank != 1 && q.Half == searchtest.Tuned && testing.Verbose() {
			b.Logf("%s: %q for %q is at %d: %q", q.Kind, q.Typed, q.Expected, rank, names(hits))
		}
	}
	return scores
}

func names(hits []queries.FoundRunner) []string {
	var first []string
	for _, hit := range hits[:min(5, len(hits))] {
		first = append(first, hit.Name)
	}
	return first
}

// print shows the scores as a table: a benchmark's log is cut short.
func (s board) print() {
	if len(s) == 0 {
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, kind searchtest.Kind) {
		_, _ = fmt.Fprintf(w, "%s\t", name)
		for _, half := range searchtest.Halves {
			score := s[half][kind]
			if score == nil {
				score = s[half][""]
			}
			_, _ = fmt.Fprintf(w, "%s\t", score)
		}
		_, _ = fmt.Fprintln(w)
	}
	_, _ = fmt.Fprintln(w, "kind\ttuned\t@1 %\t@5 %\tkept\t@1 %\t@5 %\t")
	for _, kind := range searchtest.Kinds {
		row(string(kind), kind)
	}
	row("all", "")
	_ = w.Flush()
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

// benchCold asks each question, of an even choice, of a pool that has not been
// used: it connects, and nothing is prepared. What the system keeps of the
// files in memory stays there.
func benchCold(b *testing.B, location string, opt seed.Options) {
	mix := typed(b, opt)
	var took []time.Duration
	for b.Loop() {
		for i := range freshPools {
			db, err := queries.Open(b.Context(), location)
			if err != nil {
				b.Fatal(err)
			}
			took = append(took, search(b, db, mix[i*len(mix)/freshPools]))
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
