package sheets

import (
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// contact reads the contact details of a runner.
func (r *reader) contact(row grid.Row, e *ResultRow) {
	if text := row.Text(r.at.column(Email)); text != "" {
		if e.Email = text; !club.IsEmail(text) {
			e.Email = ""
			e.warn(quote(text) + " is no e-mail address, and is left out")
		}
	}
	if text := grid.Tidy(row.Text(r.at.column(Phone))); text != "" {
		if e.Phone = dialled(text); !club.IsPhone(e.Phone) {
			e.Phone = ""
			e.warn(quote(text) + " is no telephone number, and is left out")
		}
	}
}

// dialled restores the 0 or + that a spreadsheet dropped from a phone number:
// 821234567 is 082 123 4567.
func dialled(text string) string {
	text = wholeNumber(text)
	switch {
	case strings.Trim(text, "0123456789") != "" || text == "" || text[0] == '0':
		return text
	case len(text) == 9:
		return "0" + text
	case len(text) == 11 && strings.HasPrefix(text, "27"):
		return "+" + text
	default:
		return text
	}
}
