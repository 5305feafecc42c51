package queries_test

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

//go:embed testdata/schema20.sql
var schema20 string

// fromSchema20 is the database of testdata/schema20.sql, migrated.
func fromSchema20(t *testing.T, engine querytest.Engine) trail {
	t.Helper()
	location := querytest.Empty(t, engine)
	tr := trail{t: t, db: querytest.Open(t, location), location: location, nomsa: 2}
	tr.must(queries.MigrateTo(t.Context(), tr.db, 20))
	rows := schema20
	if engine == querytest.Postgres {
		rows = strings.ReplaceAll(rows, " AS BLOB)", " AS BYTEA)")
		for _, table := range []string{"imports", "runners", "series", "races", "results", "drafts", "jobs", "audit_log", "bin", "suppression_keys"} {
			rows += fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', 'id'), (SELECT MAX(id) FROM %s));\n", table, table)
		}
	}
	querytest.Exec(t, location, rows)
	_, err := tr.db.Migrate(t.Context())
	tr.must(err)
	return tr
}

func (tr trail) expectNoTrace(marks ...string) {
	tr.t.Helper()
	for _, row := range flat(querytest.Stored(tr.t, tr.location)) {
		for _, mark := range marks {
			if strings.Contains(strings.ToLower(row), strings.ToLower(mark)) {
				tr.t.Errorf("%q is left in %s", mark, row)
			}
		}
	}
}

// A database that an older version wrote is erased from as one of today's.
func TestErasureInAnOldDatabase(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := fromSchema20(t, engine)
			if n, err := tr.db.Counts(t.Context()); err != nil || n.Runners != 4 || n.Results != 3 {
				t.Fatalf("got %+v, %v, want 4 runners and 3 results", n, err)
			}
			_, err := tr.db.Restore(t.Context(), 10, eraser)
			tr.must(err)
			tr.must(tr.db.EraseRunner(t.Context(), tr.nomsa, anyRunner(t, tr.db, tr.nomsa).Version, sealerOf("k"), eraser))
			tr.expectNoTrace("Nomsa", "Qwabe", "Nomsie", "1987", "78123", "nomsa@", "0821", "Zwelithini", "0735", "Nosisa")
			for id, want := range map[int64]string{1: "Thandi Xaba", 4: "Busi Ndaba", 5: "Sipho Gone"} {
				if r := anyRunner(t, tr.db, id); r.Name != want {
					t.Errorf("runner %d: got %q, want %q", id, r.Name, want)
				}
			}
			if aliases := anyRunner(t, tr.db, 1).Aliases; !slices.Equal(aliases, []string{"Tee"}) {
				t.Errorf("somebody else's other names: got %q", aliases)
			}
		})
	}
}

// A name that was written again after an erasure is found by the runner's
// number: the record doesn't know it any more.
func TestEraseAgain(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := fromSchema20(t, engine)
			const lindiwe = 6
			tr.must(tr.db.EraseRunner(t.Context(), lindiwe, anyRunner(t, tr.db, lindiwe).Version, sealerOf("k"), eraser))
			tr.expectNoTrace("Lindiwe", "Mokoena", "Langa", "Senior")
			if r := anyRunner(t, tr.db, lindiwe); r.Name != club.NameWithheld || r.Visibility != club.Erased {
				t.Errorf("got %+v", r)
			}
			if known, err := tr.db.Suppressed(t.Context(), sealerOf("k"), club.Runner{Name: "Lindiwe Mokoena", BirthDate: club.Date{Year: 1999, Month: 1, Day: 1}}); err != nil || known {
				t.Errorf("a namesake born in another year: got %v, %v; erasing again knew less than the first time", known, err)
			}
		})
	}
}

// A file may be named after the person whose results it holds.
func TestErasureFindsNamesOfFiles(t *testing.T) {
	for _, name := range []string{"nomsa-Qwabe 2025.csv", "QWABE_Nomsa.xlsx", "results of nomsaqwabe.csv", "Nomsie.csv", "wpa78123.csv", "Qwabe, N. Nomsa (2).csv"} {
		for _, engine := range querytest.Engines {
			t.Run(name+"/"+string(engine), func(t *testing.T) {
				tr := newTrail(t, engine)
				store := func(name string) {
					seen, err := tr.db.RecordsAt(t.Context())
					tr.must(err)
					_, err = tr.db.StoreImport(t.Context(), queries.Import{Name: name, Seen: seen, Runners: slices.Values[[]club.Runner](nil), Added: slices.Values[[]queries.AddedResult](nil)}, eraser)
					tr.must(err)
					draft, err := tr.db.CreateDraft(t.Context(), queries.Draft{Name: name, Content: []byte("x"), Choices: "{}"}, eraser)
					tr.must(err)
					_, err = tr.db.Enqueue(t.Context(), queries.NewJob{Kind: "import", Title: "Import " + name, Payload: draft}, eraser)
					tr.must(err)
				}
				store(name)
				store("Xolani Qwabe.csv")
				tr.must(tr.db.EraseRunner(t.Context(), tr.nomsa, anyRunner(t, tr.db, tr.nomsa).Version, nil, eraser))
				tr.expectNoTrace(name)
				imports, _, err := tr.db.SheetImports(t.Context(), 0, 10)
				if err != nil || len(imports) != 3 || imports[0].Name != "Xolani Qwabe.csv" || imports[1].Name != club.NameWithheld {
					t.Errorf("got %+v, %v", imports, err)
				}
			})
		}
	}
}

