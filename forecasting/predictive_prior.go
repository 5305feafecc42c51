package forecasting

import "fmt"

// Prior is what other series, those of a club's other runners, tell about this
// one. The zero value tells nothing.
//
// The variance σ² of the innovations is distributed as DF Scale² / χ²(DF), the
// scaled inverse chi-squared distribution. That has the weight of DF values
// before the first, with mean square Scale².
type Prior struct {
	Scale float64 // in the unit of the series, positive unless DF is 0
	DF    float64 // degrees of freedom, 1 or more (or 0, see above)
	Odd   Odd
}

// Odd describes how often, and by how much, a value is out of line: a race that
// was walked, or run injured or in the heat. With probability Share a future
// value comes from a distribution Spread times as wide as usual and Shift usual
// scales higher.
type Odd struct {
	Share  float64 // 0 to below 1
	Shift  float64
	Spread float64 // 1 or more unless Share is 0
}

// Times returns the prior for a series whose unit is 1/factor of that of p. For
// a relative prior (see EstimatePrior), factor is the level of the series.
func (p Prior) Times(factor float64) Prior {
	p.Scale *= factor
	return p
}

func (p Prior) check() error {
	if p == (Prior{}) {
		return nil
	}
	if !(p.DF >= 1 && p.DF <= largest && p.Scale > smallest && p.Scale <= largest) {
		return fmt.Errorf("scale %v with %v degrees of freedom: %w", p.Scale, p.DF, ErrPrior)
	}
	o := p.Odd
	if o == (Odd{}) {
		return nil
	}
	if !(0 <= o.Share && o.Share < 1 && -farthest <= o.Shift && o.Shift <= farthest && 1 <= o.Spread && o.Spread <= farthest) {
		return fmt.Errorf("odd values %+v: %w", o, ErrPrior)
	}
	return nil
}

// farthest is the largest shift and spread of odd values that a prior may have.
const farthest = 1e6

// split appends the parts that a part becomes when values may be odd.
func (o Odd) split(parts []part, usual part) []part {
	if o.Share == 0 {
		return append(parts, usual)
	}
	odd := part{usual.weight * o.Share, usual.location + o.Shift*usual.scale, usual.scale * o.Spread}
	usual.weight *= 1 - o.Share
	return append(parts, usual, odd)
}
