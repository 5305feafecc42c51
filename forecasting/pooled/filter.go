package pooled

import "math"

// filter goes once through the days of a table.
type filter struct {
	*Model
	states    []State
	courses   []Walk
	known     []bool // which courses have been run
	newcomers Walk
	started   bool

	views    []view // of one day, from before it
	expected Outlook
	// logLikelihood is that of all results so far, each day given the days
	// before it; effects and the level of newcomers are integrated out by
	// Laplace's method.
	logLikelihood float64
	effects       []Effect
	keepEffects   bool
}

func newFilter(m *Model, t *table) *filter {
	f := &filter{
		Model:   m,
		states:  make([]State, len(t.series)),
		courses: make([]Walk, len(t.courses)),
		known:   make([]bool, len(t.courses)),
	}
	f.newcomers = Walk{0, firstNewcomers * firstNewcomers, int(t.records[0].day)}
	return f
}

// visitor is told of each result what was expected of it.
type visitor func(r *record, v *view, o *Outlook)

// day predicts and then absorbs all results of a day.
func (f *filter) day(records []record, visit visitor) {
	f.views = f.views[:0]
	for i := range records {
		r := &records[i]
		f.expected = f.expect(r)
		f.views = append(f.views, f.ahead(&f.states[r.series], int(r.day), r.group, r.age, f.expected.Newcomers))
		if visit != nil {
			visit(r, &f.views[i], &f.expected)
		}
	}
	for from := 0; from < len(records); {
		to := from + 1
		for to < len(records) && records[to].event == records[from].event {
			to++
		}
		f.event(records[from:to], f.views[from:to])
		from = to
	}
}

// expect returns the outlook of the race of a record.
func (f *filter) expect(r *record) Outlook {
	day := int(r.day)
	course := f.courses[r.course]
	if !f.known[r.course] {
		course = f.newCourse(day)
	}
	return f.outlook(course, f.newcomers, day)
}

// event estimates the effect of a race and moves all who ran it. The first race
// of all defines what no effect is.
func (f *filter) event(records []record, views []view) {
	first := &records[0]
	expected := f.expect(first)
	prior := expected.Effect
	if !f.started {
		prior = Walk{Day: prior.Day}
		f.started = true
	}
	effect, runners := f.fromHistory(records, views, prior)
	effect = f.fromNewcomers(records, views, effect, expected.Newcomers)
	f.learnCourse(first, prior, effect)
	for i := range records {
		f.move(&records[i], views[i], effect)
	}
	if f.keepEffects {
		f.effects = append(f.effects, Effect{
			Event: int(first.event), Course: int(first.course), Day: int(first.day),
			Mean: effect.Mean, Variance: effect.Variance, Runners: runners,
			Newcomers: f.newcomers.Mean, Expected: expected,
		})
	}
}

// move updates the state of one who ran. Who has run already on this day is
// seen as he is now.
func (f *filter) move(r *record, v view, effect Walk) {
	s := &f.states[r.series]
	if v.n == 0 || s.N != v.n {
		v = f.ahead(s, int(r.day), r.group, r.age, Walk{Mean: f.newcomers.Mean})
	}
	f.update(s, v, int(r.day), r.x, effect.Mean, effect.Variance)
}

// learnCourse splits the posterior of an effect, known from the prior of its
// course plus its day, and gives the course its share.
func (f *filter) learnCourse(r *record, prior, effect Walk) {
	course := Walk{prior.Mean, max(prior.Variance-f.dayEffect, 0), prior.Day}
	if prior.Variance > 0 {
		share := course.Variance / prior.Variance
		course.Variance = share*f.dayEffect + share*share*effect.Variance
		course.Mean += share * (effect.Mean - prior.Mean)
	}
	f.courses[r.course], f.known[r.course] = course, true
}

const (
	effectSteps     = 30
	effectTolerance = 1e-4 // of the standard error
)

// fromHistory estimates the effect from the surprises of those with earlier
// results: the maximum of the posterior by iterated reweighting, so that the odd
// one counts little.
func (f *filter) fromHistory(records []record, views []view, prior Walk) (effect Walk, runners int) {
	effect = prior
	if prior.Variance == 0 {
		return effect, 0
	}
	for range effectSteps {
		gradient, precision := (prior.Mean-effect.Mean)/prior.Variance, 1/prior.Variance
		runners = 0
		for i := range views {
			v := &views[i]
			if v.n == 0 {
				continue
			}
			runners++
			width := math.Sqrt(v.variance + v.noise)
			slope, weight := f.shape(v.n).slope((records[i].x - v.level - effect.Mean) / width)
			gradient += slope / width
			precision += weight / (width * width)
		}
		step := gradient / precision
		effect.Mean += step
		effect.Variance = 1 / precision
		if math.Abs(step) < effectTolerance*math.Sqrt(effect.Variance) {
			break
		}
	}
	if runners > 0 {
		f.logLikelihood += laplace(effect.Mean-prior.Mean, prior.Variance, effect.Variance)
		f.score(records, views, effect.Mean, func(v *view) bool { return v.n > 0 })
	}
	return effect, runners
}

// laplace is the logarithm of the density of a common shift at its posterior
// mode times the volume of the posterior about it.
func laplace(shift, prior, posterior float64) float64 {
	return (math.Log(posterior/prior) - shift*shift/prior) / 2
}

// score adds the log density of those surprises that count.
func (f *filter) score(records []record, views []view, common float64, counts func(*view) bool) {
	for i := range views {
		v := &views[i]
		if counts(v) {
			width := math.Sqrt(v.variance + v.noise)
			f.logLikelihood += f.shape(v.n).logDensity((records[i].x-v.level-common)/width) - math.Log(width)
		}
	}
}
