package imports

import (
	"runnerdb/club"
	"runnerdb/sheets"
)

// Choices are a person's decisions about a sheet. The zero value decides
// nothing. Rows are identified by their lines.
type Choices struct {
	Sheet   string                          `json:"sheet,omitempty"`
	Mapping map[string]sheets.Field         `json:"mapping,omitempty"`
	Race    string                          `json:"race,omitempty"`
	HeldOn  club.Date                       `json:"held_on,omitzero"`
	Length  club.Metres                     `json:"length,omitempty"`
	Edits   map[int]map[sheets.Field]string `json:"edits,omitempty"`
	// Who maps lines to the runners that they mean; 0 is a new runner.
	Who map[int]int64 `json:"who,omitempty"`
	// Accept stores rows in spite of their warnings, and AcceptAll all of them.
	Accept    map[int]bool `json:"accept,omitempty"`
	AcceptAll bool         `json:"accept_all,omitempty"`
	// Skip leaves rows out.
	Skip map[int]bool `json:"skip,omitempty"`
	// Clubs restricts the import to members of these clubs. If it is empty, all
	// rows are taken.
	Clubs []string `json:"clubs,omitempty"`
}

// Options converts the choices for the reader of sheets.
func (c Choices) Options() sheets.Options {
	return sheets.Options{Sheet: c.Sheet, Mapping: c.Mapping, Race: c.Race, HeldOn: c.HeldOn, Length: c.Length, Edits: c.Edits}
}

func (c Choices) accepts(line int) bool { return c.AcceptAll || c.Accept[line] }
