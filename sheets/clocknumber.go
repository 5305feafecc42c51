package sheets

import (
	"math"
	"strconv"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// readNumber reads a numeric cell of a workbook: a fraction of a day, as
// spreadsheets store times, unless it looks like typed minutes and seconds.
func readNumber(cell grid.Cell, s style) clock {
	value, err := strconv.ParseFloat(strings.TrimSpace(cell.Text), 64)
	if err != nil || math.IsNaN(value) || value < 0 || math.IsInf(value, 0) {
		return clock{problem: "the time is no number above zero"}
	}
	switch {
	case value == 0:
		return clock{}
	case s.minutes && cell.Form == grid.Number:
		return inBounds(club.FinishTime(math.Round(min(value, 1e9) * 60_000)))
	case s.seconds && cell.Form == grid.Number:
		return inBounds(club.FinishTime(math.Round(min(value, 1e9) * 1000)))
	case cell.Form == grid.Clock && value > someDay: // includes the date of the race
		return inBounds(club.FinishTime(math.Round((value - math.Floor(value)) * dayMillis)))
	case isPartOfDay(cell.Form, value):
		return inBounds(club.FinishTime(math.Round(value * dayMillis)))
	case cell.Form == grid.Number:
		if t, ok := clockText(numberText(value), s); ok {
			return inBounds(t)
		}
	}
	return clock{problem: "the number " + quote(numberText(value)) + " is no time; write it as 3:47:05"}
}

// isPartOfDay reports whether a number is a time as spreadsheets store it.
func isPartOfDay(form grid.Form, value float64) bool {
	switch form {
	case grid.Clock:
		return value < 1000
	case grid.Day:
		return value < 42
	default:
		return value < 10 && value != math.Trunc(value) && !isShort(value)
	}
}

// isShort reports whether a number has at most two decimals, as typed minutes
// and seconds have.
func isShort(value float64) bool { return math.Abs(value*100-math.Round(value*100)) < 1e-6 }

// numberText prints a number as it was typed: 40.1 was 40.10.
func numberText(value float64) string {
	if value != math.Trunc(value) && isShort(value) {
		return strconv.FormatFloat(value, 'f', 2, 64)
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// plainNumber reads a time without colons: 40.09 is 40 min 9 s, 0.0279 is a
// fraction of a day, and 2409 in a column of seconds is 2409 s.
func plainNumber(text string, s style) (club.FinishTime, bool) {
	switch {
	case s.minutes && twoDecimals.MatchString(text):
		value, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		return club.FinishTime(math.Round(value * 60_000)), err == nil
	case s.digits && sixDigits.MatchString(text):
		t, err := club.ParseFinishTime(text)
		return t, err == nil
	case s.seconds && plain.MatchString(text):
		return secondsOf(text)
	case fraction.MatchString(text) || exponent.MatchString(text):
		value, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		t := club.FinishTime(math.Round(value * dayMillis))
		return t, err == nil && t > 0
	case twoPoints.MatchString(text):
		t, err := club.ParseFinishTime(strings.NewReplacer(".", ":", ",", ":").Replace(text))
		return t, err == nil
	default:
		return 0, false
	}
}

// secondsOf reads a number of seconds.
func secondsOf(text string) (club.FinishTime, bool) {
	value, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return club.FinishTime(math.Round(min(value, 1e9) * 1000)), err == nil
}
