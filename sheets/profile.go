package sheets

import (
	"regexp"
	"strings"
	"unicode"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// sampled is the number of rows from which a column is profiled.
const sampled = 3000

// profile counts what the values of a column look like.
type profile struct {
	filled, clocks, statuses, numbers, places, coded, worded, twoWords, sexes, grouped int
	emails, phones, identities                                                         int
	distinct                                                                           map[string]bool
	// times holds the clock times by row index.
	times map[int]club.FinishTime
	// longest is the longest time.
	longest club.FinishTime
	style   style
	trail   trail
}

var (
	inYears = regexp.MustCompile(`(?i)^(\d{1,3}) ?(?:y|yrs?|years?|j|jaar|jahre|ans|años|anos|anni)\.?(?: old)?$`)
	anAge   = regexp.MustCompile(`^[1-9]\d$`)
	// placeAmong matches a position out of a total: 3 of 40.
	placeAmong = regexp.MustCompile(`^\d+ ?(?:/|of|von|de|van) ?\d+$`)
	ordinal    = regexp.MustCompile(`^[=Tt#]?\d{1,6}(?:\.0?|st|nd|rd|th|e|er|º|ª|°|\.?)?(?:\s*(?:/|of|von|de|van)\s*\d+)?$`)
	eMail      = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$`)
	telNo      = regexp.MustCompile(`^(?:\+|0|27|\(0)[\d ()-]{8,16}$`)
	ageGroup   = regexp.MustCompile(`^(?i)(?:[a-z]{1,3}\.? ?)?\d{1,2}(?: ?[-–+] ?\d{0,2}|plus)?$|^(?i)(?:senior|junior|veteran|master|open|sub|u)`)
)

// profiles returns a profile for each column.
func profiles(rows []grid.Row, names []string, width int) []profile {
	rows = rows[:min(len(rows), sampled)]
	all := make([]profile, width)
	for column := range all {
		p := &all[column]
		p.distinct, p.times = map[string]bool{}, map[int]club.FinishTime{}
		name := ""
		if column < len(names) {
			name = names[column]
		}
		p.style = styleOf(rows, column, name)
		for i, row := range rows {
			if text := row.Text(column); text != "" {
				p.add(i, row.Cells[column], text)
			}
		}
		if p.leadsUnsigned() {
			p.style.behind, p.style.unsigned = true, true
		}
	}
	return all
}

func (p *profile) add(at int, cell grid.Cell, text string) {
	p.filled++
	p.distinct[text] = true
	isOrdinal := isOrdinal(cell, text)
	if isOrdinal {
		p.numbers++
	}
	p.addTime(at, cell, isOrdinal)
	if hasDigit(text) {
		p.coded++
		if placeAmong.MatchString(text) {
			p.places++
		}
	}
	if _, known := sexOf(text); known {
		p.sexes++
	}
	if ageGroup.MatchString(text) {
		p.grouped++
	}
	p.addPrivate(text, isOrdinal)
	p.addWords(text)
}

func (p *profile) addPrivate(text string, isOrdinal bool) {
	switch {
	case eMail.MatchString(text):
		p.emails++
	case isIdentity(text):
		p.identities++
	case telNo.MatchString(text) && !isOrdinal:
		p.phones++
	}
}

func isOrdinal(cell grid.Cell, text string) bool {
	return ordinal.MatchString(text) || thousands.MatchString(text) || inYears.MatchString(text) || cell.Form == grid.Number && !strings.ContainsAny(text, ".e")
}

// addTime counts a value as a time or status. A placeholder for "no time"
// counts as an empty cell.
func (p *profile) addTime(at int, cell grid.Cell, isOrdinal bool) {
	c := p.trail.clock(cell, p.style)
	p.trail.pass(c)
	switch {
	case c.status != "":
		p.statuses++
	case c.time > 0 && (cell.Form == grid.Clock || !isOrdinal || p.style.seconds || p.style.digits):
		p.clocks++
		p.times[at] = c.time
		p.longest = max(p.longest, c.time)
	case c.empty():
		p.filled--
	}
}

// holds reports whether any value satisfies a condition.
func (p profile) holds(such func(string) bool) bool {
	for text := range p.distinct {
		if such(text) {
			return true
		}
	}
	return false
}

// private counts personal data.
func (p profile) private() int { return p.emails + p.phones + p.identities }

func (p *profile) addWords(text string) {
	if strings.ContainsAny(text, "0123456789") {
		text, _ = bareName(text)
	}
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters >= 2 && letters*2 > len([]rune(text)) || letters > 0 && strings.IndexFunc(text, unicode.IsDigit) < 0 {
		p.worded++
		if strings.ContainsAny(text, " ,") || isHan(text) {
			p.twoWords++
		}
	}
}

func isHan(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hangul, r) }) >= 0
}

// areAges reports whether nearly all values are ages rather than the lower
// bounds of age groups (40, 45). sexed allows the sex beside an age.
func (p profile) areAges(sexed bool) bool {
	others, odd := 0, 0
	for text := range p.distinct {
		switch _, age := sexAndAge(text); {
		case age < 10 || !sexed && !anAge.MatchString(text):
			others++
		case age%5 != 0:
			odd++
		}
	}
	return others*10 <= len(p.distinct) && odd*2 > len(p.distinct)
}

// mostly reports whether n is at least 60 % of the filled cells.
func (p profile) mostly(n int) bool { return p.filled > 0 && n*10 >= p.filled*6 }

// isIdentity reports whether text is a South African identity number: a birth
// date, four digits, 0 or 1, 8 or 9, and a check digit.
func isIdentity(text string) bool {
	if len(text) != 13 {
		return false
	}
	sum := 0
	for i := range len(text) {
		digit := int(text[i] - '0')
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

var sexWords = map[string]club.Sex{}

func init() {
	for sex, list := range map[club.Sex]string{
		club.Male: `m male man men mens h homme hommes hombre masculino masculin maschile maschio uomo uomini mann manner herren mannlich man mannen heren manlik mans
			boy boys ferfi erkek muski moski 남 남자 indoda amadoda owesilisa abesilisa umfana abafana monna banna ανδρας ανδρες ανδρων α а м муж мужчины мужской 男 男子 男性 male/m gents g b`,
		club.Female: `noi kadin bayan zenski zenska ž 여 여자 umfazi abafazi owesifazane abesifazane intombazane amantombazane mosadi basadi f female woman women womens w femme femmes mujer femenino feminino feminin femminile femmina donna donne frau frauen damen weiblich vrou vrouw
			vrouwen dames vroue vroulik girl girls k kobieta kobiety kvinna kvinder kvinner d γυναικα γυναικες γυναικων γ ж жен женщины женский 女 女子 女性 ladies lady l v`,
	} {
		for one := range strings.FieldsSeq(list) {
			sexWords[word(one)] = sex
		}
	}
}

// sexOf reads the sex in a cell that holds nothing else.
func sexOf(text string) (club.Sex, bool) {
	sex, known := sexWords[word(text)]
	return sex, known
}
