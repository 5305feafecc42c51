package queries_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

var eraser = queries.Actor{Name: "owner@example.org", At: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}

func sealerOf(keys ...string) *accounts.Sealer {
	var all [][]byte
	for _, key := range keys {
		all = append(all, []byte(strings.Repeat(key, 32)))
	}
	s := accounts.NewSealer(all, queries.SuppressionPurpose)
	return &s
}

// marks are what only this person has; nothing of it may be left.
var personal = []string{
	"Nomsa", "Qwabe", "qwabe", "Nomsie", "1987", "78123", "nomsa@", "0821", "Zwelithini", "0735", "Marrakesh", "Grandmistress", "Nosisa",
}

// trail is a club in which somebody has left as many traces as there can be.
type trail struct {
	t        *testing.T
	db       *queries.DB
	location string
	nomsa    int64
}

func (tr trail) must(err error) {
	tr.t.Helper()
	if err != nil {
		tr.t.Fatal(err)
	}
}

func newTrail(t *testing.T, engine querytest.Engine) trail {
	t.Helper()
	location := querytest.Location(t, engine)
	tr := trail{t: t, db: querytest.Open(t, location), location: location}
	day := club.Date{Year: 2025, Month: 4, Day: 5}
	querytest.Load(t, tr.db, queries.Batch{
		Runners: []club.Runner{{ID: 1, Name: "Thandi Xaba", Aliases: []string{"Tee"}}},
		Series:  []club.Series{{ID: 1, Name: "Two Oceans"}},
		Races:   []club.Race{{ID: 1, SeriesID: 1, HeldOn: day, Length: 5000}, {ID: 2, SeriesID: 1, HeldOn: day.AddDays(7), Length: 5000}, {ID: 3, SeriesID: 1, HeldOn: day.AddDays(14), Length: 5000}},
		Results: []club.Result{{ID: 1, RunnerID: 1, RaceID: 3, Status: club.Finished, Net: 1_500_000, Counts: true}},
	})
	ctx := t.Context()
	create := func(r club.Runner) int64 {
		id, err := tr.db.CreateRunner(ctx, r, eraser)
		tr.must(err)
		return id
	}
	tr.nomsa = create(club.Runner{Name: "Nosisa Qwabe", Sex: club.Female, Licence: "WPA 78123"})
	r := anyRunner(t, tr.db, tr.nomsa)
	r.Name, r.BirthDate, r.Aliases = "Nomsa Qwabe", club.Date{Year: 1987, Month: 3, Day: 4}, []string{"Nomsie"}
	tr.must(tr.db.UpdateRunner(ctx, r, eraser))
	for race, place := range map[int64]int{1: 7, 2: 9} {
		result := club.Result{RunnerID: tr.nomsa, RaceID: race, Status: club.Finished, Net: 1_234_000, Position: place, Category: "Grandmistress", Club: "Marrakesh AC", Counts: true}
		id, err := tr.db.CreateResult(ctx, result, eraser)
		tr.must(err)
		if race == 2 {
			_, err = tr.db.DeleteResult(ctx, id, 1, eraser)
			tr.must(err)
		}
	}
	seen, err := tr.db.RecordsAt(ctx)
	tr.must(err)
	_, err = tr.db.StoreImport(ctx, queries.Import{
		Name: "sheet.csv", Seen: seen, Runners: slices.Values[[]club.Runner](nil), Added: slices.Values[[]queries.AddedResult](nil),
		Learned: []queries.Spelling{{Name: "nomsa qwabe", RunnerID: tr.nomsa, Same: true}},
	}, eraser)
	tr.must(err)
	_, err = tr.db.CreateDraft(ctx, queries.Draft{Name: "sheet.csv", Content: []byte("Nomsa Qwabe"), Choices: "{}"}, eraser)
	tr.must(err)
	contact := club.Contact{RunnerID: tr.nomsa, Email: "nomsa@example.org", Phone: "0821234567", EmergencyName: "Zwelithini", EmergencyPhone: "0735"}
	tr.must(tr.db.SetContact(ctx, contact, eraser))
	contact.Phone, contact.Version = "082100", 1
	tr.must(tr.db.SetContact(ctx, contact, eraser))
	twin := create(club.Runner{Name: "Nomsie Qwabe", Licence: "78123"})
	_, err = tr.db.MergeRunners(ctx, anyRunner(t, tr.db, tr.nomsa), anyRunner(t, tr.db, twin), eraser)
	tr.must(err)
	// Merged with somebody else by mistake, and undone.
	bin, err := tr.db.MergeRunners(ctx, anyRunner(t, tr.db, 1), anyRunner(t, tr.db, tr.nomsa), eraser)
	tr.must(err)
	thandi := anyRunner(t, tr.db, 1)
	_, err = tr.db.Restore(ctx, bin, eraser)
	tr.must(err)
	thandi.Version++
	thandi.BirthDate, thandi.Licence = club.Date{}, ""
	tr.must(tr.db.UpdateRunner(ctx, thandi, eraser)) // and her name stayed in a form that was open
	_, err = tr.db.ExportPerson(ctx, tr.nomsa, eraser)
	tr.must(err)
	return tr
}

