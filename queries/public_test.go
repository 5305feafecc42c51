package queries_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// A runner is hidden, and shown again, by every change that says so: of the
// birth date, of results, by merging and undoing.
func TestWhoIsHiddenFollowsTheRecords(t *testing.T) {
	twoProcesses(t, func(t *testing.T, here, there *queries.DB) {
		querytest.Load(t, here, queries.Batch{
			Series: []club.Series{{ID: 1, Name: "Two Oceans"}},
			Races:  []club.Race{{ID: 1, SeriesID: 1, HeldOn: club.Date{Year: 2025, Month: 4, Day: 5}, Length: 5000}, {ID: 2, SeriesID: 1, HeldOn: club.Date{Year: 2026, Month: 4, Day: 4}, Length: 5000}},
		})
		by := queries.Actor{Name: "test", At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
		add := func(r club.Runner) int64 {
			t.Helper()
			id, err := here.CreateRunner(t.Context(), r, by)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		expect := func(step string, id int64, want club.Reason) club.Runner {
			t.Helper()
			r := anyRunner(t, here, id)
			if r.HiddenFor != want || r.Hidden != (want != club.NotHidden) {
				t.Errorf("%s: hidden for %q, %v, want %q", step, r.HiddenFor, r.Hidden, want)
			}
			if shown := found(t, there, r.Name) != ""; shown != (want == club.NotHidden) {
				t.Errorf("%s: found %v, want %v", step, shown, want == club.NotHidden)
			}
			return r
		}
		update := func(r club.Runner) {
			t.Helper()
			if err := there.UpdateRunner(t.Context(), r, by); err != nil {
				t.Fatal(err)
			}
		}
		thabo := add(club.Runner{Name: "Thabo Nkosi"})
		r := expect("added", thabo, club.NotHidden)
		r.BirthDate = club.Date{Year: 2008, Month: 11, Day: 25}
		update(r)
		r = expect("17 years old", thabo, club.Minor)
		r.Visibility = club.Shown
		update(r)
		r = expect("shown all the same", thabo, club.NotHidden)
		r.BirthDate, r.Visibility = club.Date{}, club.Automatic
		update(r)
		expect("without a birth date", thabo, club.NotHidden)
		result := club.Result{RunnerID: thabo, RaceID: 1, Status: club.Finished, Net: 1_200_000, Category: "U/20", Counts: true}
		resultID, err := here.CreateResult(t.Context(), result, by)
		if err != nil {
			t.Fatal(err)
		}
		expect("a junior result", thabo, club.Junior)
		if result, err = here.Result(t.Context(), resultID); err != nil {
			t.Fatal(err)
		}
		result.Category = "Senior"
		if err := there.UpdateResult(t.Context(), result, by); err != nil {
			t.Fatal(err)
		}
		expect("it was a senior's", thabo, club.NotHidden)
		result.Category, result.Version = "M15-19", result.Version+1
		if err := there.UpdateResult(t.Context(), result, by); err != nil {
			t.Fatal(err)
		}
		bin, err := here.DeleteResult(t.Context(), resultID, result.Version+1, by)
		if err != nil {
			t.Fatal(err)
		}
		expect("the junior result deleted", thabo, club.NotHidden)
		if _, err := there.Restore(t.Context(), bin, by); err != nil {
			t.Fatal(err)
		}
		r = expect("and back", thabo, club.Junior)

		sipho := add(club.Runner{Name: "Sipho Zulu", BirthDate: club.Date{Year: 1990, Month: 1, Day: 1}})
		kept := expect("an adult", sipho, club.NotHidden)
		bin, err = here.MergeRunners(t.Context(), r, kept, by)
		if err != nil {
			t.Fatal(err)
		}
		expect("merged with an adult", thabo, club.NotHidden)
		if _, err = there.Restore(t.Context(), bin, by); err != nil {
			t.Fatal(err)
		}
		expect("two again", thabo, club.Junior)
		r = expect("two again", sipho, club.NotHidden)
		r.Visibility = club.Hidden
		update(r)
		expect("asked", sipho, club.Asked)
		if _, err := here.UndoUpdate(t.Context(), sipho, r.Version+1, by); err != nil {
			t.Fatal(err)
		}
		expect("undone", sipho, club.NotHidden)
		if bin, err = here.DeleteRunner(t.Context(), thabo, anyRunner(t, here, thabo).Version, by); err != nil {
			t.Fatal(err)
		}
		later := queries.Actor{Name: "test", At: by.At.AddDate(2, 0, 0)}
		if _, err = there.Restore(t.Context(), bin, later); err != nil {
			t.Fatal(err)
		}
		expect("deleted and back", thabo, club.Junior)

		zodwa := add(club.Runner{Name: "Zodwa Xaba", BirthDate: club.Date{Year: 2009, Month: 1, Day: 1}})
		r = expect("a child", zodwa, club.Minor)
		r.Name = "Zodwa Xaba-Dube"
		if err := here.UpdateRunner(t.Context(), r, later); err != nil {
			t.Fatal(err)
		}
		r = expect("of age now, and nobody asked", zodwa, club.Minor)
		r.BirthDate.Year = 1989
		if err := here.UpdateRunner(t.Context(), r, later); err != nil {
			t.Fatal(err)
		}
		expect("it was a slip", zodwa, club.NotHidden)
	})
}

// What a load brings, and what a program before this one left, is hidden by the
// same rule.
func TestWhoIsHiddenAfterALoad(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			born := func(year int) club.Date { return club.Date{Year: year, Month: 6, Day: 1} }
			querytest.Load(t, db, queries.Batch{
				Runners: []club.Runner{
					{ID: 1, Name: "Adult", BirthDate: born(1990)},
					{ID: 2, Name: "Child", BirthDate: born(2015)},
					{ID: 3, Name: "Young", Licence: "WPA 3"},
					{ID: 4, Name: "Grown", BirthDate: born(1995)},
					{ID: 5, Name: "Shown", BirthDate: born(2015), Visibility: club.Shown},
					{ID: 6, Name: "Asked", Visibility: club.Hidden},
				},
				Series: []club.Series{{ID: 1, Name: "Two Oceans"}},
				Races:  []club.Race{{ID: 1, SeriesID: 1, HeldOn: club.Date{Year: 2013, Month: 4, Day: 5}, Length: 5000}},
				Results: []club.Result{
					{ID: 1, RunnerID: 3, RaceID: 1, Status: club.Finished, Net: 1_200_000, Category: "13 and under"},
					{ID: 2, RunnerID: 4, RaceID: 1, Status: club.Finished, Net: 1_300_000, Category: "Junior"},
				},
			})
			check := func() {
				t.Helper()
				want := []club.Reason{club.NotHidden, club.Minor, club.Junior, club.NotHidden, club.NotHidden, club.Asked}
				for i, reason := range want {
					if got := anyRunner(t, db, int64(i+1)); got.HiddenFor != reason || got.Hidden != (reason != "") {
						t.Errorf("%s: hidden for %q, want %q", got.Name, got.HiddenFor, reason)
					}
				}
				if count, err := db.CountRunners(t.Context()); err != nil || count != 3 {
					t.Errorf("got %d visible runners, %v, want 3", count, err)
				}
			}
			check()
			querytest.Exec(t, location, "UPDATE runners SET hidden = FALSE, hidden_for = ''")
			querytest.Exec(t, location, "UPDATE revisions SET number = 0 WHERE name = 'derived'")
			if _, err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			check()
		})
	}
}

