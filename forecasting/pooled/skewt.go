package pooled

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// skewT is Student's t with ν degrees of freedom in two pieces (C. Fernández and
// M. F. J. Steel 1998, On Bayesian modeling of fat tails and skewness, Journal of
// the American Statistical Association 93), moved so that its median is 0:
//
//	f(z) = 2/(left+right) t(u; ν),  u = (z - mode)/left below the mode, /right above
//
// with left = exp(-skew), right = exp(skew).
type skewT struct {
	nu          float64
	left, right float64
	mode        float64
	constant    float64 // log of the density at the mode
}

// newSkewT returns the distribution with ν degrees of freedom and this skew,
// above 0 where the right (slow) side is the heavier.
func newSkewT(nu, skew float64) skewT {
	s := skewT{nu: nu, left: math.Exp(-skew), right: math.Exp(skew)}
	upper, _ := math.Lgamma((nu + 1) / 2)
	lower, _ := math.Lgamma(nu / 2)
	s.constant = math.Log(2/(s.left+s.right)) + upper - lower - math.Log(nu*math.Pi)/2
	s.mode = -s.quantile(0.5)
	return s
}

// standard returns z in units of the piece that it falls in, and that unit.
func (s *skewT) standard(z float64) (u, unit float64) {
	z -= s.mode
	unit = s.right
	if z < 0 {
		unit = s.left
	}
	return z / unit, unit
}

// logDensity is the logarithm of f.
func (s *skewT) logDensity(z float64) float64 {
	u, _ := s.standard(z)
	return s.constant - (s.nu+1)/2*math.Log1p(u*u/s.nu)
}

// slope returns minus the derivative of log f, and the weight that makes it
// linear: slope = weight (z - mode). It is what iterated reweighting needs (P. J.
// Huber 1981, Robust statistics, section 7.8).
func (s *skewT) slope(z float64) (slope, weight float64) {
	u, unit := s.standard(z)
	w := (s.nu + 1) / (s.nu + u*u) / unit
	return w * u, w / unit
}

// square returns a bounded square of z that has mean 1 under f.
func (s *skewT) square(z float64) float64 {
	u, _ := s.standard(z)
	return (s.nu + 1) * u * u / (s.nu + u*u)
}

// quantile is the inverse of cdf, for 0 < p < 1.
func (s *skewT) quantile(p float64) float64 {
	t := distuv.StudentsT{Sigma: 1, Nu: s.nu}
	below := s.left / (s.left + s.right)
	if p < below {
		return s.mode + s.left*t.Quantile(p/(2*below))
	}
	return s.mode - s.right*t.Quantile((1-p)/(2*(1-below)))
}

// cdf is the probability of less than z.
func (s *skewT) cdf(z float64) float64 {
	u, _ := s.standard(z)
	t := distuv.StudentsT{Sigma: 1, Nu: s.nu}
	below := s.left / (s.left + s.right)
	if u < 0 {
		return 2 * below * t.CDF(u)
	}
	return 1 - 2*(1-below)*t.CDF(-u)
}
