package sheets

import "runnerdb/club"

// settleFinish decides whether a finish is a duration or a time of day. It is a
// time of day if there is a start column, or if another time is shorter by a
// start's worth in nearly every row.
func (m *mapper) settleFinish() {
	for _, i := range m.all(finish) {
		switch {
		case m.has(Time, Net, Gun) && (m.has(start) || m.isTimeOfDay(i)):
			m.drop(i, "a time of day")
		case m.has(Time, Net, Gun) && m.profiles[i].clocks == 0:
			m.drop(i, "holds no times")
		default:
			m.columns[i].Field = Time
		}
	}
	for _, i := range m.all(Gun) {
		if m.isTimeOfDay(i) {
			m.drop(i, "a time of day")
		}
	}
	for _, i := range m.all(start) {
		m.drop(i, "the start")
	}
}

// isTimeOfDay reports whether a column exceeds another time in nearly every row
// by more than any start takes.
func (m *mapper) isTimeOfDay(column int) bool {
	const hours = club.FinishTime(4 * 3_600_000)
	for i, c := range m.columns {
		if i == column || c.Field != Time && c.Field != Net && c.Field != Gun {
			continue
		}
		later, both := 0, 0
		for row, t := range m.profiles[i].times {
			if day, ok := m.profiles[column].times[row]; ok {
				both++
				if day-t > hours {
					later++
				}
			}
		}
		if both > 0 && later*10 > both*9 {
			return true
		}
	}
	return false
}

// settleNumbers decides what columns named Place or No hold.
func (m *mapper) settleNumbers() {
	for _, i := range m.all(place) {
		m.columns[i].Field = Position
	}
	for _, i := range m.all(number) {
		switch {
		case !m.has(Bib) && m.has(Position):
			m.columns[i].Field = Bib
		case !m.has(Position) && (m.has(Bib) || m.profiles[i].statuses > 0 || m.counts(i)):
			m.columns[i].Field = Position
		case !m.has(Bib):
			m.columns[i].Field = Bib
		default:
			m.drop(i, "a number beside the race number")
		}
	}
}

// counts reports whether a column numbers the rows.
func (m *mapper) counts(column int) bool {
	samples := m.profiles[column].distinct
	return samples["1"] && samples["2"] && (samples["3"] || samples["3rd"] || len(samples) <= 3) || samples["1."] && samples["2."]
}

// settleNames decides whether a name column holds whole names or parts: beside
// a surname it holds the given name, and beside a given name the surname.
func (m *mapper) settleNames() {
	named := m.all(Name)
	switch {
	case len(named) == 0:
		m.settleOnly()
	case m.inTwo(named):
		m.columns[named[0]].Field, m.columns[named[1]].Field = First, Last
	case m.isOverTwo(named):
		m.find(named[0]+1, Last)
		m.columns[named[0]].Field = First
	case m.has(First) && m.has(Last):
		for _, i := range named {
			m.drop(i, "the name is in two columns")
		}
	case m.has(First) && !m.fullNames(named[0]):
		m.columns[named[0]].Field = Last
	case m.has(Last) && !m.fullNames(named[0]):
		m.columns[named[0]].Field = First
	case m.has(First), m.has(Last):
		for _, i := range append(m.all(First), m.all(Last)...) {
			m.drop(i, "the name stands in a column of its own")
		}
	}
}

// settleOnly treats a lone column of surnames or given names as whole names:
// Surname & Initials.
func (m *mapper) settleOnly() {
	for _, field := range []Field{First, Last} {
		if only := m.all(field); len(only) == 1 && (field == Last && !m.has(First) || field == First && !m.has(Last)) && m.fullNames(only[0]) {
			m.columns[only[0]].Field = Name
		}
	}
}

// inTwo reports whether two columns are both called a name and each holds a
// part of it.
func (m *mapper) inTwo(named []int) bool {
	if len(named) != 2 || m.has(First, Last) || m.fullNames(named[0]) || m.fullNames(named[1]) {
		return false
	}
	second := m.profiles[named[1]]
	return second.mostly(second.worded) && len(second.distinct)*2 > second.filled
}

// isOverTwo reports whether one heading spans two columns, as merged cells do:
// the second has no name and holds other words.
func (m *mapper) isOverTwo(named []int) bool {
	next := named[0] + 1
	if len(named) != 1 || m.has(First, Last) || m.fullNames(named[0]) || next >= len(m.columns) || m.columns[next].Header != "" {
		return false
	}
	p := m.profiles[next]
	return p.mostly(p.worded) && !p.mostly(p.sexes+p.grouped+p.statuses) && p.filled*10 >= m.profiles[named[0]].filled*9 && len(p.distinct)*2 > p.filled
}

// fullNames reports whether nearly every name in a column has more than one
// word.
func (m *mapper) fullNames(column int) bool {
	p := m.profiles[column]
	return p.twoWords*10 > p.worded*8
}

// keepOne keeps one column for each field: the one with the most values, or the
// first of equals. settleTimes compares times.
func (m *mapper) keepOne() {
	best := map[Field]int{}
	for i, c := range m.columns {
		if c.Field == "" || c.Field == Skip || c.Field == Private || c.Field == Time {
			continue
		}
		first, twice := best[c.Field]
		switch {
		case !twice:
			best[c.Field] = i
		case m.profiles[i].filled > 2*m.profiles[first].filled:
			m.drop(first, "another column holds the same")
			best[c.Field] = i
		default:
			m.drop(i, "another column holds the same")
		}
	}
}
