package pooled

import (
	"math"
	"math/rand/v2"
)

// truth says how a simulated club runs.
type truth struct {
	runners, days int
	gap           int     // days between two races
	turnout       float64 // share of the runners at each
	noise         float64
	wander        float64 // in a year
	spread        float64
	drift         float64 // in a year
	dayEffect     float64
	season        float64 // amplitude of a yearly wave
	courses       int
	hill          float64 // what each course adds to the one before it
	walked        float64 // share of races that take half as long again
}

// weekly is a 5 km every Saturday for two years, yearly a race of ten years.
var (
	weekly = truth{runners: 80, days: 104, gap: 7, turnout: 0.4, noise: 0.03, wander: 0.04, spread: 0.2, drift: 0.004, dayEffect: 0.01, season: 0.01, courses: 1, walked: 0.02}
	yearly = truth{runners: 1000, days: 10, gap: 365, turnout: 0.4, noise: 0.04, wander: 0.03, spread: 0.15, drift: 0.005, dayEffect: 0.02, courses: 1}
)

// simulate returns results and the true effect of each day.
func simulate(w truth, seed uint64) ([]Observation, []float64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	level := make([]float64, w.runners)
	age := make([]float64, w.runners)
	group := make([]int8, w.runners)
	for i := range level {
		age[i] = 20 + 45*rng.Float64()
		group[i] = int8(1 + rng.IntN(2))
		n := Default().Newcomers
		n.Level = math.Log(25)
		level[i] = n.start(group[i], age[i]) + w.spread*rng.NormFloat64()
	}
	var obs []Observation
	effects := make([]float64, w.days)
	years := float64(w.gap) / DaysPerYear
	for d := range w.days {
		day := 10_000 + d*w.gap
		effects[d] = w.dayEffect*rng.NormFloat64() + w.hill*float64(d%max(w.courses, 1)) +
			w.season*math.Sin(2*math.Pi*float64(day)/DaysPerYear)
		for i := range level {
			if d > 0 {
				level[i] += w.drift*years + w.wander*math.Sqrt(years)*rng.NormFloat64()
			}
			if rng.Float64() >= w.turnout {
				continue
			}
			x := level[i] + effects[d] + w.noise*rng.NormFloat64()
			if rng.Float64() < w.walked {
				x += 0.4
			}
			obs = append(obs, Observation{
				Series: 100 + i, Event: 7 * d, Course: d % max(w.courses, 1), Day: day,
				Value: math.Exp(x), Age: age[i] + float64(d)*years, Group: group[i],
			})
		}
	}
	return obs, effects
}
