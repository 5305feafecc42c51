package club

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// oldest is older than anybody has run a race.
const oldest = 110

// smallChild is the age below which hardly anybody runs a measured race; road
// races in South Africa take children from 9 on (Athletics South Africa,
// minimum ages for road races).
const smallChild = 9

// namedCategories are those that go by a name. Which ages a name stands for
// differs from race to race; these are as wide as any has them.
var namedCategories = []struct {
	begins   string
	from, to int
}{
	{"jun", 0, 19},
	{"sen", 18, 39},
	{"vet", 35, oldest},
	{"mast", 35, oldest},
	{"grand", 60, oldest},
	{"great grand", 70, oldest},
}

var (
	agesFromTo = regexp.MustCompile(`^[a-z]{0,3} ?(\d{1,2}) (\d{1,2})$`)
	agesFrom   = regexp.MustCompile(`^[a-z]{0,3} ?([3-9]\d)\+?$`)
	agesUnder  = regexp.MustCompile(`^[a-z]{0,2} ?u(?:nder)? ?(\d{1,2})$`)
)

// CategoryAges are the ages that a category as printed stands for: "40-49",
// "M45", "70+", "U20", "Senior". ok is false where it says nothing of age.
func CategoryAges(category string) (from, to int, ok bool) {
	key := Fold(category)
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	if m := agesFromTo.FindStringSubmatch(key); m != nil && number(m[1]) <= number(m[2]) {
		return number(m[1]), number(m[2]), true
	}
	if m := agesUnder.FindStringSubmatch(key); m != nil && number(m[1]) > 0 {
		return 0, number(m[1]) - 1, true
	}
	if m := agesFrom.FindStringSubmatch(key); m != nil {
		from, to = number(m[1]), number(m[1])+9 // five years or ten
		if strings.Contains(category, "+") {
			to = oldest
		}
		return from, to, true
	}
	for _, named := range namedCategories {
		if strings.HasPrefix(key, named.begins) {
			return named.from, named.to, true
		}
	}
	return 0, 0, false
}

// bornBetween are the years in which somebody of a category in a race was born,
// whether ages are those of the day or of the end of the year.
func (p Performance) bornBetween() (from, to int, ok bool) {
	youngest, eldest, ok := CategoryAges(p.Result.Category)
	return p.Race.HeldOn.Year - eldest - 1, p.Race.HeldOn.Year - youngest, ok
}

// AgeDoubt says why somebody of this birth date can hardly have run a race, or
// nothing where that may be.
func AgeDoubt(birth, race Date) string {
	if birth.IsZero() || race.IsZero() {
		return ""
	}
	switch age := AgeOn(birth, race); {
	case age < 0:
		return fmt.Sprintf("Born on %s, after this race.", birth.Words())
	case age < smallChild:
		return fmt.Sprintf("Born on %s: a child of %d on the day of this race.", birth.Words(), age)
	case age > oldest:
		return fmt.Sprintf("Born on %s: %d years old on the day of this race.", birth.Words(), age)
	default:
		return ""
	}
}

// CategoryDoubt says why a category can hardly be right: it does not fit the
// birth date, or the category in one of the runner's other races, as M40 after
// M50, or M60 soon after Senior.
func CategoryDoubt(birth Date, p Performance, others []Performance) string {
	from, to, ok := p.bornBetween()
	if !ok {
		return ""
	}
	if !birth.IsZero() && (birth.Year < from || birth.Year > to) {
		return fmt.Sprintf("%s does not fit who was %d on that day.", p.Result.Category, AgeOn(birth, p.Race.HeldOn))
	}
	for _, other := range others {
		first, last, ok := other.bornBetween()
		if ok && other.Result.ID != p.Result.ID && (last < from || first > to) {
			return fmt.Sprintf("%s in %d does not fit %s in %d (%s).",
				p.Result.Category, p.Race.HeldOn.Year, other.Result.Category, other.Race.HeldOn.Year, other.Race.Name)
		}
	}
	return ""
}
