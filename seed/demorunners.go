package seed

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"runnerdb/club"
)

// demoRunner is one of the three main characters of the demo.
type demoRunner struct {
	given, surname string
	sex            club.Sex
	born           club.Date
	// marathon is the mean marathon time in minutes.
	marathon float64
}

// demoRunners lists the demo runners. They have the ids 1, 2 and 3, and ten
// marathons each.
var demoRunners = []demoRunner{
	{"Lethabo", "Ndlovu", club.Male, birthday(1989, 3, 14), 227},
	{"Bandile", "Nkosi", club.Male, birthday(1971, 5, 2), 271},
	{"Karabo", "Khumalo", club.Female, birthday(1982, 1, 27), 250},
}

const (
	demoMarathons = 10
	// demoSpread is the standard deviation of their times, in minutes.
	demoSpread = 15
)

// resemblesDemo reports whether a search for a demo runner's given name and the
// first two letters of the surname would also find this runner.
func resemblesDemo(r club.Runner) bool {
	for _, demo := range demoRunners {
		if strings.Contains(r.Name, demo.given) && resembles(demo, r.Name) {
			return true
		}
		for _, alias := range r.Aliases {
			if resembles(demo, r.Name+" "+alias) {
				return true
			}
		}
	}
	return false
}

func resembles(demo demoRunner, names string) bool {
	words := strings.FieldsFunc(names, func(r rune) bool { return r == ' ' || r == '-' })
	return slices.Contains(words, demo.given) &&
		slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, demo.surname[:2]) })
}

// athlete returns the demo runner with abilities that fit the marathons.
func (demo demoRunner) athlete(number int, d dice) athlete {
	a := athlete{Runner: club.Runner{
		ID: int64(number + 1), Name: demo.given + " " + demo.surname, Sex: demo.sex, BirthDate: demo.born,
		Licence: licence("WPA", 10_401+37*number),
	}, club: homeClub}
	a.bornOn(demo.born)
	a.train(d)
	a.trend, a.stamina = 0, 1.08
	middleAge := float64(2024-demo.born.Year) + 0.5
	a.tenK = demo.marathon / math.Pow(float64(marathon)/10_000, a.stamina) / ageFactor(middleAge)
	return a
}

// marathons draws ten editions with times, without a DNF. Every time is
// normally distributed about the mean.
func (demo demoRunner) marathons(a *athlete, fixtures []fixture, d dice) ([]*fixture, []club.Result) {
	editions := demoEditions(fixtures, d)
	results := make([]club.Result, len(editions))
	for i, f := range editions {
		results[i] = club.Result{
			RunnerID: a.ID, RaceID: f.ID, Status: club.Finished, Counts: true, Club: a.club,
			Category: club.Category(a.born, f.HeldOn),
			Net:      club.FinishTimeOfMinutes(demo.marathon + demoSpread*d.NormFloat64()),
		}
	}
	return editions, results
}

// demoEditions returns ten marathons in order of date, none too close to
// another.
func demoEditions(fixtures []fixture, d dice) []*fixture {
	for {
		var chosen []*fixture
		for _, i := range d.Perm(len(fixtures)) {
			f := &fixtures[i]
			if len(chosen) < demoMarathons && f.Length == marathon && !clashes(f, chosen) {
				chosen = append(chosen, f)
			}
		}
		if len(chosen) == demoMarathons {
			slices.SortFunc(chosen, func(a, b *fixture) int { return cmp.Compare(a.day, b.day) })
			return chosen
		}
	}
}
