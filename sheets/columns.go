package sheets

import (
	"slices"
	"strings"

	"runnerdb/club"
)

// Column is a column of a sheet, with what it holds and why it is thought so.
type Column struct {
	// Header is its name as printed, Letter its name in a spreadsheet.
	Header, Letter string
	Field          Field
	// Note says why a column is left out, or taken although nothing names it.
	Note string
	// Samples are a few of its values.
	Samples []string
}

// Key is how a column is named at the command line and in a stored mapping.
func (c Column) Key() string {
	if c.Header != "" {
		return c.Header
	}
	return c.Letter
}

// mapping says which column holds a field; -1 for none.
type mapping map[Field]int

func (m mapping) column(field Field) int {
	if column, known := m[field]; known {
		return column
	}
	return -1
}

// mapper finds out what the columns hold.
type mapper struct {
	columns  []Column
	profiles []profile
}

// mapColumns tells the columns apart: by their names, then by whether the
// values agree, and what is missing by the values alone. said is what somebody
// said of columns, by their names or letters.
func mapColumns(h header, rows []Row, width int, said map[string]Field) *mapper {
	m := &mapper{columns: make([]Column, width), profiles: profiles(rows, width)}
	for i := range m.columns {
		c := &m.columns[i]
		c.Letter = columnName(i)
		if i < len(h.names) {
			c.Header = h.names[i]
		}
		c.Samples = samples(rows, i)
		c.Field = fieldOf(c.Header)
	}
	m.checkValues()
	m.settleFinish()
	m.settleNumbers()
	m.settleNames()
	m.keepOne()
	m.settleTimes()
	m.findMissing(len(rows))
	m.obey(said)
	for i := range m.columns {
		if m.columns[i].Field == "" {
			m.columns[i].Field = Skip
		}
	}
	return m
}

func samples(rows []Row, column int) (found []string) {
	for _, row := range rows {
		if text := row.text(column); text != "" && !slices.Contains(found, text) {
			if found = append(found, clip(text, 40)); len(found) == 3 {
				break
			}
		}
	}
	return found
}

// drop leaves a column out.
func (m *mapper) drop(column int, note string) {
	m.columns[column].Field, m.columns[column].Note = Skip, note
}

// all are the columns that hold a field.
func (m *mapper) all(field Field) (found []int) {
	for i, c := range m.columns {
		if c.Field == field {
			found = append(found, i)
		}
	}
	return found
}

func (m *mapper) has(fields ...Field) bool {
	return slices.ContainsFunc(m.columns, func(c Column) bool { return slices.Contains(fields, c.Field) })
}

// checkValues drops columns whose values are not what their names say.
func (m *mapper) checkValues() {
	for i := range m.columns {
		c, p := &m.columns[i], m.profiles[i]
		switch {
		case c.Field == Private, p.filled > 0 && p.mostly(p.private):
			c.Field, c.Note = Private, "personal data, left out"
		case isTimeField(c.Field):
			m.checkTimes(i)
		case p.filled == 0:
			m.drop(i, "empty")
		case c.Field == SexOf:
			m.checkSex(i)
		case c.Field == Category && p.mostly(p.sexes) && !m.has(SexOf):
			c.Field = SexOf
		case c.Field == Age && !p.mostly(p.numbers):
			c.Field = Category
		case c.Field == Event && p.mostly(p.numbers) && !p.mostly(p.worded):
			c.Field = number
		default:
			m.checkKind(i)
		}
	}
}

func (m *mapper) checkTimes(column int) {
	p := m.profiles[column]
	times := p.clocks + p.statuses
	if p.filled > 0 && times == 0 || times > 0 && p.filled > 2*times {
		m.drop(column, "holds no times")
	}
}

func (m *mapper) checkSex(column int) {
	p := m.profiles[column]
	switch {
	case p.mostly(p.sexes):
	case p.mostly(p.numbers):
		m.drop(column, "holds places, not sexes")
	case p.mostly(p.grouped):
		m.columns[column].Field = Category
	}
}

// checkKind drops columns that should hold numbers, words or statuses, and do
// not.
func (m *mapper) checkKind(column int) {
	p := m.profiles[column]
	numbered := p.mostly(p.numbers + p.statuses)
	switch m.columns[column].Field {
	case Ending:
		if p.statuses == 0 {
			m.drop(column, "holds no status")
		}
	case place:
		if !numbered {
			m.drop(column, "holds towns, not places")
		}
	case Position, number:
		if !numbered {
			m.drop(column, "holds no numbers")
		}
	case Name, First, Last:
		if !p.mostly(p.worded) {
			m.drop(column, "holds no names")
		}
	default:
	}
}

func isTimeField(f Field) bool { return f == Time || f == Net || f == Gun || f == finish }

// settleFinish decides whether a finish is a time or a time of day: with a
// start beside it, or when another time is shorter by as much in every row.
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
	for _, i := range m.all(start) {
		m.drop(i, "the start")
	}
}

// isTimeOfDay reports whether a column is longer than another time nearly
// everywhere by more than any start takes.
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

// settleNumbers decides what a Place or a No is.
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

// counts reports whether a column counts the rows.
func (m *mapper) counts(column int) bool {
	samples := m.profiles[column].distinct
	return samples["1"] && samples["2"] && samples["3"] || samples["1."] && samples["2."]
}

// settleNames decides whether a name is all of it or a part: beside a surname
// it is the given name, beside a given name the surname.
func (m *mapper) settleNames() {
	named := m.all(Name)
	switch {
	case len(named) == 0:
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

// fullNames reports whether a column of names holds more than one word nearly
// everywhere.
func (m *mapper) fullNames(column int) bool {
	p := m.profiles[column]
	return p.twoWords*10 > p.worded*8
}

// keepOne leaves one column for each field: the one with the most values, of
// equals the first. Times are compared by settleTimes.
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

// obey does what somebody said of columns.
func (m *mapper) obey(said map[string]Field) {
	for i := range m.columns {
		c := &m.columns[i]
		field, ok := said[c.Letter]
		for key, f := range said {
			if c.Header != "" && word(key) == word(c.Header) && strings.EqualFold(tidy(key), tidy(c.Header)) {
				field, ok = f, true
			}
		}
		if !ok {
			continue
		}
		if field != Skip {
			for _, other := range m.all(field) {
				m.drop(other, "another column was chosen")
			}
		}
		c.Field, c.Note = field, "chosen"
	}
}

func (m *mapper) mapping() mapping {
	fields := mapping{}
	for i, c := range m.columns {
		if c.Field != "" && c.Field != Skip && c.Field != Private {
			if _, twice := fields[c.Field]; !twice {
				fields[c.Field] = i
			}
		}
	}
	return fields
}
