package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"runnerdb/queries"
	"runnerdb/sheets"
)

// Draft is an uploaded sheet with the decisions made about it.
type Draft struct {
	ID, Version int64
	// Created is the time of the upload, in milliseconds since 1970.
	Created int64
	File    *sheets.File
	Choices Choices
}

// same reports whether two readings of a draft give the same plan. Comparing
// versions is not enough: a version can recur in a database that was restored.
func (d Draft) same(other Draft) bool {
	return d.Created == other.Created && d.Version == other.Version && reflect.DeepEqual(d.Choices, other.Choices)
}

// Upload is a file as it was sent.
type Upload struct {
	Name string
	Data []byte
	// Contacts is true if email addresses and phone numbers are to be read.
	Contacts bool
}

// Begin reads an uploaded file and stores it as a draft, with earlier decisions
// about the columns of such sheets. It refuses a file that can't be read with a
// *sheets.RefusalError.
func Begin(ctx context.Context, db *queries.DB, up Upload, actor queries.Actor) (id int64, err error) {
	file, err := sheets.Open(up.Name, up.Data)
	if err != nil {
		return 0, err
	}
	if up.Contacts {
		file.AskContacts()
	}
	sheet, err := file.Read(sheets.Options{})
	if err != nil {
		return 0, err
	}
	var choices Choices
	switch mapping, err := db.SourceMapping(ctx, sheet.HeaderKey()); {
	case err == nil:
		if err := json.Unmarshal([]byte(mapping), &choices.Mapping); err != nil {
			return 0, fmt.Errorf("mapping of a source: %w", err)
		}
	case !errors.Is(err, queries.ErrNotFound):
		return 0, err
	}
	maps.DeleteFunc(choices.Mapping, func(_ string, field sheets.Field) bool {
		return !up.Contacts && (field == sheets.Email || field == sheets.Phone)
	})
	content, err := file.Pack()
	if err != nil {
		return 0, err
	}
	text, err := json.Marshal(choices)
	if err != nil {
		return 0, err
	}
	draft := queries.Draft{Name: file.Name, Content: content, Choices: string(text), Contacts: up.Contacts}
	return db.CreateDraft(ctx, draft, actor)
}

// Load returns the draft with an id.
func Load(ctx context.Context, db *queries.DB, id int64) (Draft, error) {
	row, err := db.Draft(ctx, id)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{ID: row.ID, Version: row.Version, Created: row.CreatedAt}
	if d.File, err = sheets.Unpack(row.Content); err != nil {
		return Draft{}, err
	}
	if err := json.Unmarshal([]byte(row.Choices), &d.Choices); err != nil {
		return Draft{}, fmt.Errorf("choices of draft %d: %w", id, err)
	}
	return d, nil
}

// Choose stores a person's decisions. The error wraps queries.ErrStale if
// somebody else changed the draft in the meantime.
func (d Draft) Choose(ctx context.Context, db *queries.DB) error {
	text, err := json.Marshal(d.Choices)
	if err != nil {
		return err
	}
	return db.ChooseDraft(ctx, d.ID, d.Version, string(text))
}

// Plan returns what importing the draft would do.
func (d Draft) Plan(ctx context.Context, records Records) (*Plan, error) {
	return Make(ctx, records, d.File, d.Choices)
}

// Order returns an order to import the draft as it was shown.
func (d Draft) Order(shown string) Order {
	return Order{File: d.File, Choices: d.Choices, Shown: shown, Draft: d.ID}
}
