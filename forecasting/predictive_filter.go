package forecasting

import "math"

// filtered is the result of running the Kalman filter of a structure over a
// series (R. E. Kalman 1960, A new approach to linear filtering and prediction
// problems, Journal of Basic Engineering 82). It runs on three columns at once:
// the values, the ones that the level multiplies, and the times that the slope
// multiplies. Times count from the last value, and values from the first that
// is not missing.
type filtered struct {
	*structure

	origin   float64
	signal   column3 // a after the last value
	variance float64 // of it
	// Sums of products of the columns' innovations, standardised; the logarithm
	// of the determinant of the covariance matrix.
	products [3]column3
	logDet   float64
}

// column3 has an element for each of the columns: values, ones, times.
type column3 [3]float64

const (
	ofValues = iota
	ofLevel
	ofSlope
)

// filter runs the Kalman filter over y. A missing value is a step without an
// observation.
func (s *structure) filter(y []float64) *filtered {
	f := &filtered{structure: s, variance: s.start, origin: firstObserved(y)}
	for t, v := range y {
		if t > 0 {
			f.step()
		}
		if !math.IsNaN(v) {
			f.observe(column3{v - f.origin, 1, float64(t - len(y) + 1)})
		}
	}
	return f
}

// step advances the signal by one time.
func (f *filtered) step() {
	f.variance = f.phi*f.phi*f.variance + f.structure.signal
	for i := range f.signal {
		f.signal[i] *= f.phi
	}
}

// observe processes the next elements of the columns.
func (f *filtered) observe(x column3) {
	total := f.variance + f.noise
	gain := f.variance / total
	for i := range x {
		x[i] -= f.signal[i]
	}
	for i := range x {
		f.signal[i] += gain * x[i]
		scaled := x[i] / total
		for j := range i + 1 {
			f.products[i][j] += scaled * x[j]
		}
	}
	f.variance *= 1 - gain
	f.logDet += math.Log(total)
}

// regression estimates level and slope from the series, by generalised least
// squares with the prior of the slope.
type regression struct {
	level, slope float64
	inverse      [3]float64 // of XᵀC⁻¹X: level, both, slope
	rest         float64    // sum of squares left, the slope's square by its prior among them
	logDet       float64    // log|C| + log|XᵀC⁻¹X|, and the prior's log-variance
}

// regress returns the regression for a slope with the given prior standard
// deviation; 0 is for no slope.
func (f *filtered) regress(deviation float64) regression {
	p := &f.products
	one, both := p[ofLevel][ofLevel], p[ofSlope][ofLevel]
	level, slope := p[ofLevel][ofValues], p[ofSlope][ofValues]
	whole := p[ofValues][ofValues]
	if deviation == 0 {
		r := regression{level: level / one, inverse: [3]float64{1 / one}}
		r.rest = max(whole-r.level*level, rounding*whole)
		r.logDet = f.logDet + math.Log(one)
		return r
	}
	prior := deviation * deviation
	square := p[ofSlope][ofSlope] + 1/prior
	det := one*square - both*both
	r := regression{inverse: [3]float64{square / det, -both / det, one / det}}
	r.level = r.inverse[0]*level + r.inverse[1]*slope
	r.slope = r.inverse[1]*level + r.inverse[2]*slope
	r.rest = max(whole-r.level*level-r.slope*slope, rounding*whole)
	r.logDet = f.logDet + math.Log(det*prior)
	return r
}

// ahead returns the mean and variance, in units of σ², of the value a number of
// steps after the last.
func (f *filtered) ahead(r *regression, steps int) (mean, variance float64) {
	h := float64(steps)
	decay := math.Pow(f.phi, h)
	grown := h // Σ φ^2i, i < steps
	if f.phi < 1 {
		grown = (1 - decay*decay) / (1 - f.phi*f.phi)
	}
	level := 1 - decay*f.signal[ofLevel]
	slope := h - decay*f.signal[ofSlope]
	mean = f.origin + decay*f.signal[ofValues] + level*r.level + slope*r.slope
	variance = decay*decay*f.variance + grown*f.structure.signal + f.noise +
		level*level*r.inverse[0] + 2*level*slope*r.inverse[1] + slope*slope*r.inverse[2]
	return mean, variance
}
