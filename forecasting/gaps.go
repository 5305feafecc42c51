package forecasting

import "math"

// observations is a series from its first to its last observed value, with
// straight lines across missing values.
type observations struct {
	y       []float64
	missing []int // their places in y
	ahead   int   // values missing after the last present
}

// observe finds the missing values (NaN). At least one value must be present.
func observe(y []float64) observations {
	first, last := 0, len(y)-1
	for math.IsNaN(y[first]) {
		first++
	}
	for math.IsNaN(y[last]) {
		last--
	}
	o := observations{y: y[first : last+1], ahead: len(y) - 1 - last}
	for t, v := range o.y {
		if math.IsNaN(v) {
			o.missing = append(o.missing, t)
		}
	}
	if o.missing != nil {
		o.y = bridge(o.y)
	}
	return o
}

// bridge returns y with straight lines across its gaps, none of which may be at
// an end.
func bridge(y []float64) []float64 {
	filled := append([]float64(nil), y...)
	left := 0
	for t, v := range y {
		if math.IsNaN(v) {
			continue
		}
		for gap := left + 1; gap < t; gap++ {
			share := float64(gap-left) / float64(t-left)
			filled[gap] = y[left] + share*(v-y[left])
		}
		left = t
	}
	return filled
}

// count returns the number of values present.
func (o observations) count() int { return len(o.y) - len(o.missing) }

// weight returns the length of a series without gaps that takes as long to fit.
// The formula was found by measurement.
func (o observations) weight() int {
	m := len(o.missing)
	return len(o.y) + len(o.y)*m*m/200
}

// stretch returns log|∂(y[a], y[b])/∂(y[0], y[1])| along straight lines, where
// a = 0 and b are the first two values present. It makes the likelihood after
// two differences that of the other values given these two.
func (o observations) stretch(d int) float64 {
	if d < 2 {
		return 0
	}
	b := 1
	for _, place := range o.missing {
		if place == b {
			b++
		}
	}
	return math.Log(float64(b))
}

// present returns the values of y that are not missing, or y itself if none is.
func present(y []float64) []float64 {
	for t, v := range y {
		if math.IsNaN(v) {
			there := append([]float64(nil), y[:t]...)
			for _, v := range y[t:] {
				if !math.IsNaN(v) {
					there = append(there, v)
				}
			}
			return there
		}
	}
	return y
}

// gaps holds the missing values as unknowns with a flat prior, each with its
// share in the differenced series. Integrating them out gives the exact
// likelihood of the observed values (V. Gómez, A. Maravall and D. Peña 1999,
// Missing observations in ARIMA models: skipping approach versus additive
// outlier approach, Journal of Econometrics 88).
type gaps struct {
	inputs [][]float64 // the differenced unit impulses
	places []impulse   // where they are not 0
}

// gaps returns the missing values of o after d differences.
func (o observations) gaps(d int) gaps {
	var g gaps
	for _, place := range o.missing {
		unit := make([]float64, len(o.y))
		unit[place] = 1
		g.inputs = append(g.inputs, difference(unit, d))
		g.places = append(g.places, impulse{
			start: -1,
			from:  max(place-d, 0),
			last:  min(place, len(o.y)-d-1),
		})
	}
	return g
}
