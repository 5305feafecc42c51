package queries

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/jmoiron/sqlx"
)

// Board is one of the public rankings.
type Board string

// The boards.
const (
	RecordBoard   Board = "records"
	FastestBoard  Board = "fastest"
	MostBoard     Board = "most"
	ImprovedBoard Board = "improved"
)

// Boards are all of them.
var Boards = []Board{RecordBoard, FastestBoard, MostBoard, ImprovedBoard}

// What the club is called, and where it is at home, until an owner says so.
const (
	firstClubName = "RCS Gugulethu AC"
	firstTown     = "Gugulethu, Cape Town"
)

// Settings are what an owner of the site chooses. The zero value is that of a
// new site.
type Settings struct {
	// Name is what the club calls itself, Town where it is at home: read them by
	// ClubName and ClubTown, for nobody may have said yet.
	Name string `json:"name,omitempty"`
	Town string `json:"town,omitempty"`
	// Off are the boards that are not shown.
	Off map[Board]bool `json:"off,omitempty"`
	// Categories are the club's own names of categories.
	Categories map[string]string `json:"categories,omitempty"`
	// Spellings are how the club's name stands in results: only results with one
	// of them, or without any club, count for boards. With no spelling all do.
	Spellings []string `json:"spellings,omitempty"`
	// Version is that of the row, 0 where nobody has chosen anything.
	Version int64 `json:"-"`
}

// ClubName is what the club calls itself.
func (s Settings) ClubName() string { return cmp.Or(s.Name, firstClubName) }

// ClubTown is where the club is at home; nothing where a club that has a name
// does not say.
func (s Settings) ClubTown() string {
	if s.Name == "" {
		return firstTown
	}
	return s.Town
}

// Shows reports whether a board is shown.
func (s Settings) Shows(b Board) bool { return !s.Off[b] }

// Category is what the club calls a category; one that it gave no name has its
// own.
func (s Settings) Category(name string) string {
	if renamed := s.Categories[name]; renamed != "" {
		return renamed
	}
	return name
}

// Settings are those of the site.
func (db *DB) Settings(ctx context.Context) (Settings, error) {
	settings, err := settingsIn(ctx, db.read)
	if err != nil {
		return Settings{}, fmt.Errorf("settings: %w", classify(err))
	}
	return settings, nil
}

func settingsIn(ctx context.Context, q sqlx.QueryerContext) (Settings, error) {
	var row struct {
		Value   string
		Version int64
	}
	err := sqlx.GetContext(ctx, q, &row, `SELECT value, version FROM settings WHERE name = 'site'`)
	if errors.Is(classify(err), ErrNotFound) {
		return Settings{}, nil
	}
	settings := Settings{Version: row.Version}
	if err == nil {
		err = json.Unmarshal([]byte(row.Value), &settings)
	}
	return settings, err
}

// SetSettings stores the site's settings. ErrStale says that another change
// came in between.
func (db *DB) SetSettings(ctx context.Context, settings Settings, actor Actor) error {
	const store = `
		INSERT INTO settings (name, value, version) VALUES ('site', $1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = excluded.version`
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		// Two who store their first settings at once wait here for one another.
		if _, err := bumpRevision(ctx, tx, "settings"); err != nil {
			return err
		}
		before, err := settingsIn(ctx, tx)
		if err != nil {
			return err
		}
		if before.Version != settings.Version {
			return ErrStale
		}
		value, err := json.Marshal(settings)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, store, string(value), settings.Version+1); err != nil {
			return err
		}
		if err := db.respell(ctx, tx, settings.Spellings); err != nil {
			return err
		}
		return actor.note(ctx, tx, Deed{
			Action: "update", Outcome: OK, Kind: "settings", Object: "settings", Before: before, After: settings,
		})
	})
	if err != nil {
		return fmt.Errorf("store settings: %w", err)
	}
	return nil
}

// respell decides anew which results were run for the club.
func (db *DB) respell(ctx context.Context, tx *sqlx.Tx, spellings []string) error {
	const again = `
		UPDATE marks SET own = NOT own
		WHERE own <> (SELECT ` + ownResult + ` FROM results t WHERE t.id = marks.result_id)`
	if err := db.takeYourTime(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM club_spellings`); err != nil {
		return err
	}
	for _, spelling := range spellings {
		const insert = `INSERT INTO club_spellings (name) VALUES (LOWER(TRIM($1))) ON CONFLICT DO NOTHING`
		if _, err := tx.ExecContext(ctx, insert, spelling); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, again); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM gains`); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, gains, 0, math.MaxInt64)
	return err
}
