package sheets

import (
	"errors"
	"fmt"
	"io"

	"runnerdb/club"
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
		return newXLSXWriter(out, header)
	}
	return newCSVWriter(out, header)
}

// Exactly prints a time as h:mm:ss, with what there is of a second as a
// decimal fraction, and an unknown one as nothing. club.ParseFinishTime reads
// the same time.
func Exactly(t club.FinishTime) string {
	if t <= 0 {
		return ""
	}
	text := (t - t%1000).String()
	switch fraction := int64(t % 1000); {
	case fraction == 0:
		return text
	case fraction%100 == 0:
		return fmt.Sprintf("%s.%d", text, fraction/100)
	case fraction%10 == 0:
		return fmt.Sprintf("%s.%02d", text, fraction/10)
	default:
		return fmt.Sprintf("%s.%03d", text, fraction)
	}
}
