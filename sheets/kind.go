package sheets

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
	"unicode/utf16"

	"runnerdb/sheets/grid"
	"runnerdb/sheets/workbook"
)

// kind is the type of a file, detected from its content.
type kind int

const (
	kindText kind = iota
	kindWorkbook
)

// foreign lists other types of files that people upload, detected by their
// first bytes.
var foreign = []struct{ start, reason string }{
	{"%PDF", "This is a PDF, which has no rows and columns to read. Ask the timer for the results as CSV or Excel (.xlsx)."},
	{"{\\rtf", "This is a text document (RTF). Save the table as CSV or as an Excel workbook (.xlsx)."},
	{"\x1f\x8b", "This file is packed with gzip. Unpack it, and upload the sheet in it."},
	{"7z\xbc\xaf\x27\x1c", "This is a 7z archive. Unpack it, and upload the sheet in it."},
	{"Rar!", "This is a RAR archive. Unpack it, and upload the sheet in it."},
	{"\x89PNG", "This is a picture. Ask the timer for the results as CSV or Excel (.xlsx)."},
	{"\xff\xd8\xff", "This is a picture. Ask the timer for the results as CSV or Excel (.xlsx)."},
	{"GIF8", "This is a picture. Ask the timer for the results as CSV or Excel (.xlsx)."},
	{"MZ", "This is a program, not a sheet of results."},
	{"\x7fELF", "This is a program, not a sheet of results."},
	{"\x09\x08", reasonLegacy},
	{"\x09\x04", reasonLegacy},
}

const (
	reasonLegacy = "This is an Excel file of the old kind (.xls). Open it in Excel or LibreOffice, save it as “Excel workbook (.xlsx)”, and upload that."
	reasonWeb    = "This is a web page, whatever its name says. Open it in Excel or LibreOffice, save it as “Excel workbook (.xlsx)” or CSV, and upload that."
	reasonJSON   = "This is JSON, not a table. Ask the timer for the results as CSV or Excel (.xlsx)."
	reasonNames  = "The name of the file does not end in .csv, .tsv, .txt, .xlsx or .xlsm, so it is not known what it is. Give it the right ending, and upload it again."
)

// kindOf detects the type of a file from its content, and refuses it if the
// file extension disagrees.
func kindOf(name string, data []byte) (kind, error) {
	if len(data) > MaxBytes {
		return 0, grid.Refuse("The file is larger than %d MB. Leave out what is no result, or split it.", MaxBytes>>20)
	}
	ending := strings.ToLower(path.Ext(strings.ReplaceAll(name, "\\", "/")))
	what, err := contentKind(data)
	if err != nil {
		return 0, err
	}
	switch ending {
	case ".xlsx", ".xlsm":
		if what != kindWorkbook {
			return 0, grid.Refuse("The file is named %s, but holds plain text. If it is a CSV file, name it .csv; else save it again as an Excel workbook.", ending)
		}
	case ".csv", ".tsv", ".tab", ".txt":
		if what == kindWorkbook {
			return 0, grid.Refuse("The file is named %s, but is an Excel workbook. Name it .xlsx, and upload it again.", ending)
		}
	default:
		return 0, grid.Refuse("%s", reasonNames)
	}
	return what, nil
}

func contentKind(data []byte) (kind, error) {
	if len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))) == 0 {
		return 0, grid.Refuse("The file is empty.")
	}
	for _, f := range foreign {
		if bytes.HasPrefix(data, []byte(f.start)) {
			return 0, grid.Refuse("%s", f.reason)
		}
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return 0, grid.Refuse("%s", compoundReason(data))
	case bytes.HasPrefix(data, []byte("PK")):
		return kindWorkbook, nil
	}
	start := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 4096)], "\xef\xbb\xbf \t\r\n")))
	switch {
	case strings.HasPrefix(start, "<"):
		return 0, grid.Refuse("%s", reasonWeb)
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "[{"):
		return 0, grid.Refuse("%s", reasonJSON)
	}
	return kindText, nil
}

// compoundReason tells a password-protected workbook from an old .xls file.
// Both are compound files, but only the protected one has a stream named
// EncryptedPackage.
func compoundReason(data []byte) string {
	var stream []byte
	for _, unit := range utf16.Encode([]rune("EncryptedPackage")) {
		stream = binary.LittleEndian.AppendUint16(stream, unit)
	}
	if bytes.Contains(data, stream) {
		return workbook.ReasonLocked
	}
	return reasonLegacy
}
