package sheets

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"runnerdb/sheets/grid"
)

// AllSheets, as the name of a sheet, takes all sheets that hold results: often
// there is one for each distance.
const AllSheets = "*"

// sheetLines is how far the lines of two sheets are apart where several are
// read: more than a sheet has.
const sheetLines = 1_000_000

// LineOf is the row of its sheet in which a line stands.
func LineOf(line int) int { return line % sheetLines }

// PlaceOf is a line in words: 12, or 12 of sheet 2 where several sheets are read.
func PlaceOf(line int) string {
	if line < sheetLines {
		return strconv.Itoa(line)
	}
	return fmt.Sprintf("%d of sheet %d", LineOf(line), line/sheetLines+1)
}

// readAll reads all sheets that people see and that hold results. Of races with
// one name, day and length it makes one.
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

// add puts what a sheet holds behind what is there.
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

// editsOf are the edits of one of several sheets, by its own lines.
func editsOf(all map[int]map[Field]string, at int) map[int]map[Field]string {
	own := map[int]map[Field]string{}
	for line, cells := range all {
		if line/sheetLines == at {
			own[LineOf(line)] = cells
		}
	}
	return own
}

// tableOf is the sheet in which a line stands, the line in it, and the edits of
// that sheet.
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

// Full counts the sheets that hold results, of those that people see.
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
