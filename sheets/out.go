package sheets

import (
	"errors"
	"fmt"
	"io"

	"runnerdb/sheets/delimited"
	"runnerdb/sheets/workbook"
)

// Format is a kind of file that a list goes out as.
type Format string

// The kinds of files.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ErrFormat says that a list goes out in no such format.
var ErrFormat = errors.New("no format that lists go out in")

// ParseFormat reads the name of a format; without one it is CSV.
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

// ContentType is the format's name on the web.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Writer writes a list row by row. A cell is a string, an int, a bool, a
// club.FinishTime, a club.Date or a time.Time; what is not known is an empty
// cell. Numbers, times and dates stay what they are; text that a spreadsheet
// would take for a formula stays text.
type Writer interface {
	// Row writes a row; any other type of cell is a mistake in the program.
	Row(cells ...any) error
	// Close ends the file, and leaves open what it was written to.
	Close() error
}

// NewWriter begins a file with a row of headers. It holds little in memory,
// however long the list is; XLSX sets aside in the folder for temporary files
// what is more than 16 MB.
func NewWriter(out io.Writer, format Format, header ...string) (Writer, error) {
	if format == XLSX {
		return workbook.NewWriter(out, header)
	}
	return delimited.NewWriter(out, header)
}
