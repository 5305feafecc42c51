package imports_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/sheets"
)

var secretary = queries.Actor{Name: "secretary", At: time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)}

const (
	second = club.FinishTime(1000)
	minute = 60 * second
)

// bayRun describes the race.
var bayRun = imports.Choices{Race: "Bay Run", HeldOn: club.Date{Year: 2026, Month: 3, Day: 8}, Length: 10_000}

func sheet(t testing.TB, text string) *sheets.File {
	t.Helper()
	file, err := sheets.Open("bay.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func makePlan(t testing.TB, db *queries.DB, text string, choices imports.Choices) *imports.Plan {
	t.Helper()
	plan, err := imports.Make(t.Context(), imports.Records{DB: db}, sheet(t, text), choices)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func commit(t testing.TB, db *queries.DB, text string, choices imports.Choices) (int64, *imports.Plan) {
	t.Helper()
	id, plan, err := imports.Commit(t.Context(), imports.Records{DB: db}, imports.Order{File: sheet(t, text), Choices: choices}, secretary)
	if err != nil {
		t.Fatal(err)
	}
	return id, plan
}

// verdicts prints the verdicts of a plan's rows.
func verdicts(plan *imports.Plan) string {
	all := make([]string, len(plan.Rows))
	for i, row := range plan.Rows {
		all[i] = string(row.Verdict)
	}
	return strings.Join(all, " ")
}

func expect(t *testing.T, what string, plan *imports.Plan, want string) {
	t.Helper()
	if got := verdicts(plan); got != want {
		var reasons []string
		for _, row := range plan.Rows {
			reasons = append(reasons, row.Entry.Name+": "+strings.Join(row.Reasons, ", "))
		}
		t.Errorf("%s: got %s, want %s\n%s", what, got, want, strings.Join(reasons, "\n"))
	}
}

const header = "Pos,No,Name,Sex,Age,Club,Licence,Time\n"

func addRunner(t testing.TB, db *queries.DB, r club.Runner) int64 {
	t.Helper()
	id, err := db.CreateRunner(t.Context(), r, secretary)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// R066: importing a file again changes nothing; a corrected file shows and
// stores its differences; undoing an import leaves no trace.
func TestImportCorrectAndUndo(t *testing.T) {
	t.Parallel()
	const text = header + "1,12,Sipho DLAMINI,M,30,RCS,,32:11\n2,14,Anna Nkosi,F,41,,,33:40\n3,15,Zoe Zulu,F,28,RCS,,DNF\n"
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		first, plan := commit(t, db, text, bayRun)
		expect(t, "first", plan, "new new new")
		again, plan := commit(t, db, text, bayRun)
		expect(t, "again", plan, "present present present")
		if again != 0 {
			t.Errorf("the same file was stored as import %d", again)
		}
		corrected := strings.Replace(text, "33:40", "33:45", 1)
		changed, plan := commit(t, db, corrected, bayRun)
		expect(t, "corrected", plan, "present changed present")
		if got := timeOf(t, db, "Anna Nkosi"); got != 33*minute+45*second {
			t.Errorf("got %s", got)
		}
		if _, err := db.UndoImport(t.Context(), changed, secretary); err != nil {
			t.Fatal(err)
		}
		if got := timeOf(t, db, "Anna Nkosi"); got != 33*minute+40*second {
			t.Errorf("got %s", got)
		}
		if _, err := db.UndoImport(t.Context(), first, secretary); err != nil {
			t.Fatal(err)
		}
		if _, err := db.UndoImport(t.Context(), first, secretary); !errors.Is(err, queries.ErrStale) {
			t.Errorf("got %v, want ErrStale", err)
		}
		if found, _, err := db.SearchRunners(t.Context(), "nkosi", 5); err != nil || len(found) != 0 {
			t.Errorf("got %v, %v", found, err)
		}
		if races, _, err := db.KeptRaces(t.Context(), "", "", 0, 10); err != nil || len(races) != 0 {
			t.Errorf("got %v, %v", races, err)
		}
		expect(t, "after all", makePlan(t, db, text, bayRun), "new new new")
	})
}

// timeOf returns the time of a runner's only result.
func timeOf(t *testing.T, db *queries.DB, name string) club.FinishTime {
	t.Helper()
	found, _, err := db.SearchRunners(t.Context(), name, 2)
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: got %v, %v", name, found, err)
	}
	performances, err := db.Performances(t.Context(), found[0].ID)
	if err != nil || len(performances) != 1 {
		t.Fatalf("%s: got %v, %v", name, performances, err)
	}
	return performances[0].Result.Time()
}

