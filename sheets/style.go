package sheets

import (
	"regexp"
	"strings"

	"runnerdb/sheets/grid"
)

// style is what the whole column says about how its times are written.
type style struct {
	// seconds and minutes say what plain numbers count.
	seconds, minutes bool
	// hours says that of two parts the first counts hours.
	hours bool
	// hundredths says that the third of three parts counts hundredths.
	hundredths bool
	// dayOne says that 1 January 1900 stands for no day at all, as some
	// programs have it, and not for the first, as spreadsheets do.
	dayOne bool
	// digits says that 003208 is 32 minutes and 8 seconds.
	digits bool
	// commas says that a comma stands between minutes and seconds.
	commas bool
	// behind says that the first has a time, and the others how far they were
	// behind.
	behind bool
	// unsigned says that no + stands before how far.
	unsigned bool
}

var (
	twoDecimals = regexp.MustCompile(`^\d{1,3}[.,](\d{1,2})$`)
	inMinutes   = regexp.MustCompile(`(?i)[(\[ _](?:min|mins|minutes|minuten)\b`)
	inHours     = regexp.MustCompile(`(?i)\bh{1,2}[:.]mm\b`)
	inSeconds   = regexp.MustCompile(`(?i)mm[:.]ss`)
)

// styleOf looks at how a column of a name writes times: plain numbers of which
// the last two digits go beyond 59 count seconds, those of which the decimals do
// minutes, and a third part that does hundredths.
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

// styleCount counts what tells how a column writes times.
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

// addDecimals looks at a number with a point or a comma in it.
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

// addInteger looks at digits that may count seconds, or be hours, minutes and
// seconds.
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

// isDayOne reports whether a time stands after 1 January 1900.
func isDayOne(text string) bool {
	part := zeroDay.FindStringSubmatch(text)
	return part != nil && part[4]+part[7] == "1"
}
