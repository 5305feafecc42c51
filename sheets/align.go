package sheets

import (
	"slices"

	"runnerdb/sheets/grid"
)

// align lines up lists that stand one below the other in a table but order
// their columns differently. It moves the columns of the lower lists to where
// the first list has them. Columns that the first list lacks go to the right.
func align(t grid.Table) {
	h := findHeader(t)
	if h.at < 0 {
		return
	}
	a := aligner{names: make([]headed, len(h.names))}
	for i, name := range h.names {
		a.names[i] = nameOf(name)
	}
	headings := 0
	for i := h.at + 1; i < len(t.Rows); i++ {
		row := &t.Rows[i]
		if headings < mostHeadings && row.Line > t.Rows[h.at].Line+1 && countDigits(*row) <= 2 && isHeading(*row, h) {
			headings++
			a.heading(*row)
		}
		if a.moves != nil {
			row.Cells = moved(row.Cells, a.moves)
		}
	}
	header := &t.Rows[h.at]
	for column := len(h.names); column < len(a.names); column++ {
		for len(header.Cells) <= column {
			header.Cells = append(header.Cells, grid.Cell{})
		}
		header.Cells[column] = grid.Cell{Text: a.names[column].text}
	}
}

// mostHeadings is the maximum number of headings examined in a table.
const mostHeadings = 1000

// headed is the name of a column, with the field that it means.
type headed struct {
	text, word string
	field      Field
}

func nameOf(text string) headed { return headed{text, word(text), fieldOf(text)} }

// aligner holds the names of all columns so far, and where the columns of the
// current list belong. moves is nil if they need not move.
type aligner struct {
	names []headed
	moves []int
}

// heading reads a heading between two lists.
func (a *aligner) heading(row grid.Row) {
	moves, taken := make([]int, len(row.Cells)), map[int]bool{}
	names, isMoved := a.names, false
	for i := range moves {
		name := nameOf(row.Text(i))
		moves[i] = a.column(name, i)
		if taken[moves[i]] {
			moves[i] = -1
		}
		if moves[i] < 0 {
			isMoved = isMoved || i < len(a.names) && name.holdsOtherThan(a.names[i])
			moves[i] = len(names)
			names = append(names, name)
		} else {
			isMoved = isMoved || moves[i] != i
		}
		taken[moves[i]] = true
	}
	a.moves = nil
	if isMoved && len(names) <= grid.MaxColumns {
		a.names, a.moves = slices.Clone(names), moves
	}
}

// column returns the index of the column with the same name or, failing that,
// the same field. It prefers the one at the same index, and returns -1 if there
// is none.
func (a *aligner) column(name headed, at int) int {
	same := func(other headed) bool { return other.word == name.word }
	alike := func(other headed) bool {
		return name.field != "" && name.field != Skip && other.field == name.field
	}
	for _, fits := range []func(headed) bool{same, alike} {
		if at < len(a.names) && fits(a.names[at]) {
			return at
		}
		if i := slices.IndexFunc(a.names, fits); i >= 0 && name.word != "" {
			return i
		}
	}
	return -1
}

// holdsOtherThan reports whether two columns certainly hold different things,
// such as a club and an email address.
func (n headed) holdsOtherThan(other headed) bool {
	isSure := func(f Field) bool { return f == Private || slices.Contains(Fields, f) && f != Skip }
	return n.field != other.field && isSure(n.field) && isSure(other.field)
}

func moved(cells []grid.Cell, moves []int) []grid.Cell {
	to := make([]grid.Cell, 0, len(cells))
	for i, cell := range cells {
		column := i
		if i < len(moves) {
			column = moves[i]
		} else if cell.Text == "" {
			continue
		}
		for len(to) <= column {
			to = append(to, grid.Cell{})
		}
		to[column] = cell
	}
	return to
}
