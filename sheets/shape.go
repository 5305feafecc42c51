package sheets

import (
	"regexp"

	"runnerdb/sheets/grid"
)

const (
	reasonGrid   = "This is a table of runners by races, not the results of a race. Upload each race’s own results: one row for each runner, with a column of names and one of times."
	reasonPairs  = "There are race numbers and times, but no names. Ask the timer for the results with names, or put the names beside the numbers, and upload that."
	reasonPaired = "Two lists stand side by side. Put one below the other, under one header, and upload that."
	reasonRelay  = "This is a relay: a row holds a team with several runners. For the runners’ own times put one row for each, with a column of names and one of times, and upload that."
	reasonNoWho  = "No column holds the runners’ names. A sheet of results has one row for each runner, with a name and a time. If a column does hold them, name it Name."
	reasonNoHow  = "No column holds finish times or statuses such as DNF. If this is a list of entries, upload the results; if a column does hold the times, name it Time."
)

// checkShape refuses a table that is not a list of results, with a fitting
// reason.
func (m *columnSet) checkShape() error {
	hasName, hasTime := m.has(Name, First, Last), m.has(Time, Net, Gun) || m.has(Ending)
	switch {
	case m.isPaired():
		return grid.Refuse("%s", reasonPaired)
	case m.isRelay():
		return grid.Refuse("%s", reasonRelay)
	case m.isGrid(hasName):
		return grid.Refuse("%s", reasonGrid)
	case !hasName && hasTime && m.width() <= 4 && m.has(Bib, Position, number):
		return grid.Refuse("%s", reasonPairs)
	case !hasName:
		return grid.Refuse("%s", reasonNoWho)
	case !hasTime:
		return grid.Refuse("%s", reasonNoHow)
	default:
		return nil
	}
}

// isPaired reports whether two lists stand side by side under the same column
// names. The right one would be lost.
func (m *columnSet) isPaired() bool {
	names, times := map[string]int{}, map[string]int{}
	for i, c := range m.columns {
		p := m.profiles[i]
		switch field := fieldOf(c.Header); {
		case (field == Name || field == Last) && p.mostly(p.worded):
			names[word(c.Header)]++
		case isTimeField(field) && p.clocks > 0:
			times[word(c.Header)]++
		}
	}
	return anyTwice(names) && anyTwice(times)
}

// legOf matches the name of a column for one leg of a relay: Leg 1, Runner 2,
// Loper 3 Naam.
var legOf = regexp.MustCompile(`(?i)^(?:leg|runner|athlete|member|team ?member|name|naam|loper|relay|swimmer|laufer|läufer|teilnehmer|coureur|corredor) ?#?[1-9]\d?\b`)

// isRelay reports whether several columns hold the names of relay runners.
func (m *columnSet) isRelay() bool {
	legs := 0
	for i, c := range m.columns {
		p := m.profiles[i]
		if c.Note != "chosen" && legOf.MatchString(c.Header) && p.mostly(p.worded) && p.mostly(p.twoWords) {
			legs++
		}
	}
	return legs > 1
}

func anyTwice(counts map[string]int) bool {
	for _, n := range counts {
		if n > 1 {
			return true
		}
	}
	return false
}

// width counts the columns that are not empty.
func (m *columnSet) width() (n int) {
	for _, p := range m.profiles {
		if p.filled > 0 {
			n++
		}
	}
	return n
}

// isGrid reports whether the columns are races or runners: many unknown columns
// with little but numbers or times in them.
func (m *columnSet) isGrid(hasName bool) bool {
	strange, times, known := 0, 0, 0
	for i, c := range m.columns {
		if isTimeField(c.Field) && c.Note == "" {
			return false
		}
		p := m.profiles[i]
		if fieldOf(c.Header) != "" {
			if c.Field != Skip {
				known++
			}
			continue
		}
		if hasLetters(c.Header) && (p.filled == 0 || p.mostly(p.numbers+p.clocks+p.statuses)) {
			strange++
			if p.clocks > 0 && p.mostly(p.clocks+p.statuses) {
				times++
			}
		}
	}
	return isGridOf(hasName, strange, known, times > 2 && !m.isSplits())
}

func isGridOf(hasName bool, strange, known int, isTimed bool) bool {
	if hasName {
		return isTimed || strange >= 8 && strange > 2*known
	}
	return strange >= 6 && strange > 2*known
}

// isSplits reports whether unnamed times grow from column to column, as splits
// do.
func (m *columnSet) isSplits() bool {
	var columns []int
	for i, p := range m.profiles {
		if fieldOf(m.columns[i].Header) == "" && p.clocks > 0 {
			columns = append(columns, i)
		}
	}
	grows, all := 0, 0
	for i := 1; i < len(columns); i++ {
		for row, t := range m.profiles[columns[i]].times {
			if before, ok := m.profiles[columns[i-1]].times[row]; ok {
				all++
				if t > before {
					grows++
				}
			}
		}
	}
	return all > 0 && grows*10 > all*9
}
