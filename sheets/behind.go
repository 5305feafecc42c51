package sheets

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// Some lists give only the winner's time, and for everybody else the gap to the
// winner: +1:05, or "s.t." for the same time as the row before.

var (
	gapSign  = regexp.MustCompile(`^[+＋]\s*(\d.*)$`)
	inNumber = regexp.MustCompile(`^(\d{1,3}(?:[.,]\d{1,3})?)\s*(?:s|sec|secs|"|”|″|'')?$`)
	sameTime = words(`st sametime samet ditto idem id do mt mismotiempo stesso zt zelfdetijd memetemps zeitgleich zgl`)
)

// trail holds the winner's time of a list, and the time of the row before.
type trail struct{ first, before club.FinishTime }

// clock reads a cell of a column of times in the light of the rows before.
func (l trail) clock(cell grid.Cell, s style) clock {
	if cell.Form != grid.Text {
		return readClock(cell, s)
	}
	text := grid.Unguard(grid.Tidy(cell.Text))
	if l.before > 0 && isSameTime(text) {
		return clock{time: l.before, note: fmt.Sprintf("%s: taken as %s, the time of the row before", quote(text), l.before)}
	}
	gap, isGap := gapOf(text, s)
	switch {
	case !s.behind || !isGap, s.unsigned && l.first == 0:
		return readClock(cell, s)
	case l.first == 0:
		return clock{problem: "the time of the first, which " + quote(text) + " is behind, is missing"}
	}
	c := inBounds(l.first + gap)
	c.note = fmt.Sprintf("%s behind %s: taken as %s", quote(text), l.first, c.time)
	return c
}

// pass moves on to the next row. A full time that is shorter than the one
// before starts a new list, such as the women after the men.
func (l *trail) pass(c clock) {
	if c.time == 0 {
		return
	}
	if l.first == 0 || c.note == "" && c.time < l.before {
		l.first = c.time
	}
	l.before = c.time
}

// gapOf reads a gap: +1:05, +12.
func gapOf(text string, s style) (club.FinishTime, bool) {
	if s.unsigned && text != "" && hasDigit(text[:1]) {
		text = "+" + text
	}
	if !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "＋") {
		return 0, false
	}
	part := gapSign.FindStringSubmatch(text)
	if part == nil {
		return 0, false
	}
	if number := inNumber.FindStringSubmatch(part[1]); number != nil && !twoPoints.MatchString(part[1]) {
		return secondsOf(number[1])
	}
	if strings.Trim(part[1], "0:.,") == "" {
		return 0, true
	}
	return clockText(part[1], s)
}

func isSameTime(text string) bool {
	if strings.Trim(text, `"'’”″„〃,- `) == "" {
		return strings.ContainsAny(text, `"'’”″„〃`)
	}
	return sameTime[word(text)]
}

// leadsUnsigned reports whether a column holds gaps without a plus sign: the
// first time is by far the longest, and the others never fall from row to row.
func (p profile) leadsUnsigned() bool {
	const few, far = 5, 2
	rows := slices.Sorted(maps.Keys(p.times))
	if len(rows) < few || p.style.behind {
		return false
	}
	first, before := p.times[rows[0]], club.FinishTime(0)
	for _, row := range rows[1:] {
		if t := p.times[row]; t < before || t*far > first {
			return false
		}
		before = p.times[row]
	}
	return true
}

// gapCount collects the evidence that a column holds gaps: first a full time,
// then gaps that don't fall.
type gapCount struct {
	own, gaps, rising int
	last              club.FinishTime
}

func (c *gapCount) add(text string) {
	gap, isGap := gapOf(text, style{})
	switch {
	case isGap && c.own > 0:
		c.gaps++
		if gap >= c.last {
			c.rising++
		}
		c.last = gap
	case !isGap && text != "" && hasDigit(text[:1]):
		c.own++
		c.last = 0
	}
}

func (c *gapCount) behind() bool { return c.gaps > 0 && c.gaps >= c.own && c.rising*10 >= c.gaps*8 }
