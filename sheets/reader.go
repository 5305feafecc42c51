package sheets

import (
	"slices"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// reader reads the rows of a table.
type reader struct {
	header header
	at     mapping
	styles map[Field]style
	trails map[Field]*trail
	order  order
	said   map[string]Field
	// sex is the sex of every runner on the sheet, if its name says so.
	sex club.Sex
	// below is what the last heading said, and flags maps columns of check
	// marks to the status that they mean.
	below section
	flags map[int]club.Status
	// start is the column of start times to subtract from the finish, or -1.
	start int
	// clubInName is true if the club follows the name in brackets.
	clubInName bool
}

func (r *reader) prepare(m *mapper, rows []grid.Row) {
	r.styles, r.trails = map[Field]style{}, map[Field]*trail{}
	for _, field := range []Field{Time, Net, Gun} {
		if column := r.at.column(field); column >= 0 {
			r.styles[field], r.trails[field] = m.profiles[column].style, &trail{}
		}
	}
	column := r.at.column(Name)
	if column < 0 {
		return
	}
	names := make([]string, 0, min(len(rows), sampled))
	for _, row := range rows[:min(len(rows), sampled)] {
		if r.isResult(row) {
			names = append(names, row.Text(column))
		}
	}
	r.clubInName = r.at.column(Club) < 0 && haveClubs(names)
	r.order = columnOrder(names)
	if header := m.columns[column].Header; r.order == asWritten && (surnameHeaders[word(header)] || fieldOf(header) == Last) {
		r.order = surnameFirst
	}
}

// beginAgain forgets the preceding rows, at a heading.
func (r *reader) beginAgain() {
	for _, t := range r.trails {
		*t = trail{}
	}
}

// edited returns a copy of a row with a person's corrections.
func (r *reader) edited(row grid.Row, cells map[Field]string) grid.Row {
	row.Cells = slices.Clone(row.Cells)
	for field, text := range cells {
		column := r.at.column(field)
		if column < 0 {
			continue
		}
		for len(row.Cells) <= column {
			row.Cells = append(row.Cells, grid.Cell{})
		}
		row.Cells[column] = grid.Cell{Text: text}
	}
	return row
}
