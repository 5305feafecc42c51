package pooled

import (
	"math"
	"slices"
)

// Exponent is k of P. S. Riegel's formula (1981, Athletic records and human
// endurance, American Scientist 69)
//
//	T2 = T1 (D2/D1)^k
//
// as a club knows it: K of its typical runner, the standard error SD of that,
// and the standard deviation Between of the k of its runners.
type Exponent struct {
	K       float64 `json:"k"`
	SD      float64 `json:"sd"`
	Between float64 `json:"between"`
}

// DefaultExponent is what is believed before any runner was seen at two
// distances: Riegel's 1.06 for men's records; recreational runners slow down
// more (A. J. Vickers and E. A. Vertosick 2016, An empirical study of race times
// in recreational endurance runners, BMC Sports Science, Medicine and
// Rehabilitation 8).
func DefaultExponent() Exponent { return Exponent{K: 1.07, SD: 0.015, Between: 0.03} }

// betweenWorth is how many runners the Between of the default is worth.
const betweenWorth = 20

// Source is what is known of a runner's time at one distance: the mean and
// variance of the logarithm of it.
type Source struct {
	Metres   float64
	Location float64
	Variance float64
}

// Source returns what a runner's state at one distance says on a later day; the
// time since his last race there is in the variance.
func (m *Model) Source(s State, metres float64, day int, age float64) Source {
	v := m.ahead(&s, day, Unknown, age, Walk{})
	return Source{metres, v.level, v.variance}
}

// Pair is what one runner did at two distances at about the same time.
type Pair struct {
	Series int
	A, B   Source
}

// ratio returns the exponent that a pair implies and its variance; ok is false
// where the distances are too close to tell.
func (p *Pair) ratio() (k, variance float64, ok bool) {
	x := math.Log(p.B.Metres / p.A.Metres)
	if !(math.Abs(x) > closest) {
		return 0, 0, false
	}
	k = (p.B.Location - p.A.Location) / x
	variance = (p.A.Variance + p.B.Variance) / (x * x)
	return k, variance, !math.IsNaN(k) && variance > 0 && !math.IsInf(variance, 0)
}

// closest is the logarithm of the ratio of two distances that tells of k.
const closest = 0.2

// EstimateExponent combines the pairs of a club with the default: for each runner
// the mean of his pairs by precision, the spread between runners by the moments
// of R. DerSimonian and N. Laird (1986, Meta-analysis in clinical trials,
// Controlled Clinical Trials 7), and K by precision with the weights of a Student
// t, so that a walked race counts little. Pairs that tell nothing are passed over.
func EstimateExponent(pairs []Pair) Exponent {
	prior := DefaultExponent()
	runners := byRunner(pairs)
	between := spreadBetween(runners, prior)
	e := prior
	for range exponentSteps {
		precision := 1 / (prior.SD * prior.SD)
		sum := precision * prior.K
		for _, r := range runners {
			variance := r.variance + between
			z := (r.k - e.K) / math.Sqrt(variance)
			w := (exponentTail + 1) / (exponentTail + z*z) / variance
			precision += w
			sum += w * r.k
		}
		e.K, e.SD = sum/precision, 1/math.Sqrt(precision)
	}
	e.Between = math.Sqrt(between)
	return e
}

const (
	exponentSteps = 20
	exponentTail  = 4 // degrees of freedom of the weights
)

// slowing is the exponent of one runner.
type slowing struct{ k, variance float64 }

// byRunner averages the pairs of each runner, in the order of Series.
func byRunner(pairs []Pair) []slowing {
	type sums struct{ precision, weighted float64 }
	of := map[int]sums{}
	var order []int
	for i := range pairs {
		k, variance, ok := pairs[i].ratio()
		if !ok {
			continue
		}
		s, seen := of[pairs[i].Series]
		if !seen {
			order = append(order, pairs[i].Series)
		}
		of[pairs[i].Series] = sums{s.precision + 1/variance, s.weighted + k/variance}
	}
	slices.Sort(order)
	runners := make([]slowing, len(order))
	for i, series := range order {
		s := of[series]
		runners[i] = slowing{s.weighted / s.precision, 1 / s.precision}
	}
	return runners
}

// spreadBetween is the variance of k between runners, pulled towards the
// default.
func spreadBetween(runners []slowing, prior Exponent) float64 {
	var w, wk, ww float64
	for _, r := range runners {
		w += 1 / r.variance
		wk += r.k / r.variance
		ww += 1 / (r.variance * r.variance)
	}
	moments := prior.Between * prior.Between
	n := float64(len(runners))
	if scale := w - ww/w; len(runners) > 1 && scale > 0 {
		q := 0.0
		for _, r := range runners {
			z := min(math.Abs(r.k-wk/w)/math.Sqrt(r.variance+moments), exponentClip)
			q += z * z * (r.variance + moments) / r.variance
		}
		moments = max(0, (q-(n-1))/scale)
	}
	return (betweenWorth*prior.Between*prior.Between + n*moments) / (betweenWorth + n)
}

// exponentClip bounds what one runner adds to the spread.
const exponentClip = 3