func TestWhoIsIt(t *testing.T) {
	t.Parallel()
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		born := func(year int) club.Date { return club.Date{Year: year, Month: 1, Day: 2} }
		khumalo := addRunner(t, db, club.Runner{Name: "Karabo Khumalo", Sex: club.Female, BirthDate: born(1990), Licence: "WPA 10401"})
		addRunner(t, db, club.Runner{Name: "Sam Botha", Sex: club.Male, BirthDate: born(1980)})
		addRunner(t, db, club.Runner{Name: "Sam Botha", Sex: club.Male, BirthDate: born(2000)})
		addRunner(t, db, club.Runner{Name: "Nomsa Mthembu", Sex: club.Female, Aliases: []string{"Nomsa Xaba"}})
		tests := []struct{ row, want string }{
			{"1,1,Karabo Khumalo,F,36,,,40:00", "matched"},
			{"1,1,Karabo Khumalo,F,50,,,40:00", "new"},         // too old
			{"1,1,Karabo Khumalo,M,36,,,40:00", "new"},         // a man
			{"1,1,Karabo Kumalo,F,36,,,40:00", "warning"},      // nearly the name
			{"1,1,K Khumalo,F,36,,10401-WPA,40:00", "warning"}, // the licence, but another name
			{"1,1,Karabo Kumalo,F,36,,WPA10401,40:00", "matched"},
			{"1,1,Sam Botha,M,46,,,40:00", "matched"},
			{"1,1,Sam Botha,M,26,,,40:00", "matched"},
			{"1,1,Sam Botha,M,,,,40:00", "warning"},
			{"1,1,Nomsa Xaba,F,,,,40:00", "matched"},
			{"1,1,Nobody Known,F,,,,40:00", "new"},
		}
		for _, test := range tests {
			expect(t, test.row, makePlan(t, db, header+test.row+"\n", bayRun), test.want)
		}
		// Decisions are remembered, both yes and no.
		const spelling = header + "1,1,Karabo Kumalo,F,36,,,40:00\n"
		said := bayRun
		said.Who = map[int]int64{2: khumalo}
		_, plan := commit(t, db, spelling, said)
		expect(t, "said", plan, "matched")
		other := imports.Choices{Race: "Hill Run", HeldOn: club.Date{Year: 2026, Month: 4, Day: 8}, Length: 10_000}
		expect(t, "remembered", makePlan(t, db, spelling, other), "matched")
		other.Who = map[int]int64{2: 0}
		_, plan = commit(t, db, strings.Replace(spelling, "Karabo Kumalo", "Karabo Khumaloo", 1), other)
		expect(t, "another person", plan, "new")
	})
}

// Namesakes in one race are never merged automatically, and importing the file
// again changes nothing.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	const text = header + "1,1,Sam Botha,M,,,,40:00\n2,2,Sam Botha,M,,,,41:00\n"
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		expect(t, "two", makePlan(t, db, text, bayRun), "new warning")
		agreed := bayRun
		agreed.AcceptAll = true
		_, plan := commit(t, db, text, agreed)
		expect(t, "agreed", plan, "new new")
		expect(t, "again", makePlan(t, db, text, bayRun), "present present")
		third := makePlan(t, db, text+"3,3,Sam Botha,M,,,,42:00\n", agreed)
		expect(t, "a third", third, "present present warning")

		if _, err := db.UndoImport(t.Context(), 1, secretary); err != nil {
			t.Fatal(err)
		}
		addRunner(t, db, club.Runner{Name: "Sam Botha"})
		expect(t, "both one", makePlan(t, db, text, agreed), "warning warning")
	})
}

func TestClubFilter(t *testing.T) {
	t.Parallel()
	const text = header + "1,1,Ann Abe,F,,RCS GUGULETHU AC,,40:00\n2,2,Ben Abe,M,,NEDBANK RUNNING CLUB KZN,,41:00\n3,3,Cyd Abe,M,,Rcs Gugulethu,,42:00\n4,4,Dan Abe,M,,,,43:00\n"
	choices := bayRun
	choices.Clubs = []string{"RCS Gugulethu"}
	plan := makePlan(t, nil, text, choices)
	expect(t, "ours", plan, "new ignored new ignored")
	clubs := imports.Clubs(plan.Sheet, choices.Clubs)
	if len(clubs) != 3 || !clubs[0].Ours || !clubs[1].Ours || clubs[2].Ours {
		t.Errorf("got %v", clubs)
	}
}

