package queries_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

var countersInRows = regexp.MustCompile(`\b(version|updated_at)="[^"]*"`)

// records are the rows that are kept, but for what every change counts up, and
// the numbers of series.
func records(t *testing.T, location string) map[string][]string {
	t.Helper()
	all := querytest.Stored(t, location)
	kept := map[string][]string{}
	for _, table := range []string{"runners", "runner_aliases", "races", "results", "series", "runner_summaries"} {
		for _, row := range all[table] {
			row = countersInRows.ReplaceAllString(row, "")
			if table == "series" || table == "races" {
				row = regexp.MustCompile(`\b(series_id|import_id)="[^"]*"`).ReplaceAllString(row, "")
			}
			if table == "series" {
				row = regexp.MustCompile(`\bid="[^"]*"`).ReplaceAllString(row, "")
			}
			kept[table] = append(kept[table], row)
		}
		slices.Sort(kept[table])
	}
	return kept
}

// Whatever is changed or deleted can be undone once, and everything is as it
// was then.
func TestEveryChangeIsUndone(t *testing.T) {
	no := func(r *club.Result) { r.Counts = false }
	batch := func(done queries.Changed, err error) (int64, error) { return done.Undo, err }
	for name, do := range map[string]func(ctx context.Context, db *queries.DB) (int64, error){
		"results change": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.ChangeResults(ctx, first(3, 1, 1, 99), "what counts", actor, no))
		},
		"results of runners change": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.ChangeResultsOf(ctx, first(1, 2), "the club", actor, func(r *club.Result) { r.Club = "Nedbank" }))
		},
		"results go": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.DeleteResults(ctx, first(1, 2, 3, 99), actor))
		},
		"a result goes": func(ctx context.Context, db *queries.DB) (int64, error) { return db.DeleteResult(ctx, 1, 1, actor) },
		"runners hide": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.HideRunners(ctx, first(1, 2, 3, 99), true, actor))
		},
		"runners go": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.DeleteRunners(ctx, first(1, 3, 99), actor))
		},
		"a race goes": func(ctx context.Context, db *queries.DB) (int64, error) { return db.DeleteRace(ctx, 1, 1, actor) },
		"the last race of a series goes": func(ctx context.Context, db *queries.DB) (int64, error) {
			return db.DeleteRace(ctx, 4, 1, actor)
		},
		"a series is renamed": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.RenameSeries(ctx, club.Race{ID: 1, Version: 1, Name: "Two Oceans 56"}, actor))
		},
		"a runner is split": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.SplitRunner(ctx, club.Runner{ID: 1}, club.Runner{Name: "Thabo Nkosi the younger"}, first(2, 4, 99), actor))
		},
		"a runner is split to one who is there": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.SplitRunner(ctx, club.Runner{ID: 1}, club.Runner{ID: 2}, first(4), actor))
		},
		"places are computed": func(ctx context.Context, db *queries.DB) (int64, error) {
			return batch(db.ComputePlaces(ctx, 1, actor))
		},
	} {
		for _, engine := range querytest.Engines {
			t.Run(name+"/"+string(engine), func(t *testing.T) {
				t.Parallel()
				location := querytest.Location(t, engine)
				db := querytest.Open(t, location)
				content := someRaces()
				content.Results = append(content.Results, club.Result{ID: 4, RunnerID: 1, RaceID: 4, Status: club.Finished, Net: 9000, Club: "Harmony", Counts: true})
				querytest.Load(t, db, content)
				before := records(t, location)
				undo, err := do(t.Context(), db)
				if err != nil || undo == 0 {
					t.Fatalf("got %d, %v", undo, err)
				}
				if cmp.Equal(records(t, location), before) {
					t.Fatal("nothing changed")
				}
				if _, err := db.RestoreBatch(t.Context(), undo, actor); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(before, records(t, location)); diff != "" {
					t.Error(diff)
				}
				if _, err := db.RestoreBatch(t.Context(), undo, actor); !errors.Is(err, queries.ErrNotFound) {
					t.Errorf("undone twice: got %v, want ErrNotFound", err)
				}
			})
		}
	}
}

