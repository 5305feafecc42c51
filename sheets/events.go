package sheets

import (
	"slices"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// events collects the races of a sheet. There is one, unless a column or
// headings between the results name several.
type events struct {
	list    []EventInfo
	rows    []int
	byName  map[string]int
	common  EventInfo
	heading string
	titles  string
	said    Options
}

func newEvents(file string, table grid.Table, h header, timed []int, said Options) *events {
	e := &events{byName: map[string]int{}, said: said}
	e.common.Name = titleOf(file)
	texts := []string{table.Name, titleOf(file), file}
	for i := range max(h.at, 0) {
		text := rowText(table.Rows[i])
		if i == 0 && isRaceTitle(table.Rows[i]) {
			e.common.Name = clip(withoutSex(text), 100)
		}
		texts = append([]string{text}, texts...)
	}
	for _, column := range timed {
		texts = append(texts, h.name(column))
	}
	e.titles = strings.Join(texts, " ")
	for _, text := range texts {
		if e.common.Length == 0 {
			e.common.Length = lengthIn(text)
		}
		if e.common.HeldOn.IsZero() {
			e.common.HeldOn = heldOn(text)
		}
	}
	e.override(&e.common)
	return e
}

// isRaceTitle reports whether a row may hold the name of the race, rather than
// column names or notes.
func isRaceTitle(row grid.Row) bool {
	text := rowText(row)
	return hasLetters(text) && row.Filled() < 3 && !onlyNamesColumns(row) && !address.MatchString(text) && len(club.Words(text)) <= 14
}

// override replaces what the file says about the race with what a person said.
func (e *events) override(info *EventInfo) {
	if e.said.Race != "" {
		info.Name = e.said.Race
	}
	if !e.said.HeldOn.IsZero() {
		info.HeldOn = e.said.HeldOn
	}
	if e.said.Length > 0 {
		info.Length = e.said.Length
	}
}

// named returns the races of the sheet. If a person gave a name, all races get
// it; races of equal length keep their own names as a suffix.
func (e *events) named() []EventInfo {
	for i, rows := range e.rows {
		e.list[i].Rows = rows
	}
	if e.said.Race == "" {
		return e.list
	}
	lengths := map[club.Metres]int{}
	for _, info := range e.list {
		lengths[info.Length]++
	}
	for i := range e.list {
		info := &e.list[i]
		if info.Name != e.said.Race && lengths[info.Length] > 1 {
			info.Name = clip(e.said.Race+" "+info.Name, 200)
		} else {
			info.Name = e.said.Race
		}
	}
	return e.list
}

// section takes a heading between results as the name of a race if it contains
// a length.
func (e *events) section(row grid.Row) {
	if row.Filled() > 2 {
		return
	}
	if text := rowText(row); lengthIn(text) > 0 {
		e.heading = clip(withoutSex(text), 100)
	}
}

// of returns the index of the race that a row belongs to.
func (e *events) of(r *reader, row grid.Row) int {
	name, length := row.Text(r.at.column(Event)), lengthOfCell(row.Text(r.at.column(Distance)))
	if name == "" && r.at.column(Distance) >= 0 {
		name = row.Text(r.at.column(Distance))
	}
	if name == "" {
		name = e.heading
	}
	index, known := e.byName[name]
	if !known {
		info := e.common
		if name != "" {
			if r.at.column(Event) >= 0 || e.heading != "" {
				info.Name = clip(name, 100)
			}
			if own := lengthOfEvent(name); own > 0 {
				info.Length = own
			}
		}
		if length > 0 {
			info.Length = length
		}
		if name == "" {
			e.override(&info)
		}
		if index = slices.Index(e.list, info); index < 0 {
			index = len(e.list)
			e.list = append(e.list, info)
			e.rows = append(e.rows, 0)
		}
		e.byName[name] = index
	}
	e.rows[index]++
	return index
}
