// Package delimited reads CSV and other delimited text into a table, whatever its
// encoding and separator, and writes lists as CSV.
package delimited

import (
	"slices"
	"strings"

	"runnerdb/sheets/grid"
)

// quoteBound is the number of bytes after which an unclosed quote counts as an
// ordinary character.
const quoteBound = 4096

const reasonFixed = "This text lines its columns up with blanks, so they can’t be told apart safely. Ask the timer for CSV or Excel, or open it in a spreadsheet (Data, Text to columns, Fixed width), and save it as CSV."

// Read reads delimited text into a table. It refuses other files with a
// *grid.RefusalError.
func Read(data []byte) (grid.Table, error) {
	text, err := decode(data)
	if err != nil {
		return grid.Table{}, err
	}
	separator, skip := separatorOf(text)
	s := splitter{text: text, separator: separator, line: 1}
	if skip {
		s.record()
	}
	var table grid.Table
	for s.at < len(s.text) {
		row := s.record()
		if err := row.Check(); err != nil {
			return grid.Table{}, err
		}
		if row.Filled() == 0 {
			continue
		}
		if len(table.Rows) == grid.MaxRows {
			return grid.Table{}, grid.Refuse("The file has more than %d rows. Split it.", grid.MaxRows)
		}
		row.Cells = slices.Clone(row.Cells) // the splitter reuses its slice
		unquote(row)
		table.Rows = append(table.Rows, row)
	}
	if table.Width() <= 3 && isFixedWidth(text) {
		return grid.Table{}, grid.Refuse("%s", reasonFixed)
	}
	return table, nil
}

// unquote removes the leading apostrophes that mark cells as text, if most
// cells of a row have one.
func unquote(r grid.Row) {
	quoted := 0
	for _, cell := range r.Cells {
		if strings.HasPrefix(cell.Text, "'") {
			quoted++
		}
	}
	if quoted < 2 || quoted*10 < r.Filled()*6 {
		return
	}
	for i := range r.Cells {
		r.Cells[i].Text = strings.TrimPrefix(r.Cells[i].Text, "'")
	}
}

// splitter splits text into rows and cells. It is lenient: a quote inside a
// cell, or one that is never closed, is an ordinary character.
type splitter struct {
	text      string
	separator byte
	at, line  int
	// open is the offset before which no quoted cell ends.
	open int
	// cells is reused for each row.
	cells []grid.Cell
}

// record returns the next row, whose cells are valid until the one after. A
// quoted cell may span several lines.
func (s *splitter) record() grid.Row {
	row := grid.Row{Line: s.line, Cells: s.cells[:0]}
	defer func() { s.cells = row.Cells }()
	for {
		cell := s.cell()
		// Rows with far too many cells are refused anyway.
		if len(row.Cells) <= grid.MaxColumns {
			row.Cells = append(row.Cells, grid.Cell{Text: cell})
		}
		if s.at >= len(s.text) {
			return row
		}
		if s.text[s.at] == s.separator {
			s.at++
			continue
		}
		s.lineEnd()
		return row
	}
}

func (s *splitter) lineEnd() {
	s.at += lineEndAt(s.text, s.at)
	s.line++
}

// lineEndAt returns the length of the line ending at an offset, or 0.
func lineEndAt(text string, at int) int {
	switch {
	case strings.HasPrefix(text[at:], "\r\n"):
		return 2
	case text[at] == '\n' || text[at] == '\r':
		return 1
	default:
		return 0
	}
}

func (s *splitter) cell() string {
	start := s.at
	for start < len(s.text) && s.text[start] == ' ' {
		start++
	}
	if start < len(s.text) && s.text[start] == '"' {
		if cell, ok := s.quoted(start + 1); ok {
			return cell
		}
	}
	end := strings.IndexAny(s.text[s.at:], string([]byte{s.separator, '\r', '\n'}))
	if end < 0 {
		end = len(s.text) - s.at
	}
	cell := s.text[s.at : s.at+end]
	s.at += end
	return cell
}

// quoted reads a quoted cell, starting after its opening quote. It ends at a
// quote before a separator or a line ending. If another quoted cell starts on a
// later line first, the closing quote is missing.
func (s *splitter) quoted(start int) (string, bool) {
	bound := min(len(s.text), start+quoteBound)
	for at := max(start, s.open); at < bound; {
		quote := strings.IndexByte(s.text[at:bound], '"')
		if quote < 0 {
			break
		}
		first := at + quote
		at = first
		for at < len(s.text) && s.text[at] == '"' {
			at++
		}
		isLast := (at-first)%2 == 1 && s.endsCell(at)
		if isLast {
			return s.finish(start, at-1, at), true
		}
		if s.beginsCell(first) && lineEnds(s.text[start:first]) > 0 {
			return "", false
		}
	}
	s.open = bound
	return "", false
}

// beginsCell reports whether a quote stands at the start of a cell.
func (s *splitter) beginsCell(quote int) bool {
	before := s.text[quote-1]
	return before == s.separator || before == '\n' || before == '\r'
}

// endsCell reports whether a cell may end at an offset: spaces, then a
// separator or a line ending.
func (s *splitter) endsCell(at int) bool {
	for at < len(s.text) && s.text[at] == ' ' {
		at++
	}
	return at >= len(s.text) || s.text[at] == s.separator || lineEndAt(s.text, at) > 0
}

func (s *splitter) finish(start, end, at int) string {
	cell := s.text[start:end]
	s.line += lineEnds(cell)
	for at < len(s.text) && s.text[at] == ' ' {
		at++
	}
	s.at = at
	return strings.ReplaceAll(cell, `""`, `"`)
}

// lineEnds counts the line endings in a cell.
func lineEnds(cell string) int {
	if !strings.ContainsAny(cell, "\r\n") {
		return 0
	}
	return strings.Count(cell, "\n") + strings.Count(cell, "\r") - strings.Count(cell, "\r\n")
}