// Only the plan that was shown is committed.
func TestCommitWhatWasShown(t *testing.T) {
	t.Parallel()
	const text = header + "1,1,Ann Abe,F,,,,40:00\n"
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		shown := makePlan(t, db, text, bayRun).Fingerprint()
		addRunner(t, db, club.Runner{Name: "Ben Abe"})
		addRunner(t, db, club.Runner{Name: "Ann Abe"})
		_, plan, err := imports.Commit(t.Context(), imports.Records{DB: db}, imports.Order{File: sheet(t, text), Choices: bayRun, Shown: shown}, secretary)
		if !errors.Is(err, imports.ErrChanged) {
			t.Fatalf("got %v, want ErrChanged", err)
		}
		expect(t, "now", plan, "matched")
		if _, _, err := imports.Commit(t.Context(), imports.Records{DB: db}, imports.Order{File: sheet(t, text), Choices: bayRun, Shown: plan.Fingerprint()}, secretary); err != nil {
			t.Error(err)
		}
		if _, _, err := imports.Commit(t.Context(), imports.Records{DB: db}, imports.Order{File: sheet(t, text), Choices: imports.Choices{}}, secretary); !errors.Is(err, imports.ErrIncomplete) {
			t.Errorf("got %v, want ErrIncomplete", err)
		}
	})
}

// An erased person does not come back through a sheet unless somebody accepts
// that very row.
func TestErasedStayErased(t *testing.T) {
	t.Parallel()
	const text = header + "1,1,Ann Abe,F,,,,40:00\n2,2,Ben Abe,M,,,,41:00\n"
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		sealer := accounts.NewSealer([][]byte{[]byte("0123456789abcdef0123456789abcdef")}, queries.SuppressionPurpose)
		records := imports.Records{DB: db, Sealer: &sealer}
		id := addRunner(t, db, club.Runner{Name: "Ann Abe"})
		if _, err := imports.Begin(t.Context(), db, imports.Upload{Name: "bay.csv", Data: []byte(text)}, secretary); err != nil {
			t.Fatal(err)
		}
		if err := db.EraseRunner(t.Context(), id, 1, &sealer, secretary); err != nil {
			t.Fatal(err)
		}
		if drafts, err := db.Drafts(t.Context()); err != nil || len(drafts) != 0 {
			t.Errorf("a sheet that may name the person waits still: %v, %v", drafts, err)
		}
		choices := bayRun
		for _, want := range []string{"warning new", "new new"} {
			choices.AcceptAll = true
			plan, err := imports.Make(t.Context(), records, sheet(t, text), choices)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "erased", plan, want)
			choices.Accept = map[int]bool{2: true}
		}
	})
}

// R066: if two people import the same draft at once, one of them finds it done.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(header)
	for i := range 300 {
		fmt.Fprintf(&text, "%d,%d,Ann Abe%s,F,,,,%d:%02d\n", i+1, i+1, letters(i), 40+i/60, i%60)
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		file := sheet(t, text.String())
		var group sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			group.Go(func() {
				_, _, errs[i] = imports.Commit(t.Context(), imports.Records{DB: db}, imports.Order{File: file, Choices: bayRun}, secretary)
			})
		}
		group.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if _, total, err := db.KeptRunners(t.Context(), queries.RunnerFilter{Limit: 1}); err != nil || total != 300 {
			t.Errorf("got %d runners, %v, want 300", total, err)
		}
	})
}

func letters(n int) string { return string(rune('a'+n/26)) + string(rune('a'+n%26)) }