func TestErasureLeavesNoTrace(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := newTrail(t, engine)
			before := strings.Join(flat(querytest.Stored(t, tr.location)), "\n")
			for _, mark := range personal {
				if !strings.Contains(before, mark) {
					t.Errorf("%q was not there before: the test shows nothing", mark)
				}
			}
			r := anyRunner(t, tr.db, tr.nomsa)
			tr.must(tr.db.EraseRunner(t.Context(), tr.nomsa, r.Version, sealerOf("k"), eraser))
			for _, row := range flat(querytest.Stored(t, tr.location)) {
				for _, mark := range personal {
					if strings.Contains(row, mark) {
						t.Errorf("%q is left in %s", mark, row)
					}
				}
			}
			if engine == querytest.SQLite {
				tr.lookIntoFiles()
			}
			after := anyRunner(t, tr.db, tr.nomsa)
			want := club.Runner{ID: tr.nomsa, Name: club.NameWithheld, Sex: club.Female, Visibility: club.Erased, HiddenFor: club.IsErased, Hidden: true, Version: r.Version + 1}
			if after.Aliases = nil; !equalRunners(after, want) {
				t.Errorf("got %+v, want %+v", after, want)
			}
			entrants, _, err := tr.db.Entrants(t.Context(), 1, queries.EntrantFilter{}, 0, 10)
			if err != nil || len(entrants) != 1 || entrants[0].Position != 7 || entrants[0].Net != 1_234_000 || entrants[0].Runner != club.NameWithheld {
				t.Errorf("the race: got %+v, %v, want place and time without a name", entrants, err)
			}
			if thandi := anyRunner(t, tr.db, 1); thandi.Name != "Thandi Xaba" || len(thandi.Aliases) != 1 || thandi.Aliases[0] != "Tee" {
				t.Errorf("somebody else lost something, or kept a name: %+v", thandi)
			}
			if got := found(t, tr.db, "nomsa qwabe"); got != "" {
				t.Errorf("found %q", got)
			}
			log, _, err := tr.db.AuditLog(t.Context(), queries.AuditFilter{Kind: "runner", ObjectID: tr.nomsa}, 1)
			if err != nil || len(log) < 5 || log[0].Action != "erase" || log[0].Object != club.NameWithheld || log[0].Actor != eraser.Name {
				t.Errorf("the erasure is not logged, or the deeds are gone: %+v, %v", log, err)
			}
		})
	}
}

// lookIntoFiles looks for what lies about in pages that are free.
func (tr trail) lookIntoFiles() {
	tr.t.Helper()
	for _, name := range []string{tr.location, tr.location + "-wal"} {
		file, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			tr.t.Fatal(err)
		}
		for _, mark := range []string{"Qwabe", "WPA 78123", "nomsa@", "Zwelithini", "Marrakesh"} {
			if bytes.Contains(file, []byte(mark)) {
				tr.t.Errorf("%s: %q is left in a page that is free", name, mark)
			}
		}
	}
}

func equalRunners(a, b club.Runner) bool {
	one, err := json.Marshal(a)
	two, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(one) == string(two) && a.HiddenFor == b.HiddenFor
}

// keyedHash may hold any few digits by chance.
var keyedHash = regexp.MustCompile(`[0-9a-f]{64}`)

