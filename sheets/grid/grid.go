// Package grid holds what every kind of result file is read into: tables of
// rows of cells. It also holds the limits that all readers keep, the error with
// which they refuse a file, and the functions that tidy and guard the text of a
// cell.
//
// The package is pure: it knows no file format, no database and no page.
package grid

import "fmt"

// Limits of a table. They are printed on the upload form and in docs/imports.md.
const (
	// MaxRows is the largest number of rows in all tables of a file together.
	MaxRows = 150_000
	// MaxColumns is the largest number of columns in a table.
	MaxColumns = 256
	// MaxCell is the largest number of bytes in a cell.
	MaxCell = 10_000
)

// RefusalError is returned for a file that can't be read as a list of results.
// Reason tells the person who uploaded it what is wrong and what to do instead.
type RefusalError struct{ Reason string }

func (r *RefusalError) Error() string { return r.Reason }

// Refuse returns a RefusalError with a formatted reason.
func Refuse(format string, args ...any) error { return &RefusalError{fmt.Sprintf(format, args...)} }

// Form is the kind of value that a workbook stores in a cell. Every cell of a
// delimited text file is Text.
type Form uint8

// The forms of a cell: text, a number, a number displayed as a time, and a
// number displayed as a date.
const (
	Text Form = iota
	Number
	Clock
	Day
)

// Cell is one cell. For a number, Text holds the stored value rather than the
// displayed one.
type Cell struct {
	Text string
	Form Form
}

// Row is a row that is not blank. Line is its line in a text file or its row in
// a workbook, counted from 1.
type Row struct {
	Line  int
	Cells []Cell
}

// Text returns the tidied text of a cell, without the apostrophe of Guard. It
// returns "" for a column beyond the end of the row.
func (r Row) Text(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return Unguard(Tidy(r.Cells[column].Text))
}

// Filled counts the cells that are not empty.
func (r Row) Filled() (n int) {
	for i := range r.Cells {
		if r.Text(i) != "" {
			n++
		}
	}
	return n
}

// Check refuses a row with too many columns or too long a cell.
func (r Row) Check() error {
	if len(r.Cells) > MaxColumns {
		return Refuse("Row %d has more than %d columns. A sheet of results has one row for each runner and few columns.", r.Line, MaxColumns)
	}
	for _, cell := range r.Cells {
		if len(cell.Text) > MaxCell {
			return Refuse("Row %d has a cell with more than %d letters. Perhaps a quotation mark is missing there.", r.Line, MaxCell)
		}
	}
	return nil
}

// Table is one sheet of a workbook, or a whole text file, which has no name.
type Table struct {
	Name string
	Rows []Row
	// Hidden is true for a sheet that the workbook does not show.
	Hidden bool
	// Contacts is true when email addresses and phone numbers are to be read;
	// otherwise they are left out.
	Contacts bool
}

// Width returns the number of columns of the widest row.
func (t Table) Width() (width int) {
	for _, row := range t.Rows {
		width = max(width, len(row.Cells))
	}
	return width
}
