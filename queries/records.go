package queries

import (
	"encoding/json"
	"fmt"

	"runnerdb/club"
)

// The types in this file are how the audit log, the bin and the imports store
// records as JSON. Rows live for as long as the database, so a key that has
// been written once keeps its name and meaning: to rename one takes a migration
// of audit_log, bin and import_changes. They are separate from the types of
// club, which may change freely; where a field is added there, the conversions
// below stop compiling until somebody decides whether to store it.

type storedRunner struct {
	ID         int64           `json:"ID"`
	Name       string          `json:"Name"`
	Aliases    []string        `json:"Aliases"`
	Sex        club.Sex        `json:"Sex"`
	BirthDate  club.Date       `json:"BirthDate"`
	Licence    string          `json:"Licence"`
	Visibility club.Visibility `json:"Visibility"`
	HiddenFor  club.Reason     `json:"-"` // derived
	Hidden     bool            `json:"Hidden"`
	Version    int64           `json:"Version"`
}

type storedResult struct {
	ID               int64           `json:"ID"`
	RunnerID         int64           `json:"RunnerID"`
	RaceID           int64           `json:"RaceID"`
	Status           club.Status     `json:"Status"`
	Net              club.FinishTime `json:"Net"`
	Gun              club.FinishTime `json:"Gun"`
	Position         int             `json:"Position"`
	Category         string          `json:"Category"`
	CategoryPosition int             `json:"CategoryPosition"`
	Club             string          `json:"Club"`
	Counts           bool            `json:"Counts"`
	Version          int64           `json:"Version"`
}

type storedRace struct {
	ID          int64       `json:"ID"`
	SeriesID    int64       `json:"SeriesID"`
	Name        string      `json:"Name"`
	HeldOn      club.Date   `json:"HeldOn"`
	Length      club.Metres `json:"Length"`
	ShortCourse bool        `json:"ShortCourse"`
	Version     int64       `json:"Version"`
}

type storedSeries struct {
	ID   int64  `json:"ID"`
	Name string `json:"Name"`
}

type storedContact struct {
	RunnerID       int64  `json:"RunnerID"`
	Email          string `json:"Email"`
	Phone          string `json:"Phone"`
	EmergencyName  string `json:"EmergencyName"`
	EmergencyPhone string `json:"EmergencyPhone"`
	Version        int64  `json:"Version"`
}

type storedContacts struct {
	Gone *storedContact `json:"Gone,omitempty"`
	Kept *storedContact `json:"Kept,omitempty"`
}

type storedOrigin struct {
	CreatedAt int64           `json:"CreatedAt,omitempty"`
	Import    *int64          `json:"Import,omitempty"`
	Imports   map[int64]int64 `json:"Imports,omitempty"`
}

// storedBin is binContent as the bin stores it.
type storedBin struct {
	Runner   *storedRunner  `json:"Runner,omitempty"`
	Race     *storedRace    `json:"Race,omitempty"`
	Results  []storedResult `json:"Results,omitempty"`
	Kept     *storedRunner  `json:"Kept,omitempty"`
	Moved    []int64        `json:"Moved,omitempty"`
	Runners  []storedRunner `json:"Runners,omitempty"`
	Races    []storedRace   `json:"Races,omitempty"`
	Series   *storedSeries  `json:"Series,omitempty"`
	Made     int64          `json:"Made,omitempty"`
	Origin   storedOrigin   `json:"Origin"`
	Contacts storedContacts `json:"Contacts"`
}

// storedMerge is what the audit log says has become of a runner who was merged
// into another.
type storedMerge struct {
	MergedInto int64 `json:"MergedInto"`
}

// storedUser is what the audit log keeps of a user: no password.
type storedUser struct {
	Email    string `json:"Email"`
	Name     string `json:"Name"`
	Role     string `json:"Role"`
	Disabled bool   `json:"Disabled"`
}

// storedUpload says that contacts were asked for with an uploaded sheet.
type storedUpload struct {
	Contacts bool `json:"Contacts"`
}

// storedImport is what an import did.
type storedImport struct {
	Runners  int          `json:"Runners"`
	Added    int          `json:"Added"`
	Changed  int          `json:"Changed"`
	Contacts int          `json:"Contacts,omitempty"` // runners whose contacts the sheet filled in
	Races    []storedRace `json:"Races"`
}

// storedShape converts an object to the type by which it is stored.
func storedShape(object any) (any, error) {
	switch o := object.(type) {
	case *club.Runner:
		return storedRunner(*o), nil
	case *club.Result:
		return storedResult(*o), nil
	case club.Result:
		return storedResult(o), nil
	case *club.Race:
		return storedRace(*o), nil
	case club.Contact:
		return storedContact(o), nil
	case binContent:
		return o.stored(), nil
	case storedRunner, storedResult, storedContact, storedBin, storedMerge, storedUser, storedUpload, storedImport, Settings:
		return o, nil
	default:
		return nil, fmt.Errorf("%T has no shape to be stored in", object)
	}
}

// asJSON is an object as it is stored, or nothing for nil.
func asJSON(object any) (string, error) {
	if object == nil {
		return "", nil
	}
	shape, err := storedShape(object)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(shape)
	return string(text), err
}

// fromJSON reads what asJSON wrote, in this version or an older one.
func fromJSON[Stored any](text string) (Stored, error) {
	var stored Stored
	err := json.Unmarshal([]byte(text), &stored)
	return stored, err
}

func (c binContent) stored() storedBin {
	return storedBin{
		Runner: (*storedRunner)(c.Runner), Race: (*storedRace)(c.Race), Kept: (*storedRunner)(c.Kept), Series: (*storedSeries)(c.Series),
		Results: each(c.Results, func(r club.Result) storedResult { return storedResult(r) }),
		Runners: each(c.Runners, func(r club.Runner) storedRunner { return storedRunner(r) }),
		Races:   each(c.Races, func(r club.Race) storedRace { return storedRace(r) }),
		Moved:   c.Moved, Made: c.Made, Origin: storedOrigin(c.Origin),
		Contacts: storedContacts{Gone: (*storedContact)(c.Contacts.Gone), Kept: (*storedContact)(c.Contacts.Kept)},
	}
}

func (s storedBin) content() binContent {
	return binContent{
		Runner: (*club.Runner)(s.Runner), Race: (*club.Race)(s.Race), Kept: (*club.Runner)(s.Kept), Series: (*club.Series)(s.Series),
		Results: each(s.Results, func(r storedResult) club.Result { return club.Result(r) }),
		Runners: each(s.Runners, func(r storedRunner) club.Runner { return club.Runner(r) }),
		Races:   each(s.Races, func(r storedRace) club.Race { return club.Race(r) }),
		Moved:   s.Moved, Made: s.Made, Origin: origin(s.Origin),
		Contacts: binnedContacts{Gone: (*club.Contact)(s.Contacts.Gone), Kept: (*club.Contact)(s.Contacts.Kept)},
	}
}

// binContentOf reads what lies in the bin.
func binContentOf(text string) (binContent, error) {
	stored, err := fromJSON[storedBin](text)
	return stored.content(), err
}

func each[A, B any](list []A, convert func(A) B) []B {
	if list == nil {
		return nil
	}
	converted := make([]B, len(list))
	for i, item := range list {
		converted[i] = convert(item)
	}
	return converted
}
