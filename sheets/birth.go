package sheets

import (
	"regexp"
	"strconv"
	"time"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// Limits of plausible birth years.
const (
	firstBirthYear = 1900
	lastBirthYear  = 2100
	someYear       = 5000
)

// twoDigits matches a year without its century.
var twoDigits = regexp.MustCompile(`^['’]?\d\d$`)

var dayForms = []string{
	"2006-01-02", "2006/01/02", "2006.01.02", "02/01/2006", "2/1/2006", "02.01.2006", "2.1.2006", "02-01-2006", "2 Jan 2006", "2 January 2006",
	"2-Jan-2006", "02 Jan 2006", "January 2, 2006", "Jan 2, 2006", "20060102", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z",
}

// born reads a year or date of birth.
func (r *reader) born(row grid.Row, e *ResultRow) {
	column := r.at.column(Born)
	text := row.Text(column)
	if text == "" {
		return
	}
	if year, err := strconv.Atoi(wholeNumber(text)); err == nil {
		switch {
		case year >= firstBirthYear && year <= lastBirthYear:
			e.BirthYear = year
		case twoDigits.MatchString(wholeNumber(text)):
			e.BirthYear = 1900 + year
			if year < 30 { // nobody born before 1930 still races
				e.BirthYear += 100
			}
		case year > someYear && year < 80_000: // a spreadsheet's serial date
			e.BirthDate = club.Date{Year: 1899, Month: time.December, Day: 30}.AddDays(year)
			e.BirthYear = e.BirthDate.Year
		}
		return
	}
	if day, ok := dayIn(text); ok && day.Year >= firstBirthYear && day.Year <= lastBirthYear {
		e.BirthDate, e.BirthYear = day, day.Year
	}
}

// dayIn reads a date as sheets write it. In 3/4/2026 the day comes first.
func dayIn(text string) (club.Date, bool) {
	for _, form := range dayForms {
		if t, err := time.Parse(form, text); err == nil {
			return club.DateOf(t), true
		}
	}
	return club.Date{}, false
}

var dayWithin = regexp.MustCompile(`(?i)\b(?:(?:19|20)\d\d[-/.]\d\d[-/.]\d\d|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,? (?:19|20)\d\d|[a-z]{3,9} \d{1,2}, (?:19|20)\d\d)\b`)

var dayEnding = regexp.MustCompile(`(?i)(\d)(?:st|nd|rd|th)\b|,(\s)|\.(\s)`)

// heldOn finds the date of a race in a title.
func heldOn(text string) club.Date {
	found := dayWithin.FindString(grid.Tidy(text))
	if found == "" {
		return club.Date{}
	}
	for _, try := range []string{found, dayEnding.ReplaceAllString(found, "$1$2$3")} {
		if day, ok := dayIn(try); ok {
			return day
		}
	}
	return club.Date{}
}
