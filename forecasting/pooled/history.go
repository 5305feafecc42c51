package pooled

import (
	"fmt"
	"math"
)

// Race is one result of one runner, with what is stored of the race.
type Race struct {
	Day    int
	Value  float64
	Age    float64 // NaN or 0 where it is not known
	Effect Effect
}

// History is one runner's past, followed through stored effects.
type History struct {
	// Before are the predictions of each race made from the races before it,
	// without the effect of its own day.
	Before []Prediction
	// Adjusted are the times with the effect of the day taken out.
	Adjusted []float64
	// State is what is known after the last race.
	State State
}

// Follow does for one runner what Run does for all, from the effects that Run
// returned: the same predictions, of two races on one day both from the days
// before, and, so long as there are no such two, the same state. Races must be in date order (ErrOrder) and have values
// that ErrValue does not refuse.
func (m *Model) Follow(group int8, races []Race) (*History, error) {
	h := &History{}
	var eve State // what was known before the day
	for i, r := range races {
		if err := checkValue(r.Value); err != nil {
			return nil, fmt.Errorf("race %d: %w", i, err)
		}
		if i > 0 && r.Day < races[i-1].Day {
			return nil, fmt.Errorf("race %d: %w", i, ErrOrder)
		}
		if i == 0 || r.Day > races[i-1].Day {
			eve = h.State
		}
		h.follow(m, group, r, eve)
	}
	return h, nil
}

// follow takes one more race.
func (h *History) follow(m *Model, group int8, r Race, eve State) {
	expected := r.Effect.Expected
	before := m.ahead(&eve, r.Day, group, r.Age, expected.Newcomers)
	h.Before = append(h.Before, m.predict(&before, &expected))
	h.Adjusted = append(h.Adjusted, r.Value*math.Exp(-r.Effect.Mean))
	v := m.ahead(&h.State, r.Day, group, r.Age, expected.Newcomers)
	if v.n == 0 {
		v = m.ahead(&h.State, r.Day, group, r.Age, Walk{Mean: r.Effect.Newcomers})
	}
	m.update(&h.State, v, r.Day, math.Log(r.Value), r.Effect.Mean, r.Effect.Variance)
}
