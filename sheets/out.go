package sheets

import (
	"errors"
	"fmt"
	"io"

	"runnerdb/sheets/delimited"
	"runnerdb/sheets/workbook"
)

// Format is a file format for lists.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ErrFormat is returned for an unknown format.
var ErrFormat = errors.New("no format that lists go out in")

// ParseFormat returns the format with a name, or CSV for "". Errors wrap
// ErrFormat.
func ParseFormat(name string) (Format, error) {
	switch format := Format(name); format {
	case "":
		return CSV, nil
	case CSV, XLSX:
		return format, nil
	default:
		return "", fmt.Errorf("%q: %w", name, ErrFormat)
	}
}

// ContentType returns the MIME type of the format.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Writer writes a list row by row. A cell is a string, an int, a bool, a
// club.FinishTime, a club.Date or a time.Time; unknown values become empty
// cells. Numbers, times and dates keep their type. Text that a spreadsheet
// would take for a formula stays text.
type Writer interface {
	// Row writes a row. It panics if a cell has another type.
	Row(cells ...any) error
	// Close ends the file. It does not close the underlying writer.
	Close() error
}

// NewWriter starts a file with a header row. It needs little memory however
// long the list is: XLSX moves what exceeds 16 MB to a temporary file.
func NewWriter(out io.Writer, format Format, header ...string) (Writer, error) {
	if format == XLSX {
		return workbook.NewWriter(out, header)
	}
	return delimited.NewWriter(out, header)
}
