package seed

import (
	"math"

	"runnerdb/club"
)

// athlete is a runner with abilities that the records never hold.
type athlete struct {
	club.Runner
	// born is the true birth date, which may be missing from the records.
	born    club.Date
	bornDay int
	// tenK is the time in minutes for 10 km at the best age, on a flat course
	// on an average day.
	tenK float64
	// stamina is the exponent by which time grows with distance (Riegel, 1981,
	// "Athletic records and human endurance", American Scientist 69).
	stamina float64
	// trend is the relative change of times in a year, through training or
	// idleness.
	trend float64
	// form is the relative standard deviation of the time on one day.
	form float64
	club string
}

func (a *athlete) bornOn(date club.Date) {
	a.born, a.bornDay = date, date.DaysSince(epoch)
}

// train draws abilities from those of an average club.
func (a *athlete) train(d dice) {
	middle := 50.0
	if a.Sex == club.Female {
		middle = 56.5
	}
	a.tenK = middle * math.Exp(d.bell(0.17, 3.2))
	a.stamina = 1.08 + d.bell(0.018, 1.6)
	a.trend = d.bell(0.008, 2)
	a.form = 0.018 + 0.022*d.Float64()
}

// expected returns the athlete's expected time in minutes.
func (a *athlete) expected(f *fixture) float64 {
	years := float64(f.day-a.bornDay) / 365.25
	trend := 1 + a.trend*(float64(f.day)/365.25-24)
	return a.tenK * math.Pow(float64(f.Length)/10_000, a.stamina) * ageFactor(years) * trend * f.going
}

// race draws the athlete's time on the day, in minutes.
func (a *athlete) race(f *fixture, d dice) float64 {
	return a.expected(f) * (1 + d.bell(a.form, 2.5))
}

// ageFactor returns how much longer the young and the old take: 1 from 20 to
// 33, then about as in the age-grading tables for the road, with a little less
// than 1 % a year up to 60 and more after.
func ageFactor(years float64) float64 {
	switch {
	case years < 20:
		return 1 + 0.02*(20-years)
	case years < 33:
		return 1
	case years < 60:
		return 1 + 0.0075*(years-33)
	default:
		return 1.2025 + 0.015*(years-60)
	}
}

// mayRun reports whether the athlete may enter: old enough, a woman if it is a
// women's race, and likely to make the cut-off.
func (a *athlete) mayRun(f *fixture) bool {
	switch {
	case f.women && a.Sex != club.Female:
		return false
	case club.AgeOn(a.born, f.HeldOn) < minimumAge(f.Length):
		return false
	default:
		return a.expected(f) < 0.97*f.cutoff
	}
}

// minimumAge returns the minimum age that Athletics South Africa sets for a
// road race of this length.
func minimumAge(length club.Metres) int {
	switch {
	case length <= 5_000:
		return 9
	case length <= 10_000:
		return 14
	case length <= 15_000:
		return 15
	case length <= 21_100:
		return 16
	case length <= 32_000:
		return 19
	default:
		return 20
	}
}

// rest returns the least number of days between two races: one for every 6 km.
func rest(a, b *fixture) int { return 1 + int(max(a.Length, b.Length))/6_000 }

// clashes reports whether a race is too close to others.
func clashes(f *fixture, others []*fixture) bool {
	for _, other := range others {
		apart := f.day - other.day
		if max(apart, -apart) < rest(f, other) {
			return true
		}
	}
	return false
}
