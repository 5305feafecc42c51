package sheets

import "slices"

// Of lists that stand one below the other each may have its columns in an order
// of its own. align puts those of the lower ones where the first has them; what
// the first does not have goes to the right.
func (t Table) align() {
	h := findHeader(t)
	if h.at < 0 {
		return
	}
	names, moves := h.names, []int(nil)
	for i := h.at + 1; i < len(t.Rows); i++ {
		row := &t.Rows[i]
		if row.Line > t.Rows[h.at].Line+1 && row.digits() <= 2 && isHeading(*row, h) {
			names, moves = movesOf(*row, names)
		}
		if moves != nil {
			row.Cells = moved(row.Cells, moves)
		}
	}
	header := &t.Rows[h.at]
	for column := len(h.names); column < len(names); column++ {
		for len(header.Cells) <= column {
			header.Cells = append(header.Cells, Cell{})
		}
		header.Cells[column] = Cell{Text: names[column]}
	}
}

// movesOf says where the columns of a heading belong among the names so far, to
// which it adds what is new; nil where they stand there already.
func movesOf(heading Row, names []string) ([]string, []int) {
	moves, taken := make([]int, len(heading.Cells)), map[int]bool{}
	isMoved := false
	for i := range moves {
		moves[i] = columnNamed(heading.text(i), i, names)
		if moves[i] >= 0 && taken[moves[i]] {
			moves[i] = -1
		}
		taken[moves[i]] = true
		isMoved = isMoved || moves[i] >= 0 && moves[i] != i || moves[i] < 0 && i < len(names) && holdsOther(heading.text(i), names[i])
	}
	if !isMoved {
		return names, nil
	}
	more := slices.Clone(names)
	for i, to := range moves {
		if to < 0 {
			moves[i] = len(more)
			more = append(more, heading.text(i))
		}
	}
	if len(more) > MaxColumns {
		return names, nil
	}
	return more, moves
}

// columnNamed is the column that is named so, or that holds the same: at best
// the one at the same place; -1 for none.
func columnNamed(name string, at int, names []string) int {
	field := fieldOf(name)
	same := func(other string) bool { return word(other) == word(name) }
	alike := func(other string) bool { return field != "" && field != Skip && fieldOf(other) == field }
	for _, fits := range []func(string) bool{same, alike} {
		if at < len(names) && fits(names[at]) {
			return at
		}
		if i := slices.IndexFunc(names, fits); i >= 0 && name != "" {
			return i
		}
	}
	return -1
}

// holdsOther reports whether two names are of columns that surely hold something
// else: a club and an e-mail address.
func holdsOther(name, other string) bool {
	field, fieldOther := fieldOf(name), fieldOf(other)
	isSure := func(f Field) bool { return f == Private || slices.Contains(Fields, f) && f != Skip }
	return field != fieldOther && isSure(field) && isSure(fieldOther)
}

func moved(cells []Cell, moves []int) []Cell {
	to := make([]Cell, 0, len(cells))
	for i, cell := range cells {
		column := i
		if i < len(moves) {
			column = moves[i]
		} else if cell.Text == "" {
			continue
		}
		for len(to) <= column {
			to = append(to, Cell{})
		}
		to[column] = cell
	}
	return to
}