// flat are the rows of all tables, without hashes. Tables of the schema's own
// times and of random tokens may hold any few digits by chance, too.
func flat(tables map[string][]string) []string {
	var all []string
	for table, rows := range tables {
		if slices.Contains([]string{"goose_db_version", "revisions", "runner_revisions", "backtests"}, table) {
			continue
		}
		for _, row := range rows {
			all = append(all, table+": "+keyedHash.ReplaceAllString(row, "#"))
		}
	}
	return all
}

// Who is erased stays so: nobody can name, show, merge or bring them back.
func TestErasedStaysErased(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := newTrail(t, engine)
			ctx := t.Context()
			version := anyRunner(t, tr.db, tr.nomsa).Version
			if err := tr.db.EraseRunner(ctx, tr.nomsa, version+1, sealerOf("k"), eraser); !errors.Is(err, queries.ErrStale) {
				t.Errorf("of another version: got %v, want ErrStale", err)
			}
			tr.must(tr.db.EraseRunner(ctx, tr.nomsa, version, nil, eraser))
			r := anyRunner(t, tr.db, tr.nomsa)
			named := r
			named.Name, named.Visibility = "Nomsa Qwabe", club.Shown
			other := anyRunner(t, tr.db, 1)
			_, mergedHere := tr.db.MergeRunners(ctx, r, other, eraser)
			_, mergedThere := tr.db.MergeRunners(ctx, other, r, eraser)
			_, undone := tr.db.UndoUpdate(ctx, r.ID, r.Version, eraser)
			for what, err := range map[string]error{
				"update":      tr.db.UpdateRunner(ctx, named, eraser),
				"contact":     tr.db.SetContact(ctx, club.Contact{RunnerID: r.ID, Email: "nomsa@example.org"}, eraser),
				"merge":       mergedHere,
				"merge there": mergedThere,
			} {
				if !errors.Is(err, queries.ErrErased) {
					t.Errorf("%s: got %v, want ErrErased", what, err)
				}
			}
			if !errors.Is(undone, queries.ErrErased) && !errors.Is(undone, queries.ErrStale) {
				t.Errorf("undo: got %v", undone)
			}
			binned, _, err := tr.db.Bin(ctx, 0, 100)
			tr.must(err)
			for _, b := range binned {
				_, err := tr.db.Restore(ctx, b.ID, eraser)
				tr.must(err)
			}
			deleted, err := tr.db.DeleteRunner(ctx, r.ID, r.Version, eraser)
			tr.must(err)
			_, err = tr.db.Restore(ctx, deleted, eraser)
			tr.must(err)
			if back := anyRunner(t, tr.db, r.ID); back.Name != club.NameWithheld || back.HiddenFor != club.IsErased {
				t.Errorf("deleted and back: %+v", back)
			}
			for _, row := range flat(querytest.Stored(t, tr.location)) {
				if strings.Contains(row, "Qwabe") {
					t.Errorf("the name is back: %s", row)
				}
			}
			if duplicates, err := tr.db.Duplicates(ctx); err != nil || len(duplicates) != 0 {
				t.Errorf("got %+v, %v; those who were erased are no duplicates", duplicates, err)
			}
		})
	}
}

// Who was erased stays so when a change of many is undone, which the others
// come back from.
func TestChangesAreUndoneWithoutTheErased(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, someRaces())
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		nedbank := func(r *club.Result) { r.Club = "Nedbank" }
		results, err := db.ChangeResults(ctx, first(1, 2, 3), "the club", eraser, nedbank)
		must(err)
		alone, err := db.ChangeResultsOf(ctx, first(1), "what counts", eraser, func(r *club.Result) { r.Counts = false })
		must(err)
		runners, err := db.HideRunners(ctx, first(1, 2), true, eraser)
		must(err)
		must(db.EraseRunner(ctx, 1, 2, nil, eraser))
		for _, undo := range []int64{results.Undo, runners.Undo} {
			_, err := db.RestoreBatch(ctx, undo, eraser)
			must(err)
		}
		if _, err := db.RestoreBatch(ctx, alone.Undo, eraser); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("a change of theirs alone: got %v, want ErrNotFound", err)
		}
		for id, want := range map[int64]string{1: "", 2: "", 3: "Langa AC"} {
			if r, err := db.KeptResult(ctx, id); err != nil || r.Club != want || r.Counts == (id == 2) {
				t.Errorf("result %d: got %+v, %v", id, r, err)
			}
		}
		if r := anyRunner(t, db, 1); r.Name != club.NameWithheld || r.Visibility != club.Erased {
			t.Errorf("erased: got %+v", r)
		}
		if r := anyRunner(t, db, 2); r.Hidden {
			t.Errorf("the other: got %+v, want to be seen again", r)
		}
	})
}

