package delimited

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\ufeff"

// Writer writes a list as a CSV file.
type Writer struct {
	csv   *csv.Writer
	cells []string
}

// NewWriter starts a CSV file with a header row.
func NewWriter(out io.Writer, header []string) (*Writer, error) {
	if _, err := io.WriteString(out, byteOrderMark); err != nil {
		return nil, err
	}
	w := &Writer{csv: csv.NewWriter(out)}
	return w, w.csv.Write(header)
}

// Row writes a row. It panics if a cell has a type other than those that
// sheets.Writer lists.
func (w *Writer) Row(cells ...any) error {
	w.cells = w.cells[:0]
	for _, cell := range cells {
		w.cells = append(w.cells, csvCell(cell))
	}
	return w.csv.Write(w.cells)
}

// Close flushes the file. It does not close the underlying writer.
func (w *Writer) Close() error {
	w.csv.Flush()
	return w.csv.Error()
}

func csvCell(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case string:
		return grid.Guard(v)
	case int:
		return strconv.Itoa(v)
	case bool:
		return grid.YesNo(v)
	case club.FinishTime:
		return v.Exact()
	case club.Date:
		return v.String()
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.DateTime)
	default:
		panic(fmt.Sprintf("no cell holds a %T", cell))
	}
}
