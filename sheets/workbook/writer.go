package workbook

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// MaxSheetRows is the number of rows that a sheet can hold, including the
// header.
const MaxSheetRows = 1_048_576

// ErrTooLong is returned for a list with more than MaxSheetRows rows.
var ErrTooLong = fmt.Errorf("an Excel sheet has room for %d rows; take CSV", MaxSheetRows)

const outSheet = "Sheet1"

// Writer streams a workbook with one sheet.
type Writer struct {
	out    io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	row    int
	styles styles
}

// styles holds the ids of the number formats.
type styles struct{ time, exactTime, date, moment int }

const hoursPerDay = 24

// NewWriter starts a workbook with a header row. Rows beyond 16 MB go to a
// temporary file until Close.
func NewWriter(out io.Writer, header []string) (*Writer, error) {
	w := &Writer{out: out, book: excelize.NewFile()}
	if err := w.begin(header); err != nil {
		return nil, errors.Join(err, w.book.Close())
	}
	return w, nil
}

func (w *Writer) begin(header []string) (err error) {
	if w.styles, err = newStyles(w.book); err != nil {
		return err
	}
	bold, err := w.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if w.stream, err = w.book.NewStreamWriter(outSheet); err != nil {
		return err
	}
	if err := w.stream.SetColWidth(1, len(header), 16); err != nil {
		return err
	}
	if err := w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	cells := make([]any, len(header))
	for i, name := range header {
		cells[i] = excelize.Cell{StyleID: bold, Value: name}
	}
	return w.set(cells)
}

func newStyles(book *excelize.File) (s styles, err error) {
	for _, style := range []struct {
		id     *int
		format string
	}{
		{&s.time, "[h]:mm:ss"},
		{&s.exactTime, "[h]:mm:ss.000"},
		{&s.date, "yyyy-mm-dd"},
		{&s.moment, "yyyy-mm-dd hh:mm:ss"},
	} {
		if *style.id, err = book.NewStyle(&excelize.Style{CustomNumFmt: &style.format}); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Row writes a row. It panics if a cell has a type other than those that
// sheets.Writer lists.
func (w *Writer) Row(cells ...any) error {
	values := make([]any, len(cells))
	for i, cell := range cells {
		values[i] = w.styles.cell(cell)
	}
	return w.set(values)
}

func (w *Writer) set(values []any) error {
	if w.row++; w.row > MaxSheetRows {
		return ErrTooLong
	}
	return w.stream.SetRow(fmt.Sprintf("A%d", w.row), values)
}

// cell returns the value and style of a cell. Text has the string type, so that
// a spreadsheet does not run formulas in it.
func (s styles) cell(cell any) any {
	switch v := cell.(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
		return printable(v)
	case int:
		return v
	case bool:
		return grid.YesNo(v)
	case club.FinishTime:
		switch {
		case v <= 0:
			return nil
		case v%1000 == 0:
			return excelize.Cell{StyleID: s.time, Value: v.Minutes() / 60 / hoursPerDay}
		default:
			return excelize.Cell{StyleID: s.exactTime, Value: v.Minutes() / 60 / hoursPerDay}
		}
	case club.Date:
		// Excel has no dates before 1900.
		if v.Year < 1901 {
			return v.String()
		}
		return excelize.Cell{StyleID: s.date, Value: time.Date(v.Year, v.Month, v.Day, 0, 0, 0, 0, time.UTC)}
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return excelize.Cell{StyleID: s.moment, Value: v.UTC().Truncate(time.Second)}
	default:
		panic(fmt.Sprintf("no cell holds a %T", cell))
	}
}

// printable replaces the characters that XML can't hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, text)
}

// Close writes the compressed workbook straight to the output.
func (w *Writer) Close() (err error) {
	defer func() { err = errors.Join(err, w.book.Close()) }()
	if err := w.stream.Flush(); err != nil {
		return err
	}
	w.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w.out) })
	_, err = w.book.WriteTo(io.Discard)
	return err
}