func TestSuppressed(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		ctx := t.Context()
		born := func(year int) club.Date { return club.Date{Year: year, Month: 3, Day: 4} }
		erase := func(r club.Runner, sealer *accounts.Sealer) {
			t.Helper()
			id, err := db.CreateRunner(ctx, r, eraser)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.EraseRunner(ctx, id, 1, sealer, eraser); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(sealer *accounts.Sealer, r club.Runner) bool {
			t.Helper()
			got, err := db.Suppressed(ctx, sealer, r)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		old := sealerOf("o")
		if ask(old, club.Runner{Name: "Nomsa Qwabe"}) {
			t.Error("somebody is suppressed before anybody was erased")
		}
		erase(club.Runner{Name: "Nomsa Qwabe", Aliases: []string{"Nomsie Dube"}, BirthDate: born(1987), Licence: "WPA 78123"}, old)
		erase(club.Runner{Name: "Thabo Zulu"}, old)
		for name, test := range map[string]struct {
			runner club.Runner
			want   bool
		}{
			"all the same":                                   {club.Runner{Name: "Nomsa Qwabe", BirthDate: born(1987), Licence: "WPA78123"}, true},
			"the name alone":                                 {club.Runner{Name: "nomsa  QWABE"}, true},
			"surname first":                                  {club.Runner{Name: "Qwabe, Nomsa"}, true},
			"another name of hers":                           {club.Runner{Name: "Nomsie Dube", BirthDate: born(1987)}, true},
			"as another's alias":                             {club.Runner{Name: "N. Q.", Aliases: []string{"Nomsa Qwabe"}}, true},
			"the year alone":                                 {club.Runner{Name: "Nomsa Qwabe", BirthDate: club.Date{Year: 1987, Month: 12, Day: 1}}, true},
			"the year, another licence":                      {club.Runner{Name: "Nomsa Qwabe", BirthDate: born(1987), Licence: "WPA 5"}, true},
			"the licence under any name":                     {club.Runner{Name: "Nomsa Dlamini", Licence: "78123 wpa"}, true},
			"a namesake born later":                          {club.Runner{Name: "Nomsa Qwabe", BirthDate: born(1999)}, false},
			"a namesake of another licence":                  {club.Runner{Name: "Nomsa Qwabe", Licence: "WPA 5"}, false},
			"somebody else":                                  {club.Runner{Name: "Nomsa Qwabi", BirthDate: born(1987)}, false},
			"of whom only the name was known":                {club.Runner{Name: "Thabo Zulu", BirthDate: born(1990)}, true},
			"of whom only the name was known, and a licence": {club.Runner{Name: "Thabo Zulu", Licence: "WPA 9"}, true},
			"nobody's licence is not that of who had none":   {club.Runner{Name: "Sipho Zulu"}, false},
		} {
			if got := ask(old, test.runner); got != test.want {
				t.Errorf("%s: got %v, want %v", name, got, test.want)
			}
		}
		nomsa := club.Runner{Name: "Nomsa Qwabe"}
		refuse := func(sealer *accounts.Sealer, what string) {
			t.Helper()
			if got, err := db.Suppressed(ctx, sealer, nomsa); !errors.Is(err, queries.ErrSuppressionSealed) || got {
				t.Errorf("%s: got %v, %v, want ErrSuppressionSealed", what, got, err)
			}
			if err := db.CheckSuppression(ctx, sealer); !errors.Is(err, queries.ErrSuppressionSealed) {
				t.Errorf("%s: checked: got %v, want ErrSuppressionSealed", what, err)
			}
		}
		refuse(nil, "without a key")
		refuse(sealerOf("n"), "with another key")
		if n, err := db.ResealSuppression(ctx, *sealerOf("n", "o")); n != 1 || err != nil {
			t.Errorf("rotation: got %d, %v, want 1", n, err)
		}
		if n, err := db.ResealSuppression(ctx, *sealerOf("n", "o")); n != 0 || err != nil {
			t.Errorf("rotation again: got %d, %v, want 0", n, err)
		}
		if !ask(sealerOf("n"), nomsa) {
			t.Error("the key was not sealed by the new session key")
		}
		refuse(old, "with the key that was replaced")
		// The session key is lost. Somebody else can be erased, but nobody added
		// until it is back or given up for good.
		erase(club.Runner{Name: "Zodwa Lost"}, sealerOf("x"))
		refuse(sealerOf("x"), "with one of two keys")
		if !ask(sealerOf("x", "n"), nomsa) {
			t.Error("she is not known with both keys")
		}
		if n, err := db.DropSealedSuppression(ctx, sealerOf("x"), eraser); n != 1 || err != nil {
			t.Errorf("drop lost keys: got %d, %v, want 1", n, err)
		}
		if ask(sealerOf("x"), nomsa) || !ask(sealerOf("x"), club.Runner{Name: "Zodwa Lost"}) {
			t.Error("dropping the lost key dropped another, or none")
		}
	})
}

