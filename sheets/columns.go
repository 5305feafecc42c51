package sheets

import (
	"slices"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
	"runnerdb/sheets/workbook"
)

// Column is a column of a sheet, with the field that it holds and the reason
// for thinking so.
type Column struct {
	// Header is its name as printed, and Letter its name in a spreadsheet.
	Header, Letter string
	Field          Field
	// Note says why a column is left out, or was chosen although its name
	// doesn't tell.
	Note string
	// Samples holds a few of its values.
	Samples []string
}

// Key returns the name of the column on the command line and in a stored
// mapping.
func (c Column) Key() string {
	if c.Header != "" {
		return c.Header
	}
	return c.Letter
}

// mapping maps each field to its column.
type mapping map[Field]int

func (m mapping) column(field Field) int {
	if column, known := m[field]; known {
		return column
	}
	return -1
}

// columnSet is the columns of a table, each with a profile of its values.
type columnSet struct {
	columns  []Column
	profiles []profile
}

// mapper works out what the columns hold.
type mapper struct {
	columnSet
	// start is the column of start times to subtract from the finish, or -1.
	start int
	// contacts is true if email addresses and phone numbers are to be read.
	contacts bool
}

// mapColumns works out what each column holds: first by its name, then by
// whether its values agree, and finally by the values alone for fields still
// missing. said overrides the result for columns by name or letter.
func mapColumns(t grid.Table, h header, rows []grid.Row, said map[string]Field) *mapper {
	width := t.Width()
	m := &mapper{columnSet{make([]Column, width), profiles(rows, h.names, width)}, -1, t.Contacts}
	for i := range m.columns {
		c := &m.columns[i]
		c.Letter = workbook.ColumnName(i)
		if i < len(h.names) {
			c.Header = h.names[i]
		}
		c.Samples = samples(rows, i)
		c.Field = fieldOf(c.Header)
	}
	m.checkValues()
	m.settleStart()
	m.settleFinish()
	m.settleNumbers()
	m.settleNames()
	m.keepOne()
	m.settleTimes()
	m.findMissing(fullRows(rows))
	m.obey(said)
	for i := range m.columns {
		if m.columns[i].Field == "" {
			m.columns[i].Field = Skip
		}
	}
	return m
}

// fullRows counts the rows that are not headings.
func fullRows(rows []grid.Row) (n int) {
	for _, row := range rows {
		if row.Filled() > 1 {
			n++
		}
	}
	return n
}

func samples(rows []grid.Row, column int) (found []string) {
	for _, row := range rows {
		if text := row.Text(column); text != "" && !slices.Contains(found, text) {
			if found = append(found, clip(text, 40)); len(found) == 3 {
				break
			}
		}
	}
	return found
}

// drop leaves a column out.
func (m *columnSet) drop(column int, note string) {
	m.columns[column].Field, m.columns[column].Note = Skip, note
}

// all returns the columns that hold a field.
func (m *columnSet) all(field Field) (found []int) {
	for i, c := range m.columns {
		if c.Field == field {
			found = append(found, i)
		}
	}
	return found
}

func (m *columnSet) has(fields ...Field) bool {
	return slices.ContainsFunc(m.columns, func(c Column) bool { return slices.Contains(fields, c.Field) })
}

// checkValues drops columns whose values contradict their names.
func (m *mapper) checkValues() {
	for i := range m.columns {
		c, p := &m.columns[i], m.profiles[i]
		switch {
		case m.isFlag(i):
			m.drop(i, noteFlag)
		case c.Field == Private, c.Field == Email, c.Field == Phone, p.filled > 0 && p.mostly(p.private()):
			m.checkPrivate(i)
		case isTimeField(c.Field):
			m.checkTimes(i)
		case p.filled == 0:
			m.drop(i, "empty")
		case c.Field == SexOf, c.Field == Category && p.mostly(p.sexes) && !m.has(SexOf):
			m.checkSex(i)
		default:
			m.checkKind(i)
		}
	}
}

