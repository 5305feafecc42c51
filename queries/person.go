package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Person is all that the records hold about one person, for them to read;
// docs/privacy.md tells of the fields.
type Person struct {
	Exported time.Time      `json:"exported"`
	Runner   PersonRunner   `json:"runner"`
	Contact  *PersonContact `json:"contact"`
	Results  []PersonResult `json:"results"`
	Log      []PersonDeed   `json:"log"`
	Bin      []PersonBinned `json:"bin"`
}

// PersonRunner is who the person is.
type PersonRunner struct {
	ID            int64    `json:"id"`
	Name          string   `json:"name"`
	OtherNames    []string `json:"other_names"`
	Sex           club.Sex `json:"sex"`
	BirthDate     string   `json:"birth_date"`
	Licence       string   `json:"licence"`
	Public        bool     `json:"public"`
	HiddenBecause string   `json:"hidden_because,omitempty"`
}

// PersonContact is how to reach the person.
type PersonContact struct {
	Email          string `json:"email"`
	Phone          string `json:"phone"`
	EmergencyName  string `json:"emergency_name"`
	EmergencyPhone string `json:"emergency_phone"`
}

// PersonResult is how a race of the person's went.
type PersonResult struct {
	Race     string `json:"race"`
	Date     string `json:"date"`
	Metres   int    `json:"distance_m"`
	Status   string `json:"status"`
	Net      string `json:"net_time,omitempty"`
	Gun      string `json:"gun_time,omitempty"`
	Position int    `json:"position,omitempty"`
	Category string `json:"category,omitempty"`
	Club     string `json:"club,omitempty"`
	Counts   bool   `json:"used_for_predictions"`
}

// PersonDeed is what was done to the person's record or results. Who did it,
// and from where, is that user's affair.
type PersonDeed struct {
	At     time.Time       `json:"at"`
	Action string          `json:"action"`
	Kind   string          `json:"kind"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// PersonBinned is what lies of the person in the bin: of what was deleted
// together with others', their own part.
type PersonBinned struct {
	At    time.Time `json:"deleted"`
	Kind  BinKind   `json:"kind"`
	Parts []any     `json:"parts"`
}

// ExportPerson collects all that is known of a runner at one moment, and notes
// in the audit log that it was given out.
func (db *DB) ExportPerson(ctx context.Context, id int64, actor Actor) (Person, error) {
	var person Person
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		person = Person{Exported: actor.At.UTC(), Results: []PersonResult{}}
		performances, err := db.Performances(ctx, id) // nobody else changes the records now
		if err != nil {
			return err
		}
		for _, p := range performances {
			person.Results = append(person.Results, personResult(p))
		}
		runner, err := runnerIn(ctx, tx, id)
		if err != nil {
			return err
		}
		person.Runner = PersonRunner{
			runner.ID, runner.Name, runner.Aliases, runner.Sex, runner.BirthDate.String(), runner.Licence, !runner.Hidden,
			runner.HiddenFor.Words(runner.BirthDate, club.DayOf(actor.At)),
		}
		contact, err := contactIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if !contact.IsEmpty() {
			person.Contact = &PersonContact{contact.Email, contact.Phone, contact.EmergencyName, contact.EmergencyPhone}
		}
		traces, err := tracesOf(ctx, tx, runner)
		if err != nil {
			return err
		}
		if person.Log, err = traces.deeds(ctx, tx); err != nil {
			return err
		}
		if person.Bin, err = traces.binned(ctx, tx); err != nil {
			return err
		}
		return actor.note(ctx, tx, Deed{Action: "export", Outcome: OK, Kind: "runner", ObjectID: id, Object: runner.Name})
	})
	if err != nil {
		return Person{}, fmt.Errorf("export runner %d: %w", id, err)
	}
	return person, nil
}

func personResult(p club.Performance) PersonResult {
	r := PersonResult{
		Race: p.Race.Name, Date: p.Race.HeldOn.String(), Metres: int(p.Race.Length), Status: string(p.Result.Status),
		Position: p.Result.Position, Category: p.Result.Category, Club: p.Result.Club, Counts: p.Result.Counts,
	}
	if p.Result.Net > 0 {
		r.Net = p.Result.Net.String()
	}
	if p.Result.Gun > 0 {
		r.Gun = p.Result.Gun.String()
	}
	return r
}

// maxDeedsOfPerson bounds what is exported.
const maxDeedsOfPerson = 10_000

func (t traces) deeds(ctx context.Context, tx *sqlx.Tx) ([]PersonDeed, error) {
	deeds := []PersonDeed{}
	err := auditEntries(ctx, tx, t.numbers(), func(e auditEntry) error {
		if len(deeds) < maxDeedsOfPerson {
			deeds = append(deeds, PersonDeed{time.UnixMilli(e.At).UTC(), e.Action, e.Kind, rawJSON(e.Before), rawJSON(e.After)})
		}
		return nil
	})
	return deeds, err
}

func rawJSON(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func (t traces) binned(ctx context.Context, tx *sqlx.Tx) ([]PersonBinned, error) {
	binned := []PersonBinned{}
	err := binRows(ctx, tx, func(row binRow) error {
		if parts := t.partsOf(row.content); len(parts) > 0 {
			binned = append(binned, PersonBinned{time.UnixMilli(row.At).UTC(), row.Kind, parts})
		}
		return nil
	})
	return binned, err
}

// partsOf are the records in the bin that are the person's.
func (t traces) partsOf(content storedBin) (parts []any) {
	for _, contact := range content.allContacts() {
		if t.ids[contact.RunnerID] {
			parts = append(parts, *contact)
		}
	}
	for _, result := range content.Results {
		if t.ids[result.RunnerID] {
			parts = append(parts, result)
		}
	}
	for _, runner := range content.allRunners() {
		if t.ids[runner.ID] {
			parts = append(parts, *runner)
		}
	}
	return parts
}
