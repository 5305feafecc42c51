package pooled

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// calibrationClasses are the classes by number of earlier results that are
// straightened apart: none, 1 or 2, 3 or 4, 5 and more.
const calibrationClasses = 4

// calibrationShrinkage is how many results beyond a knot the knot's own place
// is worth.
const calibrationShrinkage = 60

// knotProbabilities are where the curves are pinned.
var knotProbabilities = [...]float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99}

const knots = len(knotProbabilities)

// normalKnots are the normal quantiles of knotProbabilities.
var normalKnots = func() (z [knots]float64) {
	for k, p := range knotProbabilities {
		z[k] = distuv.UnitNormal.Quantile(p)
	}
	return z
}()

// Calibration corrects the shape of the predictive distributions by how past
// results fell into them. With F the distribution of the model and w = Φ⁻¹(F(x))
// its normal score, Shift[class][k] is how far the quantile of the scores of the
// training results at the k-th of eleven probabilities from 0.01 to 0.99 lies
// from the normal one, both measured from the median, shrunk towards 0 by the
// number of results beyond it. (Where the median of the scores lies is mostly
// what a few race days had in common, and says nothing of the next.) The
// corrected distribution is Φ(g(w)) with g linear between those points. The zero
// value corrects nothing. (A. P. Dawid 1984, Statistical theory: the prequential
// approach, Journal of the Royal Statistical Society A 147.)
type Calibration struct {
	Shift [calibrationClasses][knots]float64 `json:"shift"`
}

// calibrationClass returns the class of a prediction from n earlier results.
func calibrationClass(n int) int {
	switch {
	case n == 0:
		return 0
	case n <= 2:
		return 1
	case n <= 4:
		return 2
	}
	return 3
}

// curve is one class's g.
type curve struct{ from, to [knots]float64 }

func (c *Calibration) curve(class int) curve {
	var g curve
	for k := range knots {
		g.from[k] = normalKnots[k] + c.Shift[class][k]
	}
	g.to = normalKnots
	return g
}

// apply maps a score of the model to a calibrated one.
func (g *curve) apply(w float64) float64 { return interpolate(&g.from, &g.to, w) }

// invert is the inverse of apply.
func (g *curve) invert(w float64) float64 { return interpolate(&g.to, &g.from, w) }

// interpolate is linear between the knots and has slope 1 beyond them.
func interpolate(from, to *[knots]float64, w float64) float64 {
	last := knots - 1
	switch {
	case w <= from[0]:
		return w - from[0] + to[0]
	case w >= from[last]:
		return w - from[last] + to[last]
	}
	k := 1
	for w > from[k] {
		k++
	}
	share := (w - from[k-1]) / (from[k] - from[k-1])
	return to[k-1] + share*(to[k]-to[k-1])
}

// calibrate finds the curves from the normal scores of predictions by class.
// The scores are sorted in place.
func calibrate(scores *[calibrationClasses][]float64) Calibration {
	var c Calibration
	for class := range scores {
		w := scores[class]
		slices.Sort(w)
		if len(w) == 0 {
			continue
		}
		middle := quantile(w, 0.5)
		for k, p := range knotProbabilities {
			beyond := float64(len(w)) * min(p, 1-p)
			shrink := beyond / (beyond + calibrationShrinkage)
			c.Shift[class][k] = shrink * (quantile(w, p) - middle - normalKnots[k])
		}
		monotone(&c.Shift[class])
	}
	return c
}

// monotone makes the knots strictly increasing.
func monotone(shift *[knots]float64) {
	const least = 1e-3
	for k := 1; k < knots; k++ {
		low := normalKnots[k-1] + shift[k-1] + least
		shift[k] = max(shift[k], low-normalKnots[k])
	}
}

// quantile interpolates between sorted values (definition 5 of R. J. Hyndman
// and Y. Fan 1996, Sample quantiles in statistical packages, The American
// Statistician 50).
func quantile(sorted []float64, p float64) float64 {
	h := p*float64(len(sorted)) - 0.5
	if h <= 0 {
		return sorted[0]
	}
	k := int(math.Floor(h))
	if k >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[k] + (h-float64(k))*(sorted[k+1]-sorted[k])
}
