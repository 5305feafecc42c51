package pooled

import "math"

// Warning says why a conversion between distances deserves doubt.
type Warning int

// The warnings.
const (
	NoWarning Warning = iota
	// BeyondMarathon is for a source or a target longer than a marathon.
	BeyondMarathon
	// FormulasPart is where Riegel's and Cameron's formulas differ by more than
	// 10 %.
	FormulasPart
)

const (
	marathon   = 42_195
	courseSlop = 1.01 // a course may be this much longer than its name
	partAt     = 0.10
	riegel     = 1.06
	farthest   = 300_000 // metres, where Cameron's formula breaks down
)

// warn compares the formulas from the source nearest in distance.
func warn(sources []Source, metres float64) (Warning, float64) {
	nearest, longest := sources[0].Metres, metres
	for _, s := range sources {
		if math.Abs(math.Log(metres/s.Metres)) < math.Abs(math.Log(metres/nearest)) {
			nearest = s.Metres
		}
		longest = max(longest, s.Metres)
	}
	apart := disagreement(nearest, metres)
	switch {
	case longest > marathon*courseSlop:
		return BeyondMarathon, apart
	case apart > partAt:
		return FormulasPart, apart
	}
	return NoWarning, apart
}

// disagreement is how far the larger of the times by Riegel's and by Cameron's
// formula lies above the smaller (0.1 is 10 %).
func disagreement(from, to float64) float64 {
	ratio := math.Log(to / from)
	cameron := ratio + math.Log(cameronSpeed(from)/cameronSpeed(to))
	return math.Expm1(math.Abs(cameron - riegel*ratio))
}

// cameronSpeed is D. F. Cameron's (1998, Time-equivalence model) of world best
// times over so many metres, up to a factor.
func cameronSpeed(metres float64) float64 {
	d := min(metres, farthest)
	return 13.49681 - 0.000030363*d + 835.7114/math.Pow(d, 0.7905)
}
