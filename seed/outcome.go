package seed

import (
	"cmp"
	"math"
	"slices"

	"runnerdb/club"
)

// enter draws the result of an athlete in a race, with the net time but no
// position, which depends on the others.
func enter(a *athlete, f *fixture, d dice) club.Result {
	r := club.Result{
		RunnerID: a.ID, RaceID: f.ID, Category: club.Category(a.born, f.HeldOn), Club: a.club, Status: club.Finished,
	}
	minutes := a.race(f, d)
	switch {
	case d.chance(0.015):
		r.Status = club.DidNotStart
	case d.chance(0.004 + float64(f.Length)/2_500_000):
		r.Status = club.DidNotFinish
	case minutes > f.cutoff:
		r.Status = club.OutOfTime
	}
	if r.Status == club.Finished {
		r.Net = club.FinishTimeOfMinutes(minutes)
		r.Counts = !f.ShortCourse
	}
	return r
}

// front returns the share of the field that is faster. Times in a race are
// roughly lognormal.
func (f *fixture) front(net club.FinishTime) float64 {
	middle := 56 * math.Pow(float64(f.Length)/10_000, 1.09) * f.going
	if f.Length > 32_000 {
		// The faster half enters long races.
		middle *= 0.92
	}
	return math.Erfc(-math.Log(net.Minutes()/middle)/(0.2*math.Sqrt2)) / 2
}

// place sets the position and gun time that fit a finisher's net time. Both
// grow with it: slower runners start further back and finish later.
func (f *fixture) place(r *club.Result) {
	if r.Status != club.Finished {
		return
	}
	front := f.front(r.Net)
	r.Position = 1 + int(float64(f.field)*front)
	if f.gunOnly {
		r.Gun, r.Net = r.Net, 0
		return
	}
	toTheLine := club.FinishTimeOfMinutes(front * float64(min(f.field, 20_000)) / 1500)
	r.Gun = r.Net + toTheLine
}

// categoryShares is the approximate share of each category in a field of one
// sex.
var categoryShares = map[string]float64{"Junior": 0.02, "Senior": 0.25, "40-49": 0.16, "50-59": 0.08, "60-69": 0.03, "70+": 0.01}

// rank sets the positions of all finishers of one race, overall and by
// category. No two share a position.
func (f *fixture) rank(results []*club.Result) {
	slices.SortStableFunc(results, func(a, b *club.Result) int { return cmp.Compare(a.Net, b.Net) })
	last, within := 0, map[string]int{}
	for _, r := range results {
		f.place(r)
		if r.Status == club.Finished {
			r.Position = max(r.Position, last+1)
			last = r.Position
			r.CategoryPosition = max(1+int(categoryShares[r.Category]*float64(r.Position-1)), within[r.Category]+1)
			within[r.Category] = r.CategoryPosition
		}
	}
}
