package searchtest_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/queries/querytest"
	"runnerdb/queries/searchtest"
	"runnerdb/seed" //nolint:depguard // the questions are about the people that it makes
)

var update = flag.Bool("update", false, "write the questions that the rule draws")

var bothRecords = []searchtest.Records{searchtest.Club, searchtest.Federation}

// people are the runners of the club, or the federation's first ones, made once
// for all tests.
func people(t *testing.T, records searchtest.Records) []searchtest.Person {
	t.Helper()
	if known[records] == nil {
		opt := seed.Options{Seed: searchtest.Seed, Now: searchtest.Made}
		if records == searchtest.Federation {
			opt.Runners = searchtest.FederationNames
		}
		location := querytest.Location(t, querytest.Postgres) // the quicker one to fill, watched for races
		if err := seed.Fill(t.Context(), querytest.Open(t, location), opt); err != nil {
			t.Fatal(err)
		}
		read, err := searchtest.ReadPeople(t.Context(), location)
		if err != nil {
			t.Fatal(err)
		}
		known[records] = read
	}
	return known[records]
}

var known = map[searchtest.Records][]searchtest.Person{}

func questions(tb testing.TB, half searchtest.Half, records searchtest.Records) []searchtest.Question {
	tb.Helper()
	asked, err := searchtest.Questions(half, records)
	if err != nil {
		tb.Fatal(err)
	}
	return asked
}

func TestQuestions(t *testing.T) {
	for _, records := range bothRecords {
		t.Run(string(records), func(t *testing.T) {
			tuned, kept := questions(t, searchtest.Tuned, records), questions(t, searchtest.Kept, records)
			if n := len(tuned) + len(kept); n < 400 {
				t.Errorf("%d questions, want at least 400", n)
			}
			if difference := len(tuned) - len(kept); difference < -10 || difference > 10 {
				t.Errorf("%d tuned, %d kept: not halves", len(tuned), len(kept))
			}
			asked := map[string]bool{}
			for _, q := range slices.Concat(tuned, kept) {
				if asked[q.Typed] {
					t.Errorf("%q is asked twice", q.Typed)
				}
				asked[q.Typed] = true
			}
			for _, kind := range searchtest.Kinds {
				of := func(q searchtest.Question) bool { return q.Kind == kind }
				if !slices.ContainsFunc(tuned, of) || !slices.ContainsFunc(kept, of) {
					t.Errorf("no question of kind %s in one of the halves", kind)
				}
			}
		})
	}
}

// TestExpected asks whether whoever is expected is there, whatever the search
// finds: the judge must call somebody right.
func TestExpected(t *testing.T) {
	for _, records := range bothRecords {
		t.Run(string(records), func(t *testing.T) {
			all := people(t, records)
			judge := searchtest.NewJudge(all)
			ids := make([]int64, len(all))
			for i, p := range all {
				ids[i] = p.ID
			}
			for _, half := range searchtest.Halves {
				for _, q := range questions(t, half, records) {
					checkExpected(t, judge, all, ids, q)
				}
			}
		})
	}
}

func checkExpected(t *testing.T, judge *searchtest.Judge, all []searchtest.Person, ids []int64, q searchtest.Question) {
	t.Helper()
	if words, not := strings.CutPrefix(q.Expected, "! "); not {
		if !slices.ContainsFunc(all, func(p searchtest.Person) bool {
			return strings.Contains(club.Fold(p.Name+" "+strings.Join(p.Aliases, " ")), club.Fold(words))
		}) {
			t.Errorf("%q: nobody is named %q", q.Typed, words)
		}
		return
	}
	// In an exact question nobody is as near as whoever is expected.
	q.Kind = searchtest.Exact
	if judge.Rank(q, ids) == 0 {
		t.Errorf("%q: nobody is %q", q.Typed, q.Expected)
	}
}

// TestRule keeps the files as the rule draws them.
func TestRule(t *testing.T) {
	var drawn []searchtest.Question
	for _, records := range bothRecords {
		drawn = append(drawn, searchtest.ByRule(records, people(t, records))...)
	}
	for _, half := range searchtest.Halves {
		want := searchtest.TSV(slices.DeleteFunc(slices.Clone(drawn), func(q searchtest.Question) bool { return q.Half != half }))
		checkFile(t, "testdata/"+string(half)+"-rule.tsv", want)
	}
}

func checkFile(t *testing.T, name, want string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var header, lines strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			header.WriteString(line)
		} else {
			lines.WriteString(line)
		}
	}
	if *update {
		err = os.WriteFile(name, []byte(header.String()+want), 0o644)
	} else if lines.String() != want {
		t.Errorf("%s is not what the rule draws; go test ./queries/searchtest -run Rule -update", name)
	}
	if err != nil {
		t.Fatal(err)
	}
}
