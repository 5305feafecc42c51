package sheets_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf16"

	"runnerdb/sheets"
)

// parts makes a ZIP archive from files by name.
func parts(t testing.TB, contents map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range contents {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const workbookPart = `<workbook xmlns="` + mainSpace + `"/>`

// R068: files made to exhaust memory, disk or time are refused.
func TestHostileWorkbooksAreRefused(t *testing.T) {
	t.Parallel()
	many := map[string]string{"xl/workbook.xml": workbookPart}
	for i := range 700 {
		many["x/"+strings.Repeat("a", i+1)] = ""
	}
	rows := [][]any{{"Name", "Time"}, {"Thabo Nkosi", "35:10"}}
	honest := book(t, "h:mm:ss", map[string][][]any{"Results": rows})
	cell := func(row, at string) []byte {
		return withSheet(t, honest, fmt.Sprintf(`<row r="%s"><c r="%s" t="inlineStr"><is><t>x</t></is></c></row>`, row, at))
	}
	tests := map[string]struct {
		data  []byte
		words string
	}{
		"blanks without end": {parts(t, map[string]string{"xl/workbook.xml": workbookPart, "xl/worksheets/sheet1.xml": strings.Repeat(" ", 20<<20)}), "packed so tightly"},
		"too much text":      {parts(t, map[string]string{"xl/workbook.xml": workbookPart, "xl/sharedStrings.xml": noise(25 << 20)}), "MB of text"},
		"too large":          {parts(t, map[string]string{"xl/workbook.xml": workbookPart, "a": noise(33 << 20), "b": noise(33 << 20)}), "larger than"},
		"too many parts":     {parts(t, many), "parts"},
		"another place":      {parts(t, map[string]string{"xl/workbook.xml": workbookPart, "../../evil": "x"}), "elsewhere"},
		"entities":           {parts(t, map[string]string{"xl/workbook.xml": `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>` + workbookPart}), "entities"},
		"an archive":         {parts(t, map[string]string{"results.csv": "Pos,Name,Time"}), "archive"},
		"OpenDocument":       {parts(t, map[string]string{"content.xml": "<a/>"}), "OpenDocument"},
		"broken":             {[]byte("PK\x03\x04 and no more"), "damaged"},
		"a row far down":     {cell("2000000000", "A2000000000"), "damaged"},
		"the last cell":      {cell("1048576", "XFD1048576"), "beyond row"},
		"the last column":    {cell("1", "XFD1"), "empty"},
		"no such cell":       {cell("1", "ZZZZZZ99"), ""},
		"a million rows":     {withSheet(t, honest, strings.Repeat("<row/>", 1_000_000)), ""},
		"parts that overlap": {overlapping(t), "damaged"},
		"a link":             {linked(t), "elsewhere"},
		"locked":             {locked(), "password"},
		"no sheets":          {parts(t, map[string]string{"xl/workbook.xml": workbookPart}), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := describe(sheets.Open("x.xlsx", test.data))
			if !strings.HasPrefix(got, "refused: ") || !strings.Contains(got, test.words) {
				t.Errorf("got %s, want a refusal with %q", got, test.words)
			}
		})
	}
}

// noise returns text that compresses no better than an honest file.
func noise(length int) string {
	var b strings.Builder
	state := uint32(1)
	for b.Len() < length {
		state = state*1664525 + 1013904223
		b.WriteByte('a' + byte(state>>24)%26)
	}
	return b.String()
}

const mainSpace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// withSheet replaces the XML rows of a workbook's sheet.
func withSheet(t testing.TB, workbook []byte, rows string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{}
	for _, part := range archive.File {
		content := `<worksheet xmlns="` + mainSpace + `"><sheetData>` + rows + `</sheetData></worksheet>`
		if !strings.HasPrefix(part.Name, "xl/worksheets/") {
			opened, err := part.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(opened)
			if err != nil {
				t.Fatal(err)
			}
			content = string(data)
		}
		contents[part.Name] = content
	}
	return parts(t, contents)
}

// overlapping returns an archive whose directory points to the same bytes
// twice.
func overlapping(t testing.TB) []byte {
	t.Helper()
	data := parts(t, map[string]string{"xl/workbook.xml": workbookPart, "xl/workbook.two": workbookPart})
	entry := []byte("PK\x01\x02")
	const offset = 42 // in an entry of the index
	first := bytes.Index(data, entry)
	second := first + len(entry) + bytes.Index(data[first+len(entry):], entry)
	for _, at := range []int{first, second} {
		binary.LittleEndian.PutUint32(data[at+offset:], 0)
	}
	return data
}

// linked returns an archive with a symbolic link.
func linked(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	header := &zip.FileHeader{Name: "xl/workbook.xml"}
	header.SetMode(fs.ModeSymlink | 0o777)
	part, err := w.CreateHeader(header)
	if err == nil {
		_, err = part.Write([]byte("/etc/passwd"))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// locked returns the start of a password-protected workbook: a compound file
// with a stream named EncryptedPackage.
func locked() []byte {
	data := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 1024)...)
	for _, unit := range utf16.Encode([]rune("EncryptedPackage")) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	return data
}
