package sheets

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"runnerdb/sheets/grid"
)

// AllSheets is the name under which Options.Sheet selects every sheet that
// holds results. Workbooks often have one sheet for each distance.
const AllSheets = "*"

// sheetLines separates the line numbers of different sheets when several are
// read. It is more than the lines of any sheet.
const sheetLines = 1_000_000

// LineOf returns the row of a line within its sheet.
func LineOf(line int) int { return line % sheetLines }

// PlaceOf prints a line for people: "12", or "12 of sheet 2" when several
// sheets were read.
func PlaceOf(line int) string {
	if line < sheetLines {
		return strconv.Itoa(line)
	}
	return fmt.Sprintf("%d of sheet %d", LineOf(line), line/sheetLines+1)
}

// readAll reads every visible sheet that holds results. Races of the same name,
// date and length become one.
func (f *File) readAll(o Options) (*Sheet, error) {
	whole := &Sheet{Name: AllSheets}
	for i, table := range f.Tables {
		if table.Hidden {
			continue
		}
		own := o
		own.Edits, own.Length = editsOf(o.Edits, i), 0
		s, err := f.readTable(table, own)
		var refusal *RefusalError
		if errors.As(err, &refusal) {
			whole.Skipped = append(whole.Skipped, Skipped{i*sheetLines + 1, quote(table.Name) + ": " + refusal.Reason})
			continue
		}
		if err != nil {
			return nil, err
		}
		whole.add(s, i)
	}
	if len(whole.Entries) == 0 {
		return nil, grid.Refuse("No sheet of the workbook holds results: one row for each runner, with a name and a time.")
	}
	for i := range whole.Events {
		if whole.Events[i].Length == 0 {
			whole.Events[i].Length = o.Length
		}
	}
	return whole, nil
}

// add appends the contents of another sheet.
func (s *Sheet) add(other *Sheet, at int) {
	if len(s.Entries) == 0 {
		s.Header, s.Columns = other.Header, other.Columns
	}
	events := make([]int, len(other.Events))
	for i, event := range other.Events {
		same := func(e EventInfo) bool {
			return e.Name == event.Name && e.Length == event.Length && e.HeldOn == event.HeldOn
		}
		if events[i] = slices.IndexFunc(s.Events, same); events[i] >= 0 {
			s.Events[events[i]].Rows += event.Rows
			continue
		}
		events[i] = len(s.Events)
		s.Events = append(s.Events, event)
	}
	s.Entries = slices.Grow(s.Entries, len(other.Entries))
	for _, e := range other.Entries {
		e.Line, e.Event = at*sheetLines+e.Line, events[e.Event]
		s.Entries = append(s.Entries, e)
	}
	for _, skipped := range other.Skipped {
		s.Skipped = append(s.Skipped, Skipped{at*sheetLines + skipped.Line, skipped.Text})
	}
}

// editsOf returns the edits of one of several sheets, keyed by the lines of
// that sheet.
func editsOf(all map[int]map[Field]string, at int) map[int]map[Field]string {
	own := map[int]map[Field]string{}
	for line, cells := range all {
		if line/sheetLines == at {
			own[LineOf(line)] = cells
		}
	}
	return own
}

// tableOf returns the table that a line is in, the line within it, and the
// edits of that table.
func (f *File) tableOf(o Options, line int) (grid.Table, int, map[int]map[Field]string, error) {
	if o.Sheet != AllSheets {
		table, err := f.table(o.Sheet)
		return table, line, o.Edits, err
	}
	at := line / sheetLines
	if at >= len(f.Tables) {
		return grid.Table{}, 0, nil, grid.Refuse("The workbook has no sheet %d.", at+1)
	}
	return f.Tables[at], LineOf(line), editsOf(o.Edits, at), nil
}

// Full counts the visible sheets that hold results.
func (f *File) Full() (n int) {
	if len(f.Tables) < 2 {
		return len(f.Tables)
	}
	for _, table := range f.Tables {
		if _, _, _, err := readColumns(table, nil); err == nil && !table.Hidden {
			n++
		}
	}
	return n
}
