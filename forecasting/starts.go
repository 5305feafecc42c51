package forecasting

import (
	"math"
	"sync"
)

// The likelihood of an ARMA model has more than one maximum more often than
// not, some of them in narrow corners. So points spread over all partial
// autocorrelations are looked at, and the optimiser starts from no correlation
// at all, from the best of them that lie apart, and from pairs of roots next to
// the unit circle (see pairing). The figures were found by measuring.
const (
	screened = 32 // points looked at for each parameter
	climbs   = 6  // starts taken from them
	apart    = 1  // distance of starts in one partial autocorrelation at least
)

// effort is how many starts are taken, and how many points looked at for each
// parameter to find them. Longer series have fewer maxima and cost more. Pairs of
// roots are looked at where the order is given or all orders are wanted: what they
// find lies next to the unit circle, and would be passed over step by step.
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

// effortFor returns what a series of n values is worth.
func effortFor(n int) effort {
	switch {
	case n <= thoroughLength:
		return thorough
	case n <= frugalLength:
		return frugal
	}
	return single
}

// searchEffort is effortFor where one of many models is to be chosen: brisk
// chooses as well on the reference, in 60 % of the time.
func searchEffort(n int) effort {
	if n <= briskLength {
		return brisk
	}
	return effortFor(n)
}

// paired is the same effort, with pairs of roots where it is thorough.
func (e effort) paired() effort {
	e.pairs = e == thorough
	return e
}

// point is a starting value and the partial autocorrelations it stands for.
type point struct {
	x, r vector
}

// screens holds the points looked at for each number of parameters.
var screens = sync.OnceValue(func() (table [maxParameters + 1][]point) {
	for k := 1; k <= maxParameters; k++ {
		table[k] = spread(k, screened*k)
	}
	return table
})

// spread returns n points that fill (-1,1)^k evenly but more densely towards
// its faces: the additive recurrence of the powers of the inverse of the root
// of g^(k+1) = g + 1 (L. Kuipers and H. Niederreiter 1974, Uniform Distribution
// of Sequences, chapter 2), bent by a sine.
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

// lowest returns the best point that lies apart from those taken, or -1.
func (e *estimator) lowest(points []point, k int) int {
	best, at := math.Inf(1), -1
	for i := range points {
		if e.height[i] < best && e.distant(points, i, k) {
			best, at = e.height[i], i
		}
	}
	return at
}

// distant tells whether point i lies apart from those taken.
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
