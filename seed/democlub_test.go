package seed

import (
	"math"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
)

func TestDemoRunners(t *testing.T) {
	for seed := range uint64(20) {
		rows := collect(t, Options{Seed: seed})
		company := map[int64]int{}
		for _, r := range rows.Results {
			if r.RunnerID > 3 && r.Status == club.Finished {
				company[r.RaceID]++
			}
		}
		noise := map[int]bool{}
		for i, demo := range demoRunners {
			minutes := demoMarathonsOf(rows, int64(i+1), func(r club.Result) {
				if company[r.RaceID] < 2 || r.Status != club.Finished || !r.Counts {
					t.Errorf("seed %d: %s ran %+v with %d others", seed, demo.given, r, company[r.RaceID])
				}
			})
			if len(minutes) != demoMarathons {
				t.Fatalf("seed %d: %s ran %d marathons", seed, demo.given, len(minutes))
			}
			// Ten draws: the mean has a standard error of 15/√10 = 4.7 minutes.
			if mean := mean(minutes); math.Abs(mean-demo.marathon) > 4*demoSpread/math.Sqrt(demoMarathons) {
				t.Errorf("seed %d: %s takes %.0f minutes, want about %.0f", seed, demo.given, mean, demo.marathon)
			}
			first := int(60 * (minutes[0] - demo.marathon))
			if noise[first] {
				t.Errorf("seed %d: two demo runners share their noise", seed)
			}
			noise[first] = true
		}
	}
}

func demoMarathonsOf(rows queries.Batch, id int64, check func(club.Result)) []float64 {
	var minutes []float64
	for _, r := range rows.Results {
		if r.RunnerID == id && rows.Races[r.RaceID-1].Length == marathon {
			check(r)
			minutes = append(minutes, r.Time().Minutes())
		}
	}
	return minutes
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// Over many seeds the marathons of the demo runners spread as they should.
func TestDemoSpread(t *testing.T) {
	var squares float64
	n := 0
	for seed := range uint64(100) {
		d := newDice(seed)
		fixtures := capeProgram(d).fixtures
		for i, demo := range demoRunners {
			a := demo.athlete(i, d)
			_, results := demo.marathons(&a, fixtures, d)
			for _, r := range results {
				off := r.Net.Minutes() - demo.marathon
				squares += off * off
				n++
			}
		}
	}
	// 3000 draws: the standard deviation has a standard error of 0.2 minutes.
	if got := math.Sqrt(squares / float64(n)); n != 3000 || math.Abs(got-demoSpread) > 1 {
		t.Errorf("%d marathons with a standard deviation of %.2f minutes, want 3000 with %d", n, got, demoSpread)
	}
}

func TestDemoClubHasAllKinds(t *testing.T) {
	for seed := range uint64(10) {
		rows := collect(t, Options{Seed: seed})
		kinds := map[string]int{}
		races := map[int64]int{}
		for _, r := range rows.Results {
			kinds[string(r.Status)]++
			races[r.RunnerID]++
			if r.Net == 0 && r.Gun > 0 {
				kinds["gun only"]++
			}
			if r.Club != homeClub {
				kinds["other club"]++
			}
		}
		people := map[string]int{}
		for _, r := range rows.Runners {
			people[club.Fold(r.Name)]++
			count(kinds, r, races[r.ID])
		}
		for _, n := range people {
			if n > 1 {
				kinds["namesakes"]++
			}
		}
		for kind, want := range map[string]int{
			"namesakes": 6, "apostrophe": 3, "hyphen": 5, "accent": 6, "particle": 4, "alias": 12, "once": 5, "sixty": 2,
			"two": 3, "no birth date": 5, "no licence": 10, "hidden adult": 1, "hidden": 6,
			"DNF": 10, "DNS": 15, "DSQ": 2, "gun only": 100, "other club": 100, "never": 1,
		} {
			if kinds[kind] < want {
				t.Errorf("seed %d: %d × %s, want %d", seed, kinds[kind], kind, want)
			}
		}
		if len(rows.Runners) != clubMembers {
			t.Errorf("seed %d: %d members", seed, len(rows.Runners))
		}
	}
}

func count(kinds map[string]int, r club.Runner, races int) {
	plain := strings.ToLower(strings.NewReplacer("'", "", "-", " ").Replace(r.Name))
	for kind, is := range map[string]bool{
		"apostrophe":    strings.Contains(r.Name, "'"),
		"hyphen":        strings.Contains(r.Name, "-"),
		"accent":        club.Fold(r.Name) != plain,
		"particle":      strings.Contains(r.Name, " van ") || strings.Contains(r.Name, " de ") || strings.Contains(r.Name, " du "),
		"alias":         len(r.Aliases) > 0,
		"never":         races == 0,
		"once":          races == 1,
		"two":           races == 2,
		"sixty":         races == 60,
		"no birth date": r.BirthDate.IsZero(),
		"no licence":    r.Licence == "",
		"hidden":        r.Visibility == club.Hidden || isMinor(r.BirthDate),
		"hidden adult":  r.Visibility == club.Hidden && !r.BirthDate.IsZero() && !isMinor(r.BirthDate),
	} {
		if is {
			kinds[kind]++
		}
	}
}
