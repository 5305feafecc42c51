package club

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// oldest is an age that nobody has ever raced at.
const oldest = 110

// smallChild is the age below which hardly anybody runs a measured race. Road
// races in South Africa admit children from the age of 9 (Athletics South
// Africa, minimum ages for road races).
const smallChild = 9

// namedCategories lists the categories that have a name instead of ages. Races
// differ in the ages they mean by a name; these are the widest ranges in use.
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

// CategoryAges returns the range of ages that a printed category stands for:
// "40-49", "M45", "70+", "U20", "Senior". ok is false if the category says
// nothing about age.
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
		from, to = number(m[1]), number(m[1])+9 // age groups span five or ten years
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

// bornBetween returns the range of birth years that the category of a
// performance allows, whether its ages count on race day or at the end of the
// year.
func (p Performance) bornBetween() (from, to int, ok bool) {
	youngest, eldest, ok := CategoryAges(p.Result.Category)
	return p.Race.HeldOn.Year - eldest - 1, p.Race.HeldOn.Year - youngest, ok
}

// AgeDoubt explains why a runner with this birth date is unlikely to have run a
// race on this day. It returns "" if nothing is odd.
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

// CategoryDoubt explains why a category is probably wrong: it contradicts the
// birth date, or the category of another of the runner's races, such as M40
// after M50, or M60 soon after Senior. It returns "" if nothing is odd.
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
