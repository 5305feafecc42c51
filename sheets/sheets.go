// Package sheets reads the result sheets that race timers send, whatever their
// layout, and writes lists as CSV or Excel.
//
// A file passes through these steps, each in a file or a few. kind.go tells
// what the file is. The packages delimited and workbook read it into tables of
// cells (package grid). header.go finds the header of a table, and columns.go
// tells the columns apart by their names and values. entry.go reads each row,
// with its time (clock.go, repair.go), status (status.go) and name (names.go).
//
// Nothing here trusts a file, because strangers write them: the limits are
// below, and what can't be read as a list of results is refused with a
// RefusalError that says what to do instead.
//
// The package is pure: it knows no database, no page and no clock.
package sheets

import (
	"runnerdb/sheets/grid"
	"runnerdb/sheets/workbook"
)

// MaxBytes is the largest file that is read, in bytes.
const MaxBytes = 16 << 20

// Limits of the contents of a file. They are printed on the upload form and in
// docs/imports.md.
const (
	MaxUnpacked = workbook.MaxUnpacked
	MaxTables   = workbook.MaxSheets
	MaxRows     = grid.MaxRows
	MaxColumns  = grid.MaxColumns
	MaxCell     = grid.MaxCell
)

// RefusalError is returned for a file that can't be read as a list of results.
type RefusalError = grid.RefusalError
