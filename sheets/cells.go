package sheets

import (
	"slices"

	"runnerdb/sheets/grid"
)

// Editable lists the fields that can be corrected in a row.
var Editable = []Field{Name, First, Last, Time, Net, Gun, Ending, Position, SexOf, Category, Age, Born, Club, Licence, Email, Phone}

// CellText is the text of one field of a row.
type CellText struct {
	Field Field
	Text  string
}

// Cells returns the editable fields of a row, with corrections applied.
func (f *File) Cells(o Options, line int) ([]CellText, error) {
	table, line, edits, err := f.tableOf(o, line)
	if err != nil {
		return nil, err
	}
	_, m, rows, err := readColumns(table, o.Mapping)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(rows, func(row grid.Row) bool { return row.Line == line })
	if at < 0 {
		return nil, nil
	}
	var cells []CellText
	fields := m.mapping()
	for _, field := range Editable {
		column := fields.column(field)
		if column < 0 {
			continue
		}
		text := rows[at].Text(column)
		if fixed, ok := edits[line][field]; ok {
			text = fixed
		} else if column < len(rows[at].Cells) && rows[at].Cells[column].Form == grid.Clock {
			if c := readClock(rows[at].Cells[column], style{}); c.time > 0 {
				text = c.time.Exact()
			}
		}
		cells = append(cells, CellText{field, text})
	}
	return cells, nil
}
