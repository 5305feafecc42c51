package forecasting

import (
	"math"
	"sync"
)

// The likelihood of an ARMA model usually has more than one maximum, some of
// them in narrow corners. Points spread over all partial autocorrelations are
// therefore examined, and the optimiser starts from no correlation at all, from
// the best points that lie apart, and from pairs of roots next to the unit
// circle (see pairing). The numbers were found by measurement.
const (
	screened = 32 // points looked at for each parameter
	climbs   = 6  // starts taken from them
	apart    = 1  // distance of starts in one partial autocorrelation at least
)

// effort is the number of starts, and the number of points examined for each
// parameter to find them. Longer series have fewer maxima and cost more. Pairs
// of roots are examined if the order is given or all orders are tried: what
// they find lies next to the unit circle, and the stepwise search would skip
// it.
type effort struct {
	screened, climbs int
	pairs            bool
}

var (
	thorough = effort{screened: screened, climbs: climbs} // up to thoroughLength values
	brisk    = effort{screened: 12, climbs: 3}            // in a search, up to briskLength
	frugal   = effort{screened: 8, climbs: 2}             // up to frugalLength
	single   = effort{}                                   // from no correlation only
)

const (
	briskLength    = 100
	thoroughLength = 200
	frugalLength   = 2000
)

// effortFor returns the effort for a series of n values.
func effortFor(n int) effort {
	switch {
	case n <= thoroughLength:
		return thorough
	case n <= frugalLength:
		return frugal
	}
	return single
}

// searchEffort returns the effort for choosing one of many models. brisk
// chooses as well on the reference series, in 60 % of the time.
func searchEffort(n int) effort {
	if n <= briskLength {
		return brisk
	}
	return effortFor(n)
}

// paired returns the same effort, with pairs of roots if it is thorough.
func (e effort) paired() effort {
	e.pairs = e == thorough
	return e
}

// point is a starting value with the partial autocorrelations that it
// represents.
type point struct {
	x, r vector
}

// screens holds the points examined for each number of parameters.
var screens = sync.OnceValue(func() (table [maxParameters + 1][]point) {
	for k := 1; k <= maxParameters; k++ {
		table[k] = spread(k, screened*k)
	}
	return table
})

// spread returns n points that fill (-1,1)^k evenly, but more densely towards
// its faces: the additive recurrence of the powers of the inverse of the root
// of g^(k+1) = g + 1 (L. Kuipers and H. Niederreiter 1974, Uniform Distribution
// of Sequences, chapter 2), transformed by a sine.
func spread(k, n int) []point {
	g := 2.0
	for range 60 {
		g = math.Pow(1+g, 1/float64(k+1))
	}
	points := make([]point, n)
	for i := range points {
		for j := range k {
			_, share := math.Modf(0.5 + float64(i+1)*math.Pow(g, -float64(j+1)))
			points[i].r[j] = 0.99 * math.Sin(math.Pi*(share-0.5))
			points[i].x[j] = math.Atanh(points[i].r[j])
		}
	}
	return points
}

// starts sets e.start to the starting values for a model.
func (e *estimator) starts(s spec) {
	k := s.p + s.q
	e.start = append(e.start[:0], vector{})
	if k == 0 {
		return
	}
	points := screens()[k][:e.effort.screened*k]
	for i := range points {
		e.height[i] = e.like.evaluate(points[i].x[:k], nil)
	}
	e.rivals = e.rivals[:0]
	e.pairStarts(s)
	for range e.effort.climbs {
		i := e.lowest(points, k)
		if i < 0 {
			return
		}
		e.rivals = append(e.rivals, i)
		e.start = append(e.start, points[i].x)
	}
}

// lowest returns the best point that lies apart from those chosen, or -1.
func (e *estimator) lowest(points []point, k int) int {
	best, at := math.Inf(1), -1
	for i := range points {
		if e.height[i] < best && e.distant(points, i, k) {
			best, at = e.height[i], i
		}
	}
	return at
}

// distant reports whether point i lies apart from those chosen.
func (e *estimator) distant(points []point, i, k int) bool {
	for _, taken := range e.rivals {
		distance := 0.0
		for j := range k {
			distance = max(distance, math.Abs(points[i].r[j]-points[taken].r[j]))
		}
		if distance < apart {
			return false
		}
	}
	return true
}
