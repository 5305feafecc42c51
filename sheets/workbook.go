package sheets

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readWorkbook makes a table of each sheet of a workbook.
func readWorkbook(data []byte) (tables []Table, err error) {
	if err := checkArchive(data); err != nil {
		return nil, err
	}
	defer func() {
		// A library that reads what anybody sends: no file may end the program.
		if broken := recover(); broken != nil {
			tables, err = nil, refuse("%s", reasonDamaged)
		}
	}()
	// Equal limits keep all in memory: nothing is written to a disk.
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked, RawCellValue: true,
	})
	if err != nil {
		return nil, refuse("%s", reasonDamaged)
	}
	defer func() { _ = file.Close() }()
	names := file.GetSheetList()
	if len(names) > MaxTables {
		return nil, refuse("The workbook has more than %d sheets. Save the one with the results as a workbook of its own.", MaxTables)
	}
	rows := 0
	for _, name := range names {
		table, err := readSheet(file, name, MaxRows-rows)
		if err != nil {
			return nil, err
		}
		if len(table.Rows) > 0 {
			rows += len(table.Rows)
			tables = append(tables, table)
		}
	}
	if len(tables) == 0 {
		return nil, refuse("The workbook is empty.")
	}
	return tables, nil
}

func readSheet(file *excelize.File, name string, room int) (Table, error) {
	visible, err := file.GetSheetVisible(name)
	table := Table{Name: name, Hidden: err == nil && !visible}
	values, err := file.Rows(name)
	if err != nil { // a sheet of nothing but a chart
		return table, nil
	}
	defer func() { _ = values.Close() }()
	shown, err := file.Rows(name)
	if err != nil {
		return table, nil
	}
	defer func() { _ = shown.Close() }()
	for line := 1; values.Next() && shown.Next(); line++ {
		if line > MaxRows {
			return table, refuse("The sheet %q goes on beyond row %d. Delete what stands below the results, and save it again.", name, MaxRows)
		}
		row, err := readRow(values, shown, line)
		if err != nil {
			return table, err
		}
		if row.filled() == 0 {
			continue
		}
		if len(table.Rows) == room {
			return table, refuse("The workbook has more than %d rows. Split it.", MaxRows)
		}
		table.Rows = append(table.Rows, row)
	}
	if values.Error() != nil || shown.Error() != nil {
		return table, refuse("%s", reasonDamaged)
	}
	return table, nil
}

func readRow(values, shown *excelize.Rows, line int) (Row, error) {
	row := Row{Line: line}
	raw, err := values.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return row, refuse("%s", reasonDamaged)
	}
	printed, err := shown.Columns(excelize.Options{RawCellValue: false})
	if err != nil {
		return row, refuse("%s", reasonDamaged)
	}
	row.Cells = make([]Cell, min(len(raw), MaxColumns+1))
	for i := range row.Cells {
		row.Cells[i].Text = raw[i]
		if i < len(printed) {
			row.Cells[i].Form = formOf(raw[i], printed[i])
		}
	}
	for n := len(row.Cells); n > 0 && strings.TrimSpace(row.Cells[n-1].Text) == ""; n-- {
		row.Cells = row.Cells[:n-1]
	}
	return row, checkRow(row)
}

// formOf tells from what a cell holds, and how it is shown, what it is.
func formOf(raw, printed string) Form {
	if raw == "" || !strings.ContainsAny(raw[:1], "0123456789-.") {
		return Text
	}
	if _, err := strconv.ParseFloat(raw, 64); err != nil {
		return Text
	}
	switch {
	case strings.Contains(printed, ":"):
		return Clock
	case strings.ContainsAny(printed, "/-") && !strings.HasPrefix(printed, "-") && !strings.ContainsAny(printed, "eE"):
		return Day
	default:
		return Number
	}
}

// columnName is a column as spreadsheets name it: A, B … Z, AA.
func columnName(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return fmt.Sprint(column + 1)
	}
	return name
}