// A result that was given to the person by a split names them in what undoes it.
func TestErasureFindsSplits(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := newTrail(t, engine)
			results, _, _, err := tr.db.KeptResultsOf(t.Context(), queries.ResultFilter{Limit: 10})
			tr.must(err)
			for _, r := range results {
				if r.Result.RunnerID == 1 {
					_, err := tr.db.SplitRunner(t.Context(), anyRunner(t, tr.db, 1), anyRunner(t, tr.db, tr.nomsa), []queries.Seen{{ID: r.Result.ID, Version: r.Result.Version}}, eraser)
					tr.must(err)
				}
			}
			tr.must(tr.db.EraseRunner(t.Context(), tr.nomsa, anyRunner(t, tr.db, tr.nomsa).Version, nil, eraser))
			tr.expectNoTrace("Nomsa", "Qwabe")
		})
	}
}

// What an import changed of a result that was deleted since is kept by whose it
// was.
func TestErasureFindsChangesOfDeletedResults(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := newTrail(t, engine)
			id, err := tr.db.CreateResult(t.Context(), club.Result{RunnerID: tr.nomsa, RaceID: 2, Status: club.Finished, Net: 1_300_000, Club: "Marrakesh AC"}, eraser)
			tr.must(err)
			r, err := tr.db.Result(t.Context(), id)
			tr.must(err)
			seen, err := tr.db.RecordsAt(t.Context())
			tr.must(err)
			_, err = tr.db.StoreImport(t.Context(), queries.Import{Name: "sheet.csv", Seen: seen, Runners: slices.Values[[]club.Runner](nil), Added: slices.Values[[]queries.AddedResult](nil), Changed: []club.Result{r}}, eraser)
			tr.must(err)
			_, err = tr.db.DeleteResult(t.Context(), id, 2, eraser)
			tr.must(err)
			tr.must(tr.db.EraseRunner(t.Context(), tr.nomsa, anyRunner(t, tr.db, tr.nomsa).Version, nil, eraser))
			tr.expectNoTrace("Marrakesh")
		})
	}
}

// What has come back of an erased person is found without changing it, by the
// runner's number and by the hash of the name, and erasing again cleans it.
func TestTracesOfTheErasedAreFound(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := fromSchema20(t, engine)
			before := flat(querytest.Stored(t, tr.location))
			found, err := tr.db.ErasedTraces(t.Context())
			tr.must(err)
			want := map[string]int{"audit log": 1, "names of imported files": 1, "results": 1}
			if len(found) != 1 || found[0].RunnerID != 6 || !maps.Equal(found[0].Places, want) {
				t.Errorf("got %+v, want %v of runner 6", found, want)
			}
			names, err := tr.db.ErasedNames(t.Context(), sealerOf("k"))
			tr.must(err)
			if want := map[string]int{"audit log": 1, "names of imported files": 1}; !maps.Equal(names.Places, want) || len(names.Namesakes) != 0 {
				t.Errorf("by the hashes: got %+v, want %v", names, want)
			}
			after := flat(querytest.Stored(t, tr.location))
			slices.Sort(before)
			slices.Sort(after)
			if !slices.Equal(before, after) {
				t.Error("looking changed something")
			}
			tr.must(tr.db.EraseRunner(t.Context(), 6, 2, sealerOf("k"), eraser))
			found, err = tr.db.ErasedTraces(t.Context())
			tr.must(err)
			names, err = tr.db.ErasedNames(t.Context(), sealerOf("k"))
			if err != nil || len(found) != 0 || len(names.Places) != 0 {
				t.Errorf("after erasing again: got %+v, %+v, %v", found, names, err)
			}
			// A namesake may be there, and is no trace.
			id, err := tr.db.CreateRunner(t.Context(), club.Runner{Name: "Mokoena Lindiwe"}, eraser)
			tr.must(err)
			names, err = tr.db.ErasedNames(t.Context(), sealerOf("k"))
			if err != nil || len(names.Places) != 0 || !slices.Equal(names.Namesakes, []int64{id}) {
				t.Errorf("a namesake: got %+v, %v", names, err)
			}
			if _, err := tr.db.ErasedNames(t.Context(), nil); !errors.Is(err, queries.ErrSuppressionSealed) {
				t.Errorf("without the key: got %v", err)
			}
		})
	}
}

// While a new version starts, one of before may write beside it: what it wrote
// is found by the erasure.
func TestErasureFindsWhatAnOlderProgramWritesBeside(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			tr := newTrail(t, engine)
			querytest.Exec(t, tr.location, `
				INSERT INTO audit_log (at, actor, address, action, outcome, kind, object_id, object, before, after)
				VALUES (1, 'a', '', 'create', 'ok', 'result', 99, 'Nomsa Beside', '', '{"Club":"Marrakesh AC","RunnerID":2}')`)
			tr.must(tr.db.EraseRunner(t.Context(), tr.nomsa, anyRunner(t, tr.db, tr.nomsa).Version, nil, eraser))
			tr.expectNoTrace("Nomsa", "Marrakesh")
		})
	}
}
