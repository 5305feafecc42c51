package pooled

import "math"

// Version is that of the meaning of Constants: stored ones of another version
// must be estimated again.
const Version = 1

// Constants are what all runners share, in log time: 0.03 is about 3 %. They
// are what Estimate finds and what is worth storing.
type Constants struct {
	Version int `json:"version"`

	// Noise is the scale of a single race about the runner's level.
	Noise float64 `json:"noise"`
	// Wander is the scale of what a level moves in a year; the variance grows
	// with the time between two races.
	Wander float64 `json:"wander"`
	// Spread is the standard deviation of the levels of newcomers of one sex
	// and age.
	Spread float64 `json:"spread"`
	// Reversion is the share of its distance from where newcomers start that a
	// level loses in a year.
	Reversion float64 `json:"reversion"`
	// Drift is what a level moves in a year at 40, DriftByAge the change of
	// that for each ten years of age.
	Drift      float64 `json:"drift"`
	DriftByAge float64 `json:"drift_by_age"`
	// Learning is the change from a runner's first result to his second.
	Learning float64 `json:"learning"`

	// Tail is the degrees of freedom of a prediction after one result, TailGain
	// what each further result adds, FirstTail those before any result.
	Tail      float64 `json:"tail"`
	TailGain  float64 `json:"tail_gain"`
	FirstTail float64 `json:"first_tail"`
	// Skew is the logarithm of the ratio of the slow to the fast side's width,
	// halved.
	Skew float64 `json:"skew"`
	// Trust is the degrees of freedom of the weight that a surprise gets when a
	// level is updated; TrustSkew is added to the logarithm of its size where it
	// is slow, taken off where it is fast.
	Trust     float64 `json:"trust"`
	TrustSkew float64 `json:"trust_skew"`
	// Steadiness is how many results the common scale is worth beside a
	// runner's own.
	Steadiness float64 `json:"steadiness"`

	// DayEffect is the standard deviation of what a day does to all who ran.
	DayEffect float64 `json:"day_effect"`
	// CourseEffect is that between courses, CourseWander what a course (its
	// season, its way of timing) moves in a year.
	CourseEffect float64 `json:"course_effect"`
	CourseWander float64 `json:"course_wander"`
	// NewcomerWander is what the level of newcomers moves in a year.
	NewcomerWander float64 `json:"newcomer_wander"`

	Newcomers Newcomers `json:"newcomers"`
	// Calibration straightens the predictive distributions, see Calibration.
	Calibration Calibration `json:"calibration"`
}

// Newcomers says where runners start: the log of a first time is
//
//	Level ± SexGap/2 + Age a + AgeSquared a²,  a = (age - 40)/10
//
// with + for women and - for men; a is 0 where the age is not known. It is the
// only part of Constants that depends on the unit of the values.
type Newcomers struct {
	Level      float64 `json:"level"`
	SexGap     float64 `json:"sex_gap"`
	Age        float64 `json:"age"`
	AgeSquared float64 `json:"age_squared"`
}

// Default returns the constants of the runners of the Cherry Blossom Ten Mile
// Run of 1999 to 2008 (minutes over ten miles, yearly), rounded: what Estimate
// is pulled towards where a club has little to say.
func Default() Constants {
	return Constants{
		Version: Version,
		Noise:   0.031, Wander: 0.034, Spread: 0.13, Reversion: 0.015,
		Drift: 0.003, DriftByAge: 0.004, Learning: -0.011,
		Tail: 3.5, TailGain: 0.5, FirstTail: 11, Skew: 0.14,
		Trust: 6, TrustSkew: 0.7, Steadiness: 2,
		DayEffect: 0.015, CourseEffect: 0.03, CourseWander: 0.01, NewcomerWander: 0.01,
		Newcomers: Newcomers{Level: math.Log(90), SexGap: 0.135, Age: 0.027, AgeSquared: 0.0085},
	}
}

const (
	youngest, oldest = 15, 80
	middleAge        = 40
)

// decades returns age as the a of Newcomers, and whether it is known.
func decades(age float64) float64 {
	if !(age > 0) {
		return 0
	}
	return (min(max(age, youngest), oldest) - middleAge) / 10
}

// start returns the log time expected of a newcomer.
func (n *Newcomers) start(group int8, age float64) float64 {
	a := decades(age)
	x := n.Level + a*(n.Age+a*n.AgeSquared)
	switch group {
	case Men:
		x -= n.SexGap / 2
	case Women:
		x += n.SexGap / 2
	}
	return x
}

// drift returns what a level moves in so many years.
func (c *Constants) drift(age, years float64) float64 {
	return years * (c.Drift + c.DriftByAge*decades(age))
}