func TestExportPerson(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := newTrail(t, engine)
			person, err := tr.db.ExportPerson(t.Context(), tr.nomsa, eraser)
			tr.must(err)
			text, err := json.Marshal(person)
			tr.must(err)
			for _, mark := range personal {
				if mark != "qwabe" && !strings.Contains(string(text), mark) {
					t.Errorf("%q is not in the export", mark)
				}
			}
			if strings.Contains(string(text), "Tee") {
				t.Error("another's name is in the export")
			}
			if len(person.Results) != 1 || person.Results[0].Net != "0:20:34" || person.Results[0].Race != "Two Oceans" || len(person.Bin) == 0 || len(person.Log) < 5 {
				t.Errorf("got %+v", person)
			}
			if _, err := tr.db.ExportPerson(t.Context(), 999, eraser); !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("nobody: got %v, want ErrNotFound", err)
			}
		})
	}
}

func TestContactsGoWithTheirRunners(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		expect := func(step string, want club.Contact) {
			t.Helper()
			got, err := db.Contact(ctx, want.RunnerID)
			must(err)
			if got.Version = want.Version; got != want {
				t.Errorf("%s: got %+v, want %+v", step, got, want)
			}
		}
		a, err := db.CreateRunner(ctx, club.Runner{Name: "Thabo Nkosi"}, eraser)
		must(err)
		b, err := db.CreateRunner(ctx, club.Runner{Name: "Thabo Nkosi"}, eraser)
		must(err)
		expect("none", club.Contact{RunnerID: a})
		ofA := club.Contact{RunnerID: a, Email: "a@example.org", EmergencyName: "Mother"}
		ofB := club.Contact{RunnerID: b, Email: "b@example.org", Phone: "082", EmergencyName: "Father", EmergencyPhone: "083"}
		must(db.SetContact(ctx, ofA, eraser))
		must(db.SetContact(ctx, ofB, eraser))
		if err := db.SetContact(ctx, ofA, eraser); !errors.Is(err, queries.ErrStale) {
			t.Errorf("an old version: got %v, want ErrStale", err)
		}
		if err := db.SetContact(ctx, club.Contact{RunnerID: 999}, eraser); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("nobody: got %v, want ErrNotFound", err)
		}
		expect("stored", ofA)
		bin, err := db.MergeRunners(ctx, anyRunner(t, db, a), anyRunner(t, db, b), eraser)
		must(err)
		expect("merged", club.Contact{RunnerID: a, Email: "a@example.org", Phone: "082", EmergencyName: "Mother"})
		_, err = db.Restore(ctx, bin, eraser)
		must(err)
		expect("two again", ofA)
		expect("two again", ofB)
		bin, err = db.DeleteRunner(ctx, b, anyRunner(t, db, b).Version, eraser)
		must(err)
		expect("deleted", club.Contact{RunnerID: b})
		_, err = db.Restore(ctx, bin, eraser)
		must(err)
		expect("back", ofB)
		log, _, err := db.AuditLog(ctx, queries.AuditFilter{Kind: queries.KindContact, ObjectID: a}, 1)
		if err != nil || len(log) != 1 || !strings.Contains(log[0].After, "a@example.org") {
			t.Errorf("the audit log: got %+v, %v", log, err)
		}
	})
}
