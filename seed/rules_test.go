package seed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
)

// everyKind runs a test on demo clubs of several seeds and on a federation.
func everyKind(t *testing.T, test func(t *testing.T, rows queries.Batch)) {
	t.Helper()
	for _, opt := range []Options{{Seed: 1}, {Seed: 2}, {Seed: 3}, {Seed: 1 << 63}, {Seed: 1, Runners: 5000}} {
		t.Run(opt.String(), func(t *testing.T) { test(t, collect(t, opt)) })
	}
}

func TestNumbers(t *testing.T) {
	everyKind(t, func(t *testing.T, rows queries.Batch) {
		for i, r := range rows.Runners {
			if r.ID != int64(i+1) {
				t.Fatalf("runner %d stands at %d", r.ID, i)
			}
		}
		for i, r := range rows.Results {
			if r.ID != int64(i+1) || i > 0 && r.RunnerID < rows.Results[i-1].RunnerID {
				t.Fatalf("result %+v stands at %d", r, i)
			}
		}
		starts := map[[2]int64]bool{}
		for _, r := range rows.Results {
			key := [2]int64{r.RunnerID, r.RaceID}
			if starts[key] {
				t.Errorf("runner %d stands twice in race %d", r.RunnerID, r.RaceID)
			}
			starts[key] = true
		}
	})
}

func TestRaces(t *testing.T) {
	everyKind(t, func(t *testing.T, rows queries.Batch) {
		short, editions := 0, map[string]bool{}
		for i, r := range rows.Races {
			key := fmt.Sprint(r.SeriesID, r.HeldOn, r.Length)
			if r.ID != int64(i+1) || editions[key] {
				t.Errorf("race %+v stands at %d, twice: %t", r, i, editions[key])
			}
			editions[key] = true
			if r.ShortCourse {
				short++
			}
			day := time.Date(r.HeldOn.Year, r.HeldOn.Month, r.HeldOn.Day, 0, 0, 0, 0, time.UTC)
			if wd := day.Weekday(); wd != time.Saturday && wd != time.Sunday || r.HeldOn.Compare(lastDay) > 0 {
				t.Errorf("%s, a %v, is no day for a race", r.HeldOn, wd)
			}
		}
		if short != 1 {
			t.Errorf("%d short courses, want 1", short)
		}
	})
}

func TestPositions(t *testing.T) {
	everyKind(t, func(t *testing.T, rows queries.Batch) {
		byRace := map[int64][]club.Result{}
		for _, r := range rows.Results {
			if r.Status == club.Finished {
				byRace[r.RaceID] = append(byRace[r.RaceID], r)
			} else if r.Position != 0 || r.Time() != 0 || r.Counts {
				t.Errorf("%+v did not finish", r)
			}
		}
		demo := len(rows.Runners) == clubMembers
		for race, results := range byRace {
			slices.SortFunc(results, func(a, b club.Result) int {
				return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Gun, b.Gun), cmp.Compare(a.Net, b.Net))
			})
			for i, r := range results {
				if r.Position < 1 || r.Gun < r.Net {
					t.Errorf("race %d: %+v", race, r)
				}
				if i == 0 {
					continue
				}
				before := results[i-1]
				if r.Gun < before.Gun || r.Net < before.Net || demo && r.Position == before.Position {
					t.Errorf("race %d: %+v came before %+v", race, before, r)
				}
			}
		}
	})
}

// bestPace bounds what anybody ran, in minutes a kilometre: the world's best
// for men are 2.56 at 5 km, 2.64 at 10 km, 2.86 at the marathon (World
// Athletics, 2026) and 3.6 at Comrades; the seed's fastest are a good deal
// slower. 15 is a walk.
func TestTimesArePlausible(t *testing.T) {
	const bestPace, walk = 2.75, 15
	everyKind(t, func(t *testing.T, rows queries.Batch) {
		for _, r := range rows.Results {
			race := rows.Races[r.RaceID-1]
			pace := r.Time().Minutes() / float64(race.Length) * 1000
			if r.Status != club.Finished {
				continue
			}
			if pace < bestPace || pace > walk || race.Length > marathon && pace < 3.2 || r.Time().Minutes() > cutoff(race.Length) {
				t.Errorf("%v over %v is no finish time", r.Time(), race.Length)
			}
			if r.Counts == race.ShortCourse {
				t.Errorf("counts is %t where short course is %t", r.Counts, race.ShortCourse)
			}
		}
	})
}

// The least ages of Athletics South Africa: 5 km 9, 10 km 14, 15 km 15, half
// marathon 16, 32 km 19, marathon and beyond 20.
func TestMinimumAges(t *testing.T) {
	least := map[club.Metres]int{
		5_000: 9, 10_000: 14, 12_000: 15, 15_000: 15, tenMiles: 16, halfMarathon: 16, 30_000: 19, 32_000: 19,
		marathon: 20, 56_000: 20,
	}
	everyKind(t, func(t *testing.T, rows queries.Batch) {
		minors := 0
		for _, r := range rows.Runners {
			if !r.BirthDate.IsZero() && isMinor(r.BirthDate) {
				minors++
				if r.Visibility == club.Shown {
					t.Errorf("%s is a minor and shown", r.Name)
				}
			}
		}
		if minors == 0 {
			t.Error("there are no minors to hide")
		}
		for _, r := range rows.Results {
			runner, race := rows.Runners[r.RunnerID-1], rows.Races[r.RaceID-1]
			if runner.BirthDate.IsZero() {
				continue
			}
			if want := club.Category(runner.BirthDate, race.HeldOn); r.Category != want {
				t.Errorf("%s ran as %q, want %q", runner.Name, r.Category, want)
			}
			want, ok := least[race.Length]
			if age := club.AgeOn(runner.BirthDate, race.HeldOn); age < want || !ok && age < 20 {
				t.Errorf("%s ran %v at %d", runner.Name, race.Length, age)
			}
		}
	})
}

func TestNobodyResemblesDemoRunners(t *testing.T) {
	everyKind(t, func(t *testing.T, rows queries.Batch) {
		for _, r := range rows.Runners[len(demoRunners):] {
			words := club.Words(strings.Join(append(r.Aliases, r.Name), " "))
			for _, demo := range []string{"lethabo nd", "bandile nk", "karabo kh"} {
				given, start, _ := strings.Cut(demo, " ")
				if slices.Contains(words, given) && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, start) }) {
					t.Errorf("%s resembles %q", r.Name, demo)
				}
			}
		}
	})
}
