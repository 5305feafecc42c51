package delimited

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"runnerdb/sheets/grid"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode/utf32"

	utf "golang.org/x/text/encoding/unicode"
)

// decode converts a text file in any encoding that spreadsheets write to UTF-8,
// and refuses anything but text.
func decode(data []byte) (string, error) {
	text := string(data)
	if e := encodingOf(data); e != nil {
		if e == charmap.Windows1252 && !isWestern(data) {
			return "", grid.Refuse("The letters of the file are not kept as UTF-8, and not as Western Windows does, so the names can’t be read. Save the sheet as “CSV UTF-8”, and upload that.")
		}
		decoded, err := e.NewDecoder().Bytes(data)
		if err != nil {
			return "", grid.Refuse("The text can't be read. Save the sheet as “CSV UTF-8”, and upload that.")
		}
		text = string(decoded)
	}
	text = strings.TrimPrefix(text, "\ufeff")
	if odd := strings.Count(text, "\ufffd") + controls(text); odd > 8 && odd > len(text)/100 {
		return "", grid.Refuse("This is no text, whatever its name says. Save the sheet as CSV or as an Excel workbook (.xlsx), and upload that.")
	}
	return strings.ReplaceAll(text, "\x00", ""), nil
}

// encodingOf returns the encoding of a text, or nil for UTF-8.
func encodingOf(data []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return utf.UTF16(utf.LittleEndian, utf.UseBOM)
	}
	head := data[:min(len(data), 4096)]
	even, odd := 0, 0
	for i, b := range head {
		switch {
		case b == 0 && i%2 == 0:
			even++
		case b == 0:
			odd++
		}
	}
	switch {
	case odd > len(head)/5 && even < odd/8:
		return utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)
	case even > len(head)/5 && odd < even/8:
		return utf.UTF16(utf.BigEndian, utf.IgnoreBOM)
	case utf8.Valid(data):
		return nil
	case fromMac(data):
		return charmap.Macintosh
	default:
		return charmap.Windows1252
	}
}

// isWestern reports whether a text may be Windows-1252: only some of its
// letters have accents, unlike in Greek, Russian or Chinese.
func isWestern(data []byte) bool {
	high, letters := 0, 0
	for _, b := range data {
		switch {
		case b >= 0x80:
			high++
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			letters++
		}
	}
	return high*3 < high+letters
}

// fromMac reports whether a text may be Mac Roman: lines end with a bare CR,
// and the accented letters are where Windows-1252 has few.
func fromMac(data []byte) bool {
	if bytes.IndexByte(data, '\n') >= 0 {
		return false
	}
	mac, windows := 0, 0
	for _, b := range data {
		switch {
		case b >= 0x80 && b < 0xa0:
			mac++
		case b >= 0xc0:
			windows++
		}
	}
	return mac > windows
}

// controls counts the control characters that a text should not have.
func controls(text string) (n int) {
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			n++
		}
	}
	return n
}
