package imports

import (
	"runnerdb/club"
	"runnerdb/sheets"
)

// Choices are what somebody decided about a sheet; the zero value decides
// nothing. Rows are named by their lines.
type Choices struct {
	Sheet   string                          `json:"sheet,omitempty"`
	Mapping map[string]sheets.Field         `json:"mapping,omitempty"`
	Race    string                          `json:"race,omitempty"`
	HeldOn  club.Date                       `json:"held_on,omitzero"`
	Length  club.Metres                     `json:"length,omitempty"`
	Edits   map[int]map[sheets.Field]string `json:"edits,omitempty"`
	// Who says which runner a row means; 0 is a new one.
	Who map[int]int64 `json:"who,omitempty"`
	// Accept takes rows although they were warned of, AcceptAll all of them.
	Accept    map[int]bool `json:"accept,omitempty"`
	AcceptAll bool         `json:"accept_all,omitempty"`
	// Skip leaves rows out.
	Skip map[int]bool `json:"skip,omitempty"`
	// Clubs are the only clubs whose members are taken; none takes all.
	Clubs []string `json:"clubs,omitempty"`
}

// Options are the choices as the reader of sheets takes them.
func (c Choices) Options() sheets.Options {
	return sheets.Options{Sheet: c.Sheet, Mapping: c.Mapping, Race: c.Race, HeldOn: c.HeldOn, Length: c.Length, Edits: c.Edits}
}

func (c Choices) accepts(line int) bool { return c.AcceptAll || c.Accept[line] }