// seesHidden are the functions that read runners whom nobody but those who keep
// the records may see, and why.
var seesHidden = map[string]string{
	"ImportsOf": "the history of a record is for who keeps them",
	"runnerIn":  "inside changes; Runner asks whether they are visible",
	"keptFrom":  "for who keeps the records", "keptByID": "for who keeps the records",
	"KeptResults": "for who keeps the records", "KeptResult": "for who keeps the records",
	"KeptRunners": "for who keeps the records", "untimed": "for who keeps the records", "raced": "for who keeps the records", "runnersAsSeen": "inside changes", "namesakesIn": "for who keeps the records",
	"found": "for who keeps the records", "NewestCareers": "for who keeps the records",
	"candidateQuery": "for who imports results", "removeImported": "inside changes",
	"newest":   "likely duplicates, for who keeps the records",
	"Finishes": "sums over the club, without names", "finishImport": "derives columns", "Counts": "how many rows there are", "licensed": "numbers alone; describe leaves out who is hidden",
	"settleVisibility": "decides who is", "juniorsIn": "decides who is", "summaries": "derives columns", "marks": "derives columns", "markTables": "its queries ask", "ComputePlaces": "who is hidden has a place", "deriveBatch": "derives columns",
	"rebuild": "counts", "originOf": "inside changes", "followMerges": "counts who is there", "inRunners": "inside changes", "ErasedTraces": "looks for what is left of the erased", "traceCounts": "looks for what is left of the erased", "resultsWhere": "inside changes", "noteRunner": "inside changes",
}

var readsRunners = regexp.MustCompile(`(?i)\b(FROM|JOIN)\s+runners\b`)

// A query that reads runners asks whether they are visible, or is one of those
// that are known to be for who keeps the records.
func TestEveryQueryOfRunnersAsksWhetherTheyAreVisible(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for name := range seesHidden {
		unused[name] = true
	}
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range parsed.Decls {
			name, text := declarationOf(declared), strings.ReplaceAll(string(source[declared.Pos()-1:declared.End()-1]), "DELETE FROM", "")
			if !readsRunners.MatchString(text) {
				continue
			}
			seen++
			delete(unused, name)
			if _, known := seesHidden[name]; !known && !regexp.MustCompile(`\bvisible\b`).MatchString(text) {
				t.Errorf("%s: %s reads runners and does not ask whether they are visible: add the condition `visible`, or say in seesHidden why not", file, name)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d queries of runners were found", seen)
	}
	for name := range unused {
		t.Errorf("seesHidden: %s does not read runners", name)
	}
}

func declarationOf(declared ast.Decl) string {
	switch d := declared.(type) {
	case *ast.FuncDecl:
		return d.Name.Name
	case *ast.GenDecl:
		if spec, ok := d.Specs[0].(*ast.ValueSpec); ok {
			return spec.Names[0].Name
		}
	}
	return fmt.Sprintf("%T", declared)
}
