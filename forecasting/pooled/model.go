package pooled

import (
	"errors"
	"fmt"
	"math"
)

// ErrConstants is for constants of another version, or that no data can have
// given.
var ErrConstants = errors.New("these are no constants of this model")

// shapes is the number of earlier results after which the shape of a prediction
// changes no more.
const shapes = 32

// shape is that of the predictions from so many earlier results.
type shape struct {
	skewT
	curve
}

// Model is a set of constants made ready for use. It may be used by many
// goroutines at once.
type Model struct {
	constants Constants
	noise     float64 // variances, as are those below
	wander    float64
	spread    float64
	dayEffect float64
	shapes    []shape // by the number of earlier results
}

// NewModel checks constants and makes them ready. The error wraps ErrConstants.
func NewModel(c Constants) (*Model, error) {
	if c.Version != Version {
		return nil, fmt.Errorf("version %d, not %d: %w", c.Version, Version, ErrConstants)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	m := newModel(&c, shapes)
	for n := range m.shapes {
		m.shapes[n].curve = c.Calibration.curve(calibrationClass(n))
	}
	return m, nil
}

// Constants returns what the model was made of.
func (m *Model) Constants() Constants { return m.constants }

// newModel leaves the calibration out, which the likelihood does without, and
// the shapes after so many results.
func newModel(c *Constants, shapes int) *Model {
	m := &Model{
		constants: *c,
		noise:     c.Noise * c.Noise,
		wander:    c.Wander * c.Wander,
		spread:    c.Spread * c.Spread,
		dayEffect: c.DayEffect * c.DayEffect,
		shapes:    make([]shape, shapes),
	}
	m.shapes[0].skewT = newSkewT(c.FirstTail, 0)
	for n := 1; n < shapes; n++ {
		m.shapes[n].skewT = newSkewT(c.Tail+c.TailGain*float64(n-1), c.Skew)
	}
	return m
}

func (m *Model) shape(n int) *shape { return &m.shapes[min(n, len(m.shapes)-1)] }

// check refuses what is not finite, scales that are not above 0 and knots that
// do not increase.
func (c *Constants) check() error {
	for _, p := range parameters {
		v := *p.of(c)
		if math.IsNaN(v) || math.Abs(v) > 1e3 || p.positive && v <= 0 {
			return fmt.Errorf("%s %g: %w", p.name, v, ErrConstants)
		}
	}
	n := c.Newcomers
	if sum := n.Level + n.SexGap + n.Age + n.AgeSquared; math.IsNaN(sum) || math.IsInf(sum, 0) {
		return fmt.Errorf("newcomers %v: %w", n, ErrConstants)
	}
	for class := range c.Calibration.Shift {
		g := c.Calibration.curve(class)
		for k := 1; k < knots; k++ {
			if !(g.from[k] > g.from[k-1]) {
				return fmt.Errorf("calibration %d: %w", class, ErrConstants)
			}
		}
	}
	return nil
}
