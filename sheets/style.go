package sheets

import (
	"regexp"
	"strings"

	"runnerdb/sheets/grid"
)

// style describes how a column writes times.
type style struct {
	// seconds and minutes give the unit of plain numbers.
	seconds, minutes bool
	// hours is true if a time of two parts is hours and minutes.
	hours bool
	// hundredths is true if the last of three parts counts hundredths.
	hundredths bool
	// dayOne is true if 1 January 1900 stands for no day at all, as some
	// programs write it, rather than for the first day, as in spreadsheets.
	dayOne bool
	// digits is true if 003208 is 32 minutes and 8 seconds.
	digits bool
	// commas is true if a comma separates minutes and seconds.
	commas bool
	// behind is true if the winner has a time and the others have gaps to it.
	behind bool
	// unsigned is true if gaps have no plus sign.
	unsigned bool
}

var (
	twoDecimals = regexp.MustCompile(`^\d{1,3}[.,](\d{1,2})$`)
	inMinutes   = regexp.MustCompile(`(?i)[(\[ _](?:min|mins|minutes|minuten)\b`)
	inHours     = regexp.MustCompile(`(?i)\bh{1,2}[:.]mm\b`)
	inSeconds   = regexp.MustCompile(`(?i)mm[:.]ss`)
)

// styleOf detects how a column writes times. Plain numbers count seconds if
// their last two digits exceed 59, and minutes if their decimals do; a third
// part that exceeds 59 counts hundredths.
func styleOf(rows []grid.Row, column int, name string) style {
	var c styleCount
	var g gapCount
	for _, row := range rows {
		text := row.Text(column)
		c.add(text)
		g.add(text)
	}
	return style{
		minutes:    c.decimals > 0 && c.beyondMinute*10 > c.decimals || c.decimals > 0 && inMinutes.MatchString(name) && c.tenths > 0,
		hours:      inHours.MatchString(name) && !inSeconds.MatchString(name),
		seconds:    c.integers > 0 && c.beyond*10 > c.integers,
		hundredths: c.thirds && c.parts > 2,
		dayOne:     c.first > 0 && c.otherDays == 0 && c.exact,
		digits:     c.sixDigits > 0 && c.sixDigits == c.integers && c.zeros > 0,
		commas:     c.commas > 0 && c.commas*2 > c.pointsAndCommas,
		behind:     g.behind(),
	}
}

// styleCount collects the evidence for a style.
type styleCount struct {
	integers, beyond, parts, first, otherDays int
	decimals, beyondMinute, tenths            int
	commas, pointsAndCommas, sixDigits, zeros int
	thirds, exact                             bool
}

func (c *styleCount) add(text string) {
	if isDayOne(text) {
		c.first++
		c.exact = c.exact || !strings.HasSuffix(text, ":00")
	} else if zeroDay.MatchString(text) {
		c.otherDays++
	}
	if part := threePart.FindStringSubmatch(text); part != nil {
		c.parts++
		c.thirds = c.thirds || part[3] > "59" && part[2] <= "59" && part[1] != "99"
		return
	}
	c.addDecimals(text)
	c.addInteger(text)
}

// addDecimals counts a number with a decimal point or comma.
func (c *styleCount) addDecimals(text string) {
	if pointAndComma.MatchString(text) {
		c.pointsAndCommas++
	} else if strings.Contains(text, ",") && twoPoints.MatchString(text) {
		c.commas++
	}
	if part := twoDecimals.FindStringSubmatch(text); part != nil {
		c.decimals++
		if len(part[1]) == 1 {
			c.tenths++
		} else if part[1] > "59" {
			c.beyondMinute++
		}
	}
}

// addInteger counts digits that may be seconds, or hours, minutes and seconds.
func (c *styleCount) addInteger(text string) {
	whole, _, _ := strings.Cut(text, ".")
	if len(whole) < 3 || len(whole) > 6 || !plain.MatchString(text) {
		return
	}
	c.integers++
	if sixDigits.MatchString(text) {
		c.sixDigits++
	}
	if strings.HasPrefix(text, "0") {
		c.zeros++
	}
	if whole[len(whole)-2:] > "59" {
		c.beyond++
	}
}

// isDayOne reports whether a time follows the date 1 January 1900.
func isDayOne(text string) bool {
	part := zeroDay.FindStringSubmatch(text)
	return part != nil && part[4]+part[7] == "1"
}
