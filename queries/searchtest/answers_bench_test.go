package searchtest_test

import (
	"fmt"
	"os"
	"testing"
	"text/tabwriter"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/queries/searchtest"
	"runnerdb/seed" //nolint:depguard // the questions are about the people that it makes
)

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