// A number is given once: what was deleted last comes back under its own, also
// after something else was added.
func TestNumbersAreGivenOnce(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			db := querytest.New(t, engine)
			querytest.Load(t, db, someRaces())
			ctx := t.Context()
			must := func(id int64, err error) int64 {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				return id
			}
			race := club.Race{Name: "Langa 10 km", HeldOn: club.Date{Year: 2024, Month: 1, Day: 7}, Length: 10_000}
			raceID := must(db.CreateRace(ctx, race, actor))
			runnerID := must(db.CreateRunner(ctx, club.Runner{Name: "Last In"}, actor))
			result := club.Result{RunnerID: runnerID, RaceID: raceID, Status: club.Finished, Net: 3_000_000, Counts: true}
			resultID := must(db.CreateResult(ctx, result, actor))
			bin := []int64{must(db.DeleteResult(ctx, resultID, 1, actor)), must(db.DeleteRunner(ctx, runnerID, 1, actor)), must(db.DeleteRace(ctx, raceID, 1, actor))}
			race.Length = 5_000
			nextRace := must(db.CreateRace(ctx, race, actor))
			nextRunner := must(db.CreateRunner(ctx, club.Runner{Name: "After All"}, actor))
			result = club.Result{RunnerID: nextRunner, RaceID: nextRace, Status: club.Finished, Net: 1_500_000, Counts: true}
			if next := must(db.CreateResult(ctx, result, actor)); next == resultID || nextRace == raceID || nextRunner == runnerID {
				t.Errorf("got race %d, runner %d and result %d again", nextRace, nextRunner, next)
			}
			slices.Reverse(bin)
			for _, id := range bin {
				if _, err := db.Restore(ctx, id, actor); err != nil {
					t.Error(err)
				}
			}
			if again := must(db.DeleteResult(ctx, resultID, 1, actor)); slices.Contains(bin, again) {
				t.Errorf("bin: got %d again", again)
			}
		})
	}
}

// first are records as they were first stored.
func first(ids ...int64) []queries.Seen {
	seen := make([]queries.Seen, len(ids))
	for i, id := range ids {
		seen[i] = queries.Seen{ID: id, Version: 1}
	}
	return seen
}

// What somebody else has changed is not changed with many others: nothing is,
// and who asked learns which they are.
func TestManyAreChangedAsTheyWereSeen(t *testing.T) {
	location := map[querytest.Engine]string{}
	for _, engine := range querytest.Engines {
		location[engine] = querytest.Location(t, engine)
		db := querytest.Open(t, location[engine])
		querytest.Load(t, db, someRaces())
		ctx := t.Context()
		result, err := db.Result(ctx, 2)
		if err != nil {
			t.Fatal(err)
		}
		result.Position = 7
		if err := db.UpdateResult(ctx, result, actor); err != nil {
			t.Fatal(err)
		}
		runner, err := db.KeptRunner(ctx, 2)
		if err != nil {
			t.Fatal(err)
		}
		runner.Name = "Somebody Else"
		if err := db.UpdateRunner(ctx, runner.Runner, actor); err != nil {
			t.Fatal(err)
		}
		before := records(t, location[engine])
		harmony := func(r *club.Result) { r.Club = "Harmony" }
		for name, do := range map[string]func() (queries.Changed, error){
			"change results": func() (queries.Changed, error) { return db.ChangeResults(ctx, first(1, 2), "the club", actor, harmony) },
			"change results of": func() (queries.Changed, error) {
				return db.ChangeResultsOf(ctx, first(1, 2), "the club", actor, harmony)
			},
			"delete results": func() (queries.Changed, error) { return db.DeleteResults(ctx, first(1, 2), actor) },
			"hide":           func() (queries.Changed, error) { return db.HideRunners(ctx, first(1, 2), true, actor) },
			"delete runners": func() (queries.Changed, error) { return db.DeleteRunners(ctx, first(1, 2), actor) },
			"split": func() (queries.Changed, error) {
				return db.SplitRunner(ctx, club.Runner{ID: 1}, club.Runner{Name: "New"}, first(1, 2), actor)
			},
		} {
			done, err := do()
			stale, ok := errors.AsType[*queries.StaleError](err)
			if !ok || !errors.Is(err, queries.ErrStale) || !slices.Equal(stale.IDs, []int64{2}) || done != (queries.Changed{}) {
				t.Errorf("%s, %s: got %+v, %v; want 2 to be stale", engine, name, done, err)
			}
		}
		if diff := cmp.Diff(before, records(t, location[engine])); diff != "" {
			t.Errorf("%s: %s", engine, diff)
		}
	}
}