// R065: an import that is cut short leaves nothing, and works afterwards.
func TestCutShort(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(header)
	for i := range 676 {
		fmt.Fprintf(&text, "%d,%d,Ann Abe%s,F,,,,%d:%02d\n", i+1, i+1, letters(i), 40+i/60, i%60)
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		file := sheet(t, text.String())
		plan, err := imports.Make(t.Context(), imports.Records{DB: db}, file, bayRun)
		if err != nil {
			t.Fatal(err)
		}
		for delay := 3 * time.Millisecond; ; delay *= 3 {
			ctx, cancel := context.WithTimeout(t.Context(), delay)
			_, _, err = imports.Commit(ctx, imports.Records{DB: db}, imports.Order{File: file, Choices: bayRun, Shown: plan.Fingerprint()}, secretary)
			cancel()
			_, total, count := db.KeptRunners(t.Context(), queries.RunnerFilter{Limit: 1})
			if count != nil {
				t.Fatal(count)
			}
			if err == nil {
				if total != 676 {
					t.Errorf("got %d runners, want 676", total)
				}
				return
			}
			if total != 0 && total != 676 {
				t.Fatalf("after %s: got %d runners", delay, total)
			}
		}
	})
}

// While a long import is stored others may write; it is then stored as the
// records are after that.
func TestOthersWriteMeanwhile(t *testing.T) {
	t.Parallel()
	db := querytest.New(t, querytest.Postgres) // SQLite has one writer at a time
	var text strings.Builder
	text.WriteString("Pos,Name,Time\n")
	const rows = 5200
	for i := range rows {
		fmt.Fprintf(&text, "%d,%s,%d:%02d\n", i+1, invented(i+1)+" Abe", 40+i/600, i/10%60)
	}
	var others []error
	order := imports.Order{File: sheet(t, text.String()), Choices: bayRun, Progress: func(int, int) {
		if len(others) == 0 {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err := db.CreateRunner(ctx, club.Runner{Name: "Written Meanwhile"}, secretary)
			others = append(others, err)
		}
	}}
	_, plan, err := imports.Commit(t.Context(), imports.Records{DB: db}, order, secretary)
	if err != nil || len(others) == 0 || others[0] != nil || plan.Count(imports.New) != rows {
		t.Fatalf("got %v, the other %v", err, others)
	}
	if _, total, err := db.KeptRunners(t.Context(), queries.RunnerFilter{Limit: 1}); err != nil || total != rows+1 {
		t.Errorf("got %d runners, %v", total, err)
	}
}

func TestRestIsWritten(t *testing.T) {
	t.Parallel()
	plan := makePlan(t, nil, header+"1,1,Ann Abe,F,,,,40:00\n2,2,=Ben Abe,M,,,,25:61:61\n", bayRun)
	var b bytes.Buffer
	if err := plan.WriteRest(&b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Contains(got, "Ann") || !strings.Contains(got, "'=Ben Abe") || !strings.Contains(got, "can’t be read") {
		t.Errorf("got %q", got)
	}
}

// A newcomer in several races of a file becomes one runner. Two in one race, or
// of different ages, never do.
func TestNewcomersOfSeveralRaces(t *testing.T) {
	t.Parallel()
	const text = `Event,Name,Sex,Age,E-mail,Time
10 km,Ann Abe,F,30,,40:00
5 km,Ann Abe,F,30,ann@example.org,20:00
10 km,Ben Abe,M,40,,41:00
10 km,Ben Abe,M,20,,42:00
5 km,Ben Abe,M,20,young@example.org,21:00
5 km,Cy Abe,M,50,,22:00
10 km,Cy Abe,F,50,,43:00
5 km,Dee Abe,F,60,,25:00
5 km,Dee Abe,F,60,,26:00
10 km,Dee Abe,F,60,,52:00
`
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		file, choices := askedFor(t, text), imports.Choices{Race: "Bay Run", HeldOn: bayRun.HeldOn, AcceptAll: true}
		_, plan, err := imports.Commit(t.Context(), imports.Records{DB: db}, imports.Order{File: file, Choices: choices}, secretary)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "all", plan, "new new new new new new new new new new")
		kept, total, err := db.KeptRunners(t.Context(), queries.RunnerFilter{Limit: 20})
		if err != nil || total != 8 {
			t.Errorf("got %d runners, %v, want 8", total, err)
		}
		var found []string
		for _, r := range kept {
			contact, err := db.Contact(t.Context(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, fmt.Sprint(r.Name, r.Races, contact.Email))
		}
		want := "Ann Abe2ann@example.org,Ben Abe1,Ben Abe2young@example.org,Cy Abe1,Cy Abe1,Dee Abe1,Dee Abe1,Dee Abe1"
		if got := strings.Join(found, ","); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if again := makePlan(t, db, text, choices); again.Count(imports.Present) != 10 {
			t.Errorf("the same file again: %s", verdicts(again))
		}
	})
}
