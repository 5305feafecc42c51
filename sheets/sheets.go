// Package sheets reads the result sheets that race timers send: CSV and other
// delimited text, and Excel workbooks. It writes the lists and the whole of the
// club's records as files that other programs read (out.go).
//
// Reading goes in steps, each a file or a few: the kind of file (kind.go) and its
// text (text.go, delimited.go) or cells (workbook.go) make tables; in a table
// the header is found (header.go) and the columns are told apart by their
// names and their values (columns.go); then each row is read (entry.go) with
// its time (clock.go, repair.go), status (status.go) and name (names.go).
// Whoever wrote the sheet decides how it looks, so nothing here trusts it: the
// limits are below, and what can't be read as a list of results is refused
// with a RefusalError that says what to do instead.
//
// The package is pure: it knows no database, no page and no clock.
package sheets

import "fmt"

// Limits of a sheet. They are printed on the form and in docs/imports.md.
const (
	// MaxBytes bounds the file.
	MaxBytes = 16 << 20
	// MaxUnpacked bounds a workbook when it is unpacked.
	MaxUnpacked = 64 << 20
	// MaxRows bounds the rows of all sheets of a file.
	MaxRows = 150_000
	// MaxColumns bounds the columns of a sheet.
	MaxColumns = 256
	// MaxCell bounds the bytes of a cell.
	MaxCell = 10_000
	// MaxTables bounds the sheets of a workbook.
	MaxTables = 60
)

// RefusalError says why a file is no sheet of results that we read, and what to do
// instead, in words for who sent it.
type RefusalError struct{ Reason string }

func (r *RefusalError) Error() string { return r.Reason }

func refuse(format string, args ...any) error { return &RefusalError{fmt.Sprintf(format, args...)} }

// Form says what a workbook holds in a cell. Delimited text is all Text.
type Form uint8

// The forms of cells: text; a number; a number that is shown as a time; one
// that is shown as a day.
const (
	Text Form = iota
	Number
	Clock
	Day
)

// Cell is one cell. Of a number, Text is the number itself and not how it is
// shown.
type Cell struct {
	Text string
	Form Form
}

// Row is a row that is not blank. Line is where it stands: the line of a text
// file, the row of a workbook, counted from 1.
type Row struct {
	Line  int
	Cells []Cell
}

// text is a cell's text without the blanks round it; nothing where the row is
// too short.
func (r Row) text(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return Unguard(tidy(r.Cells[column].Text))
}

// filled counts the cells that hold something.
func (r Row) filled() (n int) {
	for i := range r.Cells {
		if r.text(i) != "" {
			n++
		}
	}
	return n
}

// Table is one sheet. The sheet of a text file has no name.
type Table struct {
	Name string
	Rows []Row
	// Hidden says that the workbook does not show the sheet.
	Hidden bool
	// Contacts says that e-mail addresses and telephone numbers are asked for:
	// else they are left out.
	Contacts bool
}

// width is the number of columns.
func (t Table) width() (width int) {
	for _, row := range t.Rows {
		width = max(width, len(row.Cells))
	}
	return width
}
