package sheets

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"runnerdb/club"
)

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\ufeff"

type csvWriter struct {
	csv   *csv.Writer
	cells []string
}

func newCSVWriter(out io.Writer, header []string) (*csvWriter, error) {
	if _, err := io.WriteString(out, byteOrderMark); err != nil {
		return nil, err
	}
	w := &csvWriter{csv: csv.NewWriter(out)}
	return w, w.csv.Write(header)
}

func (w *csvWriter) Row(cells ...any) error {
	w.cells = w.cells[:0]
	for _, cell := range cells {
		w.cells = append(w.cells, csvCell(cell))
	}
	return w.csv.Write(w.cells)
}

func (w *csvWriter) Close() error {
	w.csv.Flush()
	return w.csv.Error()
}

func csvCell(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case string:
		return Guard(v)
	case int:
		return strconv.Itoa(v)
	case bool:
		return yesNo(v)
	case club.FinishTime:
		return Exactly(v)
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

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
