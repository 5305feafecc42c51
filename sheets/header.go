package sheets

import (
	"slices"
	"strings"

	"runnerdb/sheets/grid"
)

// headerDepth is the number of rows searched for a header, and fewestNames the
// least number of known names in one.
const (
	headerDepth = 60
	fewestNames = 2
)

// header is the row that names the columns.
type header struct {
	// at is its index among the rows of the table, or -1.
	at    int
	names []string
}

// name returns the name of a column, or "".
func (h header) name(column int) string {
	if column < 0 || column >= len(h.names) {
		return ""
	}
	return h.names[column]
}

// findHeader finds the row that names the columns: the first row near the top
// with at least 70 % of the best score.
func findHeader(table grid.Table) header {
	best, scores := 0, make([]int, min(len(table.Rows), headerDepth))
	for i := range scores {
		scores[i] = headerScore(table.Rows[i])
		best = max(best, scores[i])
	}
	if best < fewestNames {
		return header{at: -1}
	}
	at := slices.IndexFunc(scores, func(score int) bool { return score*10 >= best*7 && score >= fewestNames })
	for at+1 < len(scores) && scores[at+1]*10 >= best*7 && table.Rows[at+1].Line == table.Rows[at].Line+1 {
		at++ // of two header rows, the lower is more specific and subNames completes it
	}
	return header{at, subNames(table, at, headerNames(table, at))}
}

// readColumns finds the header of a table and works out what its columns hold.
func readColumns(t grid.Table, said map[string]Field) (header, *mapper, []grid.Row, error) {
	if t.Width() < 2 {
		return header{}, nil, nil, grid.Refuse("%s", reasonNoWho)
	}
	h := findHeader(t)
	rows := t.Rows[h.at+1:]
	m := mapColumns(t, h, rows, said)
	if h.at < 0 {
		at := unknownHeader(t, m)
		if at < 0 && t.Width() >= 8 && onlyWords(t.Rows[0]) {
			at = 0
		}
		if at >= 0 {
			h = header{at, headerNames(t, at)}
			rows = t.Rows[at+1:]
			m = mapColumns(t, h, rows, said)
		}
	}
	return h, m, rows, m.checkShape()
}

// unknownHeader finds a header in a language that we don't know: the row above
// the first time, if it holds nothing but words.
func unknownHeader(t grid.Table, m *mapper) int {
	at := m.mapping()
	for i, row := range t.Rows[:min(len(t.Rows), headerDepth)] {
		isResult := false
		for _, field := range []Field{Time, Net, Gun} {
			if column := at.column(field); column >= 0 && column < len(row.Cells) {
				isResult = isResult || readClock(row.Cells[column], style{}).time > 0
			}
		}
		if !isResult {
			continue
		}
		if i == 0 {
			return -1
		}
		if above := t.Rows[i-1]; !onlyWords(above) || above.Filled() < 2 || above.Filled()*2 < row.Filled() {
			return -1
		}
		return i - 1
	}
	return -1
}

// onlyWords reports whether all cells of a row are words.
func onlyWords(row grid.Row) bool {
	for column := range row.Cells {
		if text := row.Text(column); text != "" && !hasLetters(text) && text != "#" {
			return false
		}
	}
	return true
}

// subNames extends column names by the row below, where that is more specific:
// Time, with Gun and Chip below it.
func subNames(table grid.Table, at int, names []string) []string {
	if at+1 >= len(table.Rows) || table.Rows[at+1].Line != table.Rows[at].Line+1 {
		return names
	}
	below := table.Rows[at+1]
	for i := range below.Cells {
		text := below.Text(i)
		isUnit := strings.HasPrefix(text, "(") || strings.HasPrefix(text, "[")
		if field := fieldOf(text); text != "" && !isUnit && (field == "" || field == Ending) || hasDigit(text) {
			return names
		}
	}
	upper := ""
	for i, name := range names {
		if name != "" {
			upper = name
		}
		if text := below.Text(i); text != "" && fieldOf(upper+" "+text) != "" {
			names[i] = upper + " " + text
		}
	}
	return names
}

// headerScore counts the kinds of columns that a row names. It returns 0 for a
// row that holds a time, or that names nothing a result needs.
func headerScore(row grid.Row) int {
	known := map[Field]bool{}
	words, skips := 0, 0
	for i := range row.Cells {
		text := row.Text(i)
		if text == "" {
			continue
		}
		if isClock(row.Cells[i], text) {
			return 0
		}
		switch field := fieldOf(text); field {
		case "":
		case Skip, Private, Email, Phone:
			skips++
		default:
			known[field] = true
			words++
		}
	}
	if !namesWho(known) || len(known) < fewestNames || (words+skips)*2 < row.Filled() && len(known) < 3 {
		return 0
	}
	return len(known) + min(skips, 3)
}

func isClock(cell grid.Cell, text string) bool {
	return (cell.Form != grid.Text || !hasLetters(text)) && readClock(cell, style{}).time > 0
}

// namesWho reports whether any column identifies the runner.
func namesWho(known map[Field]bool) bool {
	for _, field := range []Field{Name, First, Last, Bib, number, Position, place} {
		if known[field] {
			return true
		}
	}
	return false
}

// headerNames returns the names of the columns. If a name is missing or
// repeated, the row above may complete it: Gun and Chip, each above Time.
func headerNames(table grid.Table, at int) []string {
	row := table.Rows[at]
	names := make([]string, table.Width())
	seen := map[string]int{}
	for i := range names {
		names[i] = row.Text(i)
		seen[word(names[i])]++
	}
	if at == 0 || table.Rows[at-1].Line != row.Line-1 || table.Rows[at-1].Filled() < 2 {
		return names
	}
	above := table.Rows[at-1]
	for i, name := range names {
		upper := above.Text(i)
		if upper == "" || name != "" && seen[word(name)] < 2 {
			continue
		}
		if name == "" {
			names[i] = upper
		} else if fieldOf(upper+" "+name) != "" {
			names[i] = upper + " " + name
		}
	}
	return names
}

// onlyNamesColumns reports whether a row holds several column names and nothing
// else.
func onlyNamesColumns(r grid.Row) bool {
	for i := range r.Cells {
		if text := r.Text(i); text != "" && fieldOf(text) == "" {
			return false
		}
	}
	return r.Filled() > 1
}

// countDigits counts the cells that start with a digit.
func countDigits(r grid.Row) (n int) {
	for i := range r.Cells {
		if text := r.Text(i); text != "" && hasDigit(text[:1]) {
			n++
		}
	}
	return n
}

// isHeading reports whether a row among the results names the columns again: at
// the top of a new page, or in a second language below the header.
func isHeading(row grid.Row, h header) bool {
	filled := row.Filled()
	if filled < fewestNames {
		return false
	}
	same := 0
	for i, name := range h.names {
		if text := row.Text(i); text != "" && word(text) == word(name) {
			same++
		}
	}
	if same*10 >= filled*7 || countDigits(row) > 2 { // no header has so many numbers
		return same*10 >= filled*7
	}
	return headerScore(row)*10 >= filled*7 && headerScore(row) > 2
}
