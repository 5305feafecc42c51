package pooled

import "math"

// State is what is known of one runner after his results so far. The zero value
// is that of a runner without any.
type State struct {
	N   int `json:"n"`   // results
	Day int `json:"day"` // of the last
	// Level is the log time of the runner on a course and day without effect,
	// Variance its uncertainty in units of Scale.
	Level    float64 `json:"level"`
	Variance float64 `json:"variance"`
	// Home is where runners like this one start.
	Home float64 `json:"home"`
	// Squares is the sum of the runner's squared surprises, each bounded and in
	// units of what was expected of all.
	Squares float64 `json:"squares"`
}

// scale is how much more the runner varies than most: the mean of his squared
// surprises and of Steadiness ones of size 1 (West and Harrison 1997, section
// 4.5).
func (m *Model) scale(s *State) float64 {
	own := float64(max(s.N-1, 0))
	return (m.constants.Steadiness + s.Squares) / (m.constants.Steadiness + own)
}

// view is what is expected of a runner on a day, apart from the day's effect.
type view struct {
	n        int
	level    float64
	variance float64 // of the level
	noise    float64 // of one race
	scale    float64
	home     float64
}

// ahead returns the view of a runner on a day not before his last:
//
//	level    = home + r (level - home) + drift(age) years + learning after the first
//	variance = scale (r² variance + wander² (1 - r²)/(2 reversion))
//
// with r = exp(-reversion years), an Ornstein-Uhlenbeck process: over years that
// a runner may live through much like a random walk of variance wander² years,
// and bounded over more.
func (m *Model) ahead(s *State, day int, group int8, age float64, newcomers Walk) view {
	if s.N == 0 {
		home := m.constants.Newcomers.start(group, age) + newcomers.Mean
		return view{level: home, home: home, variance: m.spread + newcomers.Variance, noise: m.noise, scale: 1}
	}
	years := yearsBetween(s.Day, day)
	reversion := m.constants.Reversion
	keep := math.Exp(-reversion * years)
	wandered := -math.Expm1(-2*reversion*years) / (2 * reversion)
	v := view{n: s.N, home: s.Home, scale: m.scale(s)}
	v.level = s.Home + keep*(s.Level-s.Home) + m.constants.drift(age, years)
	if s.N == 1 {
		v.level += m.constants.Learning
	}
	v.variance = v.scale * (keep*keep*s.Variance + m.wander*wandered)
	v.noise = v.scale * m.noise
	return v
}

// update moves a runner by what his log time x says, the effect of the day
// taken out:
//
//	gain = variance / (variance + noise/weight),  weight = (ν+1)/(ν+z²), at most 1
//
// where z is the standardised surprise, stretched on the slow side: a walked race
// says little, a fast one much (Meinhold and Singpurwalla 1989).
func (m *Model) update(s *State, v view, day int, x, effect, effectVariance float64) {
	surprise := x - v.level - effect
	noise := v.noise + effectVariance
	z := surprise / math.Sqrt(v.variance+noise)
	gain := v.variance / (v.variance + noise/m.trust(z))
	if v.n > 0 {
		s.Squares += v.scale * m.shape(v.n).square(z)
	}
	s.N, s.Day, s.Home = s.N+1, day, v.home
	s.Level = v.level + gain*surprise
	s.Variance = (1 - gain) * v.variance / v.scale
}

// trust is the weight of an observation with surprise z.
func (m *Model) trust(z float64) float64 {
	nu, stretch := m.constants.Trust, m.constants.TrustSkew
	if z < 0 {
		stretch = -stretch
	}
	return min(1, (nu+1)/(nu+z*z*math.Exp(2*stretch)))
}
