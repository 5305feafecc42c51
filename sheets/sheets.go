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

import (
	"runnerdb/sheets/grid"
	"runnerdb/sheets/workbook"
)

// MaxBytes is the largest size of a file that is read.
const MaxBytes = 16 << 20

// Limits of what is in a file. They are printed on the upload form and in
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