// What has changed since is not overwritten by undoing what came before.
func TestUndoOverwritesNothing(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, someRaces())
		done, err := db.ChangeResults(t.Context(), first(1, 2), "the club", actor, func(r *club.Result) { r.Club = "Nedbank" })
		if err != nil {
			t.Fatal(err)
		}
		result, err := db.Result(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		result.Position = 7
		if err := db.UpdateResult(t.Context(), result, actor); err != nil {
			t.Fatal(err)
		}
		if _, err := db.RestoreBatch(t.Context(), done.Undo, actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("got %v, want ErrStale", err)
		}
		for id, position := range map[int64]int{1: 9, 2: 7} {
			if r, err := db.Result(t.Context(), id); err != nil || r.Club != "Nedbank" || r.Position != position {
				t.Errorf("result %d: got %+v, %v", id, r, err)
			}
		}
		if _, err := db.UndoResult(t.Context(), 2, 2, actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("another version: got %v, want ErrStale", err)
		}
		if r, err := db.UndoResult(t.Context(), 2, 3, actor); err != nil || r.Position != 0 || r.Club != "Nedbank" {
			t.Errorf("the last change undone: got %+v, %v", r, err)
		}
	})
}

func TestRacesChange(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, someRaces())
		race, err := db.Race(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		was := race
		race.Name, race.HeldOn, race.ShortCourse = "Two Oceans Half", race.HeldOn.AddDays(-700), true
		if err := db.UpdateRace(t.Context(), race, actor); err != nil {
			t.Fatal(err)
		}
		if err := db.UpdateRace(t.Context(), race, actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("the version before: got %v, want ErrStale", err)
		}
		if kept, err := db.KeptRunner(t.Context(), 2); err != nil || kept.LastRaceOn != race.HeldOn {
			t.Errorf("the last race: got %v, %v, want %v", kept.LastRaceOn, err, race.HeldOn)
		}
		races, err := db.RacesInSeries(t.Context(), 2)
		if err != nil || len(races) != 2 {
			t.Errorf("got %v, %v; want it in the other series", races, err)
		}
		if _, err := db.UndoRace(t.Context(), 1, 2, actor); err != nil {
			t.Fatal(err)
		}
		now, err := db.Race(t.Context(), 1)
		if was.Version = 3; err != nil || now != was {
			t.Errorf("undone: got %+v, %v, want %+v", now, err, was)
		}
		now.Name, now.HeldOn = "Two Oceans Ultra", club.Date{Year: 2025, Month: 4, Day: 5}
		if err := db.UpdateRace(t.Context(), now, actor); !errors.Is(err, queries.ErrExists) {
			t.Errorf("the same race twice: got %v, want ErrExists", err)
		}
		now.Name = "Two Oceans Half"
		if _, err := db.RenameSeries(t.Context(), now, actor); !errors.Is(err, queries.ErrExists) {
			t.Errorf("a name that another series has: got %v, want ErrExists", err)
		}
		if _, err := db.DeleteRace(t.Context(), 1, 1, actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("deleted as of another version: got %v, want ErrStale", err)
		}
	})
}

func TestSplitClashes(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, someRaces())
		if _, err := db.SplitRunner(t.Context(), club.Runner{ID: 1}, club.Runner{ID: 2}, first(2), actor); !errors.Is(err, queries.ErrClash) {
			t.Errorf("both ran the race: got %v, want ErrClash", err)
		}
		if _, err := db.SplitRunner(t.Context(), club.Runner{ID: 1}, club.Runner{Name: "New"}, first(1), actor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("a result of somebody else: got %v, want ErrStale", err)
		}
		done, err := db.SplitRunner(t.Context(), club.Runner{ID: 3}, club.Runner{Name: "Of a hidden one"}, first(3), actor)
		if err != nil || done.Count != 1 {
			t.Fatalf("got %+v, %v", done, err)
		}
		result, err := db.KeptResult(t.Context(), 3)
		if err != nil || result.Runner != "Of a hidden one" || !result.Hidden {
			t.Errorf("got %+v, %v; want it with a runner who is hidden, too", result, err)
		}
		if binned, _, err := db.Bin(t.Context(), 0, 1); err != nil || !strings.Contains(binned[0].Object, "1 result of Hidden Child, given to Of a hidden one") {
			t.Errorf("got %v, %v", binned, err)
		}
	})
}
