// Package workbook reads Excel workbooks into tables and writes lists as Excel
// workbooks. It checks how a workbook is packed before it unpacks anything.
package workbook

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"runnerdb/sheets/grid"

	"github.com/xuri/excelize/v2"
)

// Limits of a workbook.
const (
	// MaxUnpacked is the largest size of an unpacked workbook, in bytes.
	MaxUnpacked = 64 << 20
	// MaxSheets is the largest number of sheets.
	MaxSheets = 60
)

// Read reads each sheet of a workbook into a table. It refuses other files with
// a *grid.RefusalError.
func Read(data []byte) (tables []grid.Table, err error) {
	if err := checkArchive(data); err != nil {
		return nil, err
	}
	defer func() {
		// The library parses untrusted files: no file may crash the program.
		if broken := recover(); broken != nil {
			tables, err = nil, grid.Refuse("%s", reasonDamaged)
		}
	}()
	// With equal limits, excelize keeps everything in memory.
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked, RawCellValue: true,
	})
	if err != nil {
		return nil, grid.Refuse("%s", reasonDamaged)
	}
	defer func() { _ = file.Close() }()
	names := file.GetSheetList()
	if len(names) > MaxSheets {
		return nil, grid.Refuse("The workbook has more than %d sheets. Save the one with the results as a workbook of its own.", MaxSheets)
	}
	rows := 0
	for _, name := range names {
		table, err := readSheet(file, name, grid.MaxRows-rows)
		if err != nil {
			return nil, err
		}
		if len(table.Rows) > 0 {
			rows += len(table.Rows)
			tables = append(tables, table)
		}
	}
	if len(tables) == 0 {
		return nil, grid.Refuse("The workbook is empty.")
	}
	return tables, nil
}

func readSheet(file *excelize.File, name string, room int) (grid.Table, error) {
	visible, err := file.GetSheetVisible(name)
	table := grid.Table{Name: name, Hidden: err == nil && !visible}
	values, err := file.Rows(name)
	if err != nil { // a sheet with only a chart
		return table, nil
	}
	defer func() { _ = values.Close() }()
	shown, err := file.Rows(name)
	if err != nil {
		return table, nil
	}
	defer func() { _ = shown.Close() }()
	for line := 1; values.Next() && shown.Next(); line++ {
		if line > grid.MaxRows {
			return table, grid.Refuse("The sheet %q goes on beyond row %d. Delete what stands below the results, and save it again.", name, grid.MaxRows)
		}
		row, err := readRow(values, shown, line)
		if err != nil {
			return table, err
		}
		if row.Filled() == 0 {
			continue
		}
		if len(table.Rows) == room {
			return table, grid.Refuse("The workbook has more than %d rows. Split it.", grid.MaxRows)
		}
		table.Rows = append(table.Rows, row)
	}
	if values.Error() != nil || shown.Error() != nil {
		return table, grid.Refuse("%s", reasonDamaged)
	}
	return table, nil
}

func readRow(values, shown *excelize.Rows, line int) (grid.Row, error) {
	row := grid.Row{Line: line}
	raw, err := values.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return row, grid.Refuse("%s", reasonDamaged)
	}
	printed, err := shown.Columns(excelize.Options{RawCellValue: false})
	if err != nil {
		return row, grid.Refuse("%s", reasonDamaged)
	}
	row.Cells = make([]grid.Cell, min(len(raw), grid.MaxColumns+1))
	for i := range row.Cells {
		row.Cells[i].Text = raw[i]
		if i < len(printed) {
			row.Cells[i].Form = formOf(raw[i], printed[i])
		}
	}
	for n := len(row.Cells); n > 0 && strings.TrimSpace(row.Cells[n-1].Text) == ""; n-- {
		row.Cells = row.Cells[:n-1]
	}
	return row, row.Check()
}

// formOf tells what a cell holds from its stored and displayed values.
func formOf(raw, printed string) grid.Form {
	if raw == "" || !strings.ContainsAny(raw[:1], "0123456789-.") {
		return grid.Text
	}
	if _, err := strconv.ParseFloat(raw, 64); err != nil {
		return grid.Text
	}
	switch {
	case strings.Contains(printed, ":"):
		return grid.Clock
	case strings.ContainsAny(printed, "/-") && !strings.HasPrefix(printed, "-") && !strings.ContainsAny(printed, "eE"):
		return grid.Day
	default:
		return grid.Number
	}
}

// ColumnName returns the name that spreadsheets give a column, counted from 0:
// A, B … Z, AA.
func ColumnName(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return fmt.Sprint(column + 1)
	}
	return name
}
