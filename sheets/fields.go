package sheets

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// Numbers, licences and categories as cells have them.

// forOneDay are the words in place of a licence, or before its number, of who
// has bought one for the day alone.
var forOneDay = regexp.MustCompile(`(?i)\b(?:temp|temporary|tydelik|day|dag|tl)\b`)

// licenceOf is a licence that names somebody: not TEMP, nor 0.
func licenceOf(text string) string {
	if strings.Trim(text, "0 -") == "" || !hasDigit(text) || forOneDay.MatchString(text) {
		return ""
	}
	return clip(text, 50)
}

// thousands are numbers with a mark between thousands and hundreds.
var thousands = regexp.MustCompile(`^[1-9]\d{0,2}(?:[,  '’]\d{3}|\.\d{2}[1-9]|\.\d[1-9]\d|\.[1-9]\d{2})\.?$`)

// wholeNumber takes off the decimals that a spreadsheet gave a whole number, and
// the mark between thousands and hundreds.
func wholeNumber(text string) string {
	if len(text) > 4 && thousands.MatchString(text) {
		return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) }), "")
	}
	if whole, zeros, ok := strings.Cut(text, "."); ok && strings.Trim(zeros, "0") == "" && whole != "" {
		return whole
	}
	return clip(strings.TrimPrefix(text, "#"), 30)
}

var leadingDigits = regexp.MustCompile(`^[=Tt#(]*(\d{1,7})`)

func positionOf(text string) int {
	if len(text) > 4 && thousands.MatchString(text) {
		text = wholeNumber(text)
	}
	part := leadingDigits.FindStringSubmatch(text)
	if part == nil {
		return 0
	}
	position, _ := strconv.Atoi(part[1])
	if position > grid.MaxRows && strings.Trim(part[1], "9") == "" || strings.Trim(part[1], "9") == "" && position > 9998 || position > 1_000_000 {
		return 0 // timers put 999999 for none
	}
	return position
}

var (
	eaten      = regexp.MustCompile(`^([A-Z]{0,2})(\d\d)(\d\d)$`)
	rankBefore = regexp.MustCompile(`^\d{1,5}\.\s*`)
	maleGroup  = regexp.MustCompile(`^(?:M|MV|MO|MS|MJ|MU|MK|MHK|MSEN|SM|VM|JM|MASTERSM)(?:\d|$|[ -])|^(?i:male|men|mann|herren|hombres|masc|mann)|^男|^(?:SE|V\d|ES|JU|CA|M\d|MA)H|^Α(?:\d|$)`)
	// sexBehind is the sex behind an age or a word: V45W, 60-69 M, Vet F.
	sexBehind = regexp.MustCompile(`(?:\d\+?|[\d\pL+] )([MFW])$`)
	femGroup  = regexp.MustCompile(`^(?:F|W|FV|FO|FS|FJ|FU|WV|WS|WJ|WU|WM|WK|WHK|WSEN|SW|SF|VF|VW|JW|JF|LV|LS)(?:\d|$|[ -])|^(?i:female|women|frauen|damen|mujeres|fem|ladies|dames)|^女|^(?:SE|V\d|ES|JU|CA|M\d|MA)F|^Γ(?:\d|$)`)
)

// categoryOf is a category without the rank in it, and with the hyphen that a
// spreadsheet ate: 1719 is 17-19.
func categoryOf(text string) string {
	text = grid.Tidy(rankBefore.ReplaceAllString(text, ""))
	if part := eaten.FindStringSubmatch(text); part != nil && part[2] < part[3] {
		return part[1] + part[2] + "-" + part[3]
	}
	return text
}

// withSex are the ages that stand with the sex: M33, F-45, 33/M.
var withSex = regexp.MustCompile(`(?i)^([MFW]?)[ /-]?(\d{1,3})[ /-]?([MFW]?)$`)

// sexAndAge reads an age, 0 where there is none, and the sex that may stand with
// it.
func sexAndAge(text string) (sex club.Sex, age int) {
	text = wholeNumber(inYears.ReplaceAllString(text, "$1"))
	part := withSex.FindStringSubmatch(text)
	if part == nil || part[1] != "" && part[3] != "" {
		return club.SexUnknown, 0
	}
	if age, _ = strconv.Atoi(part[2]); age < 3 || age > 110 {
		return club.SexUnknown, 0
	}
	sex, _ = sexOf(part[1] + part[3])
	return sex, age
}

func sexOfCategory(text string) club.Sex {
	text = categoryOf(text)
	switch {
	case femGroup.MatchString(text):
		return club.Female
	case maleGroup.MatchString(text):
		return club.Male
	}
	if part := sexBehind.FindStringSubmatch(text); part != nil {
		sex, _ := sexOf(part[1])
		return sex
	}
	return sexInWords(club.Words(text))
}
