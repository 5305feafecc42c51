package pooled

import "context"

// Club is what one pass over the results of all runners leaves.
type Club struct {
	// Predictions are those of each observation passed in, made from the days
	// before its own.
	Predictions []Prediction
	// Effects are those of all events, in date order.
	Effects []Effect
	// States are the runners after their last results.
	States map[int]State
	// Conditions are those after the last day.
	Conditions Conditions
}

// Run filters the results of all runners, in any order. The time is linear in
// their number, apart from sorting; of a runner 48 bytes are kept. The errors
// are ErrNoData, ErrTooMany, ErrValue and that of the context.
func (m *Model) Run(ctx context.Context, obs []Observation) (*Club, error) {
	t, err := newTable(obs)
	if err != nil {
		return nil, err
	}
	club := &Club{Predictions: make([]Prediction, len(obs))}
	f := newFilter(m, t)
	f.keepEffects = true
	for day := range t.days {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.day(day, func(r *record, v *view, o *Outlook) {
			club.Predictions[r.place] = m.predict(v, o)
		})
	}
	club.collect(f, t)
	return club, nil
}

// collect gives everything the caller's numbers back.
func (c *Club) collect(f *filter, t *table) {
	c.Effects = f.effects
	for i := range c.Effects {
		e := &c.Effects[i]
		e.Event, e.Course = t.events[e.Event], t.courses[e.Course]
	}
	c.States = make(map[int]State, len(t.series))
	for k, name := range t.series {
		c.States[name] = f.states[k]
	}
	c.Conditions = Conditions{Courses: make(map[int]Walk, len(t.courses)), Newcomers: f.newcomers}
	for k, name := range t.courses {
		c.Conditions.Courses[name] = f.courses[k]
	}
}

// logLikelihood is that of a table under a model.
func logLikelihood(ctx context.Context, m *Model, t *table) (float64, error) {
	f := newFilter(m, t)
	for day := range t.days {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		f.day(day, nil)
	}
	return f.logLikelihood, nil
}
