package seed

import (
	"math"
	"slices"

	"runnerdb/club"
	"runnerdb/queries"
)

// batchRunners keeps memory use small. It also makes seeding a large database a
// third faster, because many rows of a transaction share index pages.
const batchRunners = 10_000

// federation generates a country's runners one after the other. Each has their
// own random stream, and only one batch is in memory.
type federation struct {
	seed      uint64
	total     int
	program   *program
	cape      []fixture
	registrar registrar
	homes     []home
	provinces weights
	// results is the id of the last result.
	results int64
}

// home is a province as its runners see it: the clubs to join and the races to
// run.
type home struct {
	letters  string
	clubs    ranked
	fixtures []*fixture
	weights  weights
}

func newFederation(seed uint64, total int) *federation {
	f := &federation{
		seed: seed, total: total, program: newProgram(),
		registrar: newRegistrar(true, func(s share) float64 { return s.country }),
		provinces: newWeights(len(provinces), func(i int) float64 { return provinces[i].runners }),
	}
	owners := f.plan(newDice(seed))
	for i, p := range provinces {
		f.homes = append(f.homes, f.home(i, p, owners))
	}
	f.widen()
	for _, fixture := range f.program.fixtures {
		if owners[fixture.SeriesID] == capeOwner {
			f.cape = append(f.cape, fixture)
		}
	}
	return f
}

// widen makes the fields large enough for all runners.
func (f *federation) widen() {
	const meanResults, room = 4, 1.3
	finishers := make([]float64, len(f.program.fixtures))
	for i, h := range f.homes {
		runners := float64(f.total) * f.provinces.share(i)
		for j, fixture := range h.fixtures {
			finishers[fixture.ID-1] += runners * meanResults * h.weights.share(j)
		}
	}
	for i := range f.program.fixtures {
		fixture := &f.program.fixtures[i]
		fixture.field = max(fixture.field, int(room*finishers[i]))
	}
}

// capeOwner marks the series of the Cape calendar, which the club runs too.
const capeOwner = -1

// plan fills the program, and returns the home province of each series.
func (f *federation) plan(d dice) map[int64]int {
	owners := map[int64]int{}
	for _, e := range append(slices.Clone(capeEvents), fiveKilometres()...) {
		f.program.add(e, d)
	}
	for _, s := range f.program.series {
		owners[s.ID] = capeOwner
	}
	for i, p := range provinces {
		known := len(f.program.series)
		for _, e := range p.events(f.total / 500) {
			f.program.add(e, d)
		}
		for _, s := range f.program.series[known:] {
			owners[s.ID] = i
		}
	}
	f.program.finish(d)
	return owners
}

// home collects the clubs and races of a province: its own races, the great
// ones of the Cape, and in Cape Town all of those.
func (f *federation) home(number int, p province, owners map[int64]int) home {
	const great = 7_000
	h := home{letters: p.letters, clubs: newRanked(p.clubs())}
	for i := range f.program.fixtures {
		fixture := &f.program.fixtures[i]
		owner := owners[fixture.SeriesID]
		if owner == number || owner == capeOwner && (number == 0 || fixture.field > great) {
			h.fixtures = append(h.fixtures, fixture)
		}
	}
	h.weights = newWeights(len(h.fixtures), func(i int) float64 { return math.Sqrt(float64(h.fixtures[i].field)) })
	return h
}

// stream generates the runners in batches. The first batch also holds all
// races.
func (f *federation) stream(size int, add addFunc) error {
	d := newDice(f.seed)
	batch := queries.Batch{Series: f.program.series, Races: f.program.races()}
	for id := int64(1); id <= int64(f.total); id++ {
		d.restart(f.seed, uint64(id))
		a, results := f.runner(id, d)
		batch.Runners = append(batch.Runners, a.Runner)
		batch.Results = append(batch.Results, results...)
		if len(batch.Runners) == size || id == int64(f.total) {
			if err := add(batch, int(id), f.total); err != nil {
				return err
			}
			batch = queries.Batch{Runners: batch.Runners[:0], Results: batch.Results[:0]}
		}
	}
	return nil
}

// runner generates one runner with all results. The first three are the demo
// runners.
func (f *federation) runner(id int64, d dice) (athlete, []club.Result) {
	if id <= int64(len(demoRunners)) {
		return f.demoRunner(int(id-1), d)
	}
	home := f.homes[f.provinces.draw(d)]
	var a athlete
	f.registrar.register(&a, d)
	a.ID, a.club = id, home.clubs.word(d)
	a.file(licence(home.letters, 10_000+int(id)), d)
	a.train(d)
	ran := home.choose(&a, nationalRaces(d), d)
	results := make([]club.Result, len(ran))
	for i, race := range ran {
		results[i] = enter(&a, race, d)
		f.put(race, &results[i])
	}
	return a, results
}

func (f *federation) demoRunner(number int, d dice) (athlete, []club.Result) {
	a := demoRunners[number].athlete(number, d)
	races, results := demoRunners[number].marathons(&a, f.cape, d)
	for i, race := range races {
		f.put(race, &results[i])
	}
	return a, results
}

func (f *federation) put(race *fixture, r *club.Result) {
	f.results++
	r.ID = f.results
	race.place(r)
}

// choose draws races that the athlete may run, in order of date. It gives up
// when the calendar is full.
func (h home) choose(a *athlete, wanted int, d dice) []*fixture {
	var ran []*fixture
	for tries := 4 * wanted; tries > 0 && len(ran) < wanted; tries-- {
		f := h.fixtures[h.weights.draw(d)]
		if !clashes(f, ran) && a.mayRun(f) {
			ran = append(ran, f)
		}
	}
	slices.SortFunc(ran, func(a, b *fixture) int { return a.day - b.day })
	return ran
}

// nationalRaces draws how often a runner races in all seasons: about four times
// on average, from never to about sixty times.
func nationalRaces(d dice) int {
	if d.chance(0.06) {
		return 0
	}
	return min(60, 1+int(math.Exp(0.75+d.bell(1.05, 4))))
}
