package seed

import (
	"fmt"
	"slices"
	"time"

	"runnerdb/club"
)

// registrar draws people's names, ages and licence numbers.
type registrar struct {
	tongues []tongue
	weights weights
}

func newRegistrar(rare bool, weight func(share) float64) registrar {
	return registrar{
		tongues: readTongues(rare),
		weights: newWeights(len(shares), func(i int) float64 { return weight(shares[i]) }),
	}
}

// The shares of people with rarer kinds of names.
const (
	doubleSurname  = 0.04
	secondGiven    = 0.05
	otherHomeName  = 0.03
	maidenName     = 0.05
	unknownBirth   = 0.08
	withoutLicence = 0.12
)

// register draws a person: sex, birth date and names. Nobody resembles a demo
// runner.
func (r registrar) register(a *athlete, d dice) {
	a.Sex = club.Male
	if d.chance(0.44) {
		a.Sex = club.Female
	}
	a.bornOn(birthDate(d))
	for {
		r.name(a, d)
		if !resemblesDemo(a.Runner) {
			return
		}
	}
}

func (r registrar) name(a *athlete, d dice) {
	tongue := r.tongues[r.weights.draw(d)]
	given, surname := tongue.given(d, a.Sex), tongue.surnames.word(d)
	a.Name, a.Aliases = given+" "+surname, nil
	switch {
	case a.Sex == club.Female && d.chance(maidenName):
		a.Aliases = []string{given + " " + tongue.surnames.word(d)}
	case d.chance(otherHomeName):
		a.Aliases = []string{r.english().given(d, a.Sex) + " " + surname}
	case d.chance(doubleSurname):
		if first := tongue.surnames.word(d); first != surname {
			a.Name = given + " " + first + "-" + surname
		}
	case d.chance(secondGiven):
		if second := tongue.given(d, a.Sex); second != given {
			a.Name = given + " " + second + " " + surname
		}
	}
	if len(a.Aliases) > 0 && a.Aliases[0] == a.Name {
		a.Aliases = nil
	}
}

// english returns the tongue of the second name that many people use.
func (r registrar) english() tongue {
	at := slices.IndexFunc(shares, func(s share) bool { return s.file == "english" })
	return r.tongues[at]
}

// birthDate draws from the ages of runners: most between 25 and 55, a few
// children and a few over 75.
func birthDate(d dice) club.Date {
	age := 39 + d.bell(12, 3)
	if d.chance(0.03) {
		age = 9 + 9*d.Float64()
	}
	return lastDay.AddDays(-int(age * 365.25))
}

// isMinor reports whether somebody is under 18 at the end of the last season.
func isMinor(born club.Date) bool { return club.AgeOn(born, lastDay) < 18 }

// hideMinor hides a minor whose birth date is not recorded.
func (a *athlete) hideMinor() {
	if a.BirthDate.IsZero() && isMinor(a.born) {
		a.Visibility = club.Hidden
	}
}

// file fills in what the records know. Some birth dates and licences are
// missing.
func (a *athlete) file(licence string, d dice) {
	if !d.chance(unknownBirth) {
		a.BirthDate = a.born
	}
	if !d.chance(withoutLicence) {
		a.Licence = licence
	}
	a.hideMinor()
}

func licence(province string, number int) string { return fmt.Sprintf("%s %d", province, number) }

func birthday(year, month, day int) club.Date {
	return club.Date{Year: year, Month: time.Month(month), Day: day}
}
