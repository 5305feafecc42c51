package sheets

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// Numbers, licences and categories as cells hold them.

// forOneDay matches the words that mark a licence bought for one day.
var forOneDay = regexp.MustCompile(`(?i)\b(?:temp|temporary|tydelik|day|dag|tl)\b`)

// licenceOf returns a licence that identifies a runner, or "" for TEMP, 0 and
// the like.
func licenceOf(text string) string {
	if strings.Trim(text, "0 -") == "" || !hasDigit(text) || forOneDay.MatchString(text) {
		return ""
	}
	return clip(text, 50)
}

// thousands matches numbers with a thousands separator.
var thousands = regexp.MustCompile(`^[1-9]\d{0,2}(?:[,  '’]\d{3}|\.\d{2}[1-9]|\.\d[1-9]\d|\.[1-9]\d{2})\.?$`)

// wholeNumber removes the decimals that a spreadsheet added to a whole number,
// and the thousands separator.
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
		return 0 // timers write 999999 for no position
	}
	return position
}

var (
	eaten      = regexp.MustCompile(`^([A-Z]{0,2})(\d\d)(\d\d)$`)
	rankBefore = regexp.MustCompile(`^\d{1,5}\.\s*`)
	maleGroup  = regexp.MustCompile(`^(?:M|MV|MO|MS|MJ|MU|MK|MHK|MSEN|SM|VM|JM|MASTERSM)(?:\d|$|[ -])|^(?i:male|men|mann|herren|hombres|masc|mann)|^男|^(?:SE|V\d|ES|JU|CA|M\d|MA)H|^Α(?:\d|$)`)
	// sexBehind matches the sex after an age or a word: V45W, 60-69 M, Vet F.
	sexBehind = regexp.MustCompile(`(?:\d\+?|[\d\pL+] )([MFW])$`)
	femGroup  = regexp.MustCompile(`^(?:F|W|FV|FO|FS|FJ|FU|WV|WS|WJ|WU|WM|WK|WHK|WSEN|SW|SF|VF|VW|JW|JF|LV|LS)(?:\d|$|[ -])|^(?i:female|women|frauen|damen|mujeres|fem|ladies|dames)|^女|^(?:SE|V\d|ES|JU|CA|M\d|MA)F|^Γ(?:\d|$)`)
)

// categoryOf returns a category without the rank in it, and with the hyphen
// that a spreadsheet lost: 1719 is 17-19.
func categoryOf(text string) string {
	text = grid.Tidy(rankBefore.ReplaceAllString(text, ""))
	if part := eaten.FindStringSubmatch(text); part != nil && part[2] < part[3] {
		return part[1] + part[2] + "-" + part[3]
	}
	return text
}

// withSex matches an age with the sex beside it: M33, F-45, 33/M.
var withSex = regexp.MustCompile(`(?i)^([MFW]?)[ /-]?(\d{1,3})[ /-]?([MFW]?)$`)

// sexAndAge reads an age, or 0 if there is none, and the sex that may stand
// beside it.
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
