package forecasting

import (
	"math"
	"sync"
)

// angles is the number of root angles examined between 0 and π.
const angles = 24

// pairing is a pair of roots of φ and one of θ at the same angle, which nearly
// cancel. The likelihood has maxima between such roots next to the unit circle,
// which describe a wave that hardly decays. Each is too narrow to be found from
// points spread over the whole space.
type pairing struct {
	ar, ma float64 // moduli of the inverse roots
	climbs int     // starts taken
}

// pairings were found by measurement. With them, none of 597 fits to the
// reference series ended lower than the best of 300 random starts (without,
// five did), and 19 of 769 fits to simulated ones did, most of these with p = q
// = 3 (without, 71).
var pairings = [...]pairing{{0.8, 0.95, 5}, {0.99, 0.95, 2}}

// unpaired is for p < 2, where there is only the pair of θ, and one start.
var unpaired = pairing{0, 0.95, 1}

// inverseRoots returns the x (see levinson.set) of 1 - 2 ρ cos ω z + ρ² z² for
// each angle.
func inverseRoots(modulus float64) (list [angles][2]float64) {
	square := modulus * modulus
	for i := range list {
		angle := math.Pi * (float64(i) + 0.5) / angles
		list[i] = [2]float64{math.Atanh(2 * modulus * math.Cos(angle) / (1 + square)), math.Atanh(-square)}
	}
	return list
}

// pairTable holds inverseRoots of the moduli above.
var pairTable = sync.OnceValue(func() map[float64][angles][2]float64 {
	table := map[float64][angles][2]float64{}
	for _, p := range append(pairings[:], unpaired) {
		table[p.ar], table[p.ma] = inverseRoots(p.ar), inverseRoots(p.ma)
	}
	return table
})

// pairStarts adds the best pairings to the starting values.
func (e *estimator) pairStarts(s spec) {
	switch {
	case !e.effort.pairs || s.q < 2:
	case s.p < 2:
		e.pairStart(s, unpaired)
	default:
		for _, p := range pairings {
			e.pairStart(s, p)
		}
	}
}

// pairStart adds the angles at which a pairing is better than at both
// neighbouring angles.
func (e *estimator) pairStart(s spec, p pairing) {
	var points [angles]vector
	ar, ma := pairTable()[p.ar], pairTable()[p.ma]
	height := e.height[:angles]
	for i := range points {
		x := &points[i]
		switch {
		case s.p == 1:
			x[0] = 1 // between a mean and a unit root
		case s.p > 1:
			copy(x[:], ar[i][:])
		}
		copy(x[s.p:], ma[i][:])
		height[i] = e.like.evaluate(x[:s.p+s.q], nil)
	}
	for range p.climbs {
		i := valley(height)
		if i < 0 {
			return
		}
		e.start = append(e.start, points[i])
		height[i] = math.Inf(-1) // it still keeps its neighbours from being valleys
	}
}

// valley returns the index of the lowest finite height that is below both
// neighbours, or -1.
func valley(height []float64) int {
	at := -1
	for i, v := range height {
		if math.IsInf(v, 0) || i > 0 && height[i-1] < v || i+1 < len(height) && height[i+1] < v {
			continue
		}
		if at < 0 || v < height[at] {
			at = i
		}
	}
	return at
}

// pressed is an x that represents a partial autocorrelation on the unit circle.
const pressed = 9

// press moves the parameters of the best estimate to the unit circle if that is
// better. The optimiser stops short of it, because the likelihood flattens out.
func (e *estimator) press(s spec) error {
	for i := range s.p + s.q {
		x := e.best.x
		x[i] = math.Copysign(pressed, x[i])
		if e.like.evaluate(x[:s.p+s.q], nil) < e.best.value {
			if err := e.climb(s, x); err != nil {
				return err
			}
		}
	}
	return nil
}