// checkPrivate leaves out personal data. Contact details of the runner may be
// asked for, but never those of somebody else.
func (m *mapper) checkPrivate(column int) {
	c, p := &m.columns[column], m.profiles[column]
	isPhone := func(text string) bool { return club.IsPhone(dialled(text)) }
	switch {
	case c.Field == Private, p.mostly(p.identities):
		c.Field = Private
	case p.mostly(p.emails), c.Field == Email && p.holds(club.IsEmail):
		c.Field = Email
	case p.mostly(p.phones), c.Field == Phone && p.holds(isPhone):
		c.Field = Phone
	default:
		c.Field = Private
	}
	if !m.contacts || c.Field == Private {
		c.Field, c.Note = Private, "personal data, left out"
	}
}

func (m *mapper) checkTimes(column int) {
	p := m.profiles[column]
	times := p.clocks + p.statuses
	if p.filled == 0 && m.hasOtherTimes(column) {
		m.drop(column, "empty")
		return
	}
	if p.filled > 0 && times == 0 || times > 0 && p.filled > 2*times {
		m.drop(column, noteNoTimes)
	}
}

// hasOtherTimes reports whether another column named as a time holds times.
func (m *mapper) hasOtherTimes(column int) bool {
	for i, c := range m.columns {
		if i != column && isTimeField(c.Field) && m.profiles[i].clocks > 0 {
			return true
		}
	}
	return false
}

func (m *mapper) checkSex(column int) {
	p := m.profiles[column]
	switch {
	case p.mostly(p.sexes):
		m.columns[column].Field = SexOf
	case p.mostly(p.numbers):
		m.drop(column, "holds places, not sexes")
	case p.mostly(p.grouped):
		m.columns[column].Field = Category
	}
}

// checkKind drops columns that should hold numbers, words or statuses but
// don't.
func (m *mapper) checkKind(column int) {
	if note := m.profiles[column].unlike(m.columns[column].Field); note != "" {
		m.drop(column, note)
		return
	}
	m.columns[column].Field = m.kindOf(column)
}

// unlike says why values contradict the name of their column. It returns "" if
// they don't.
func (p profile) unlike(field Field) string {
	numbered := p.mostly(p.numbers + p.statuses)
	fits, note := true, ""
	switch field {
	case Ending:
		fits, note = p.statuses > 0, "holds no status"
	case Category:
		fits, note = !p.mostly(p.places), "holds places, not categories"
	case Name, First, Last:
		fits, note = p.mostly(p.worded), "holds no names"
	case place:
		fits, note = numbered, "holds towns, not places"
	case Position:
		fits, note = numbered || p.numbers >= fewestNames, "holds no numbers"
	case number:
		fits, note = numbered || p.mostly(p.coded), "holds no numbers"
	default:
	}
	if fits {
		return ""
	}
	return note
}

// kindOf refines the field of a column by its values where the name is
// ambiguous.
func (m *mapper) kindOf(column int) Field {
	p := m.profiles[column]
	switch field := m.columns[column].Field; {
	case field == number && !p.mostly(p.numbers+p.statuses):
		return Bib
	case field == Age && !p.mostly(p.numbers) && !p.areAges(true):
		return Category
	case field == Category && p.areAges(false) && !m.has(Age):
		return Age
	case field == Event && p.mostly(p.numbers) && !p.mostly(p.worded):
		return number
	default:
		return field
	}
}

const noteNoTimes = "holds no times"

func isTimeField(f Field) bool { return f == Time || f == Net || f == Gun || f == finish }

// obey applies the fields that a person chose for columns.
func (m *mapper) obey(said map[string]Field) {
	for i := range m.columns {
		c := &m.columns[i]
		field, ok := said[c.Letter]
		for key, f := range said {
			if c.Header != "" && word(key) == word(c.Header) && strings.EqualFold(grid.Tidy(key), grid.Tidy(c.Header)) {
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
		if isTimeField(field) {
			m.start = -1
		}
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
