package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// KindContact is the kind of deeds on contacts; their objects are the runners.
const KindContact = "contact"

// Contact is how to reach a runner: empty, of version 0, where nobody has
// stored anything. It is for those who are signed in.
func (db *DB) Contact(ctx context.Context, runnerID int64) (club.Contact, error) {
	contact, err := contactIn(ctx, db.read, runnerID)
	if err != nil {
		return club.Contact{}, fmt.Errorf("contact of runner %d: %w", runnerID, classify(err))
	}
	return contact, nil
}

func contactIn(ctx context.Context, q sqlx.QueryerContext, runnerID int64) (club.Contact, error) {
	const query = `SELECT runner_id, email, phone, emergency_name, emergency_phone, version FROM runner_contacts WHERE runner_id = $1`
	contact := club.Contact{RunnerID: runnerID}
	err := sqlx.GetContext(ctx, q, &contact, query, runnerID)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return contact, err
}

// SetContact stores how to reach a runner. ErrStale says that somebody changed
// it since the version was read, ErrErased that nothing may be known of them.
func (db *DB) SetContact(ctx context.Context, contact club.Contact, actor Actor) error {
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		runner, err := runnerIn(ctx, tx, contact.RunnerID)
		if err != nil {
			return err
		}
		if runner.Visibility == club.Erased {
			return ErrErased
		}
		before, err := contactIn(ctx, tx, contact.RunnerID)
		if err != nil {
			return err
		}
		if before.Version != contact.Version {
			return ErrStale
		}
		after := contact
		if err := storeContact(ctx, tx, &after); err != nil {
			return err
		}
		d := Deed{Action: "update", Outcome: OK, Kind: KindContact, ObjectID: runner.ID, Object: runner.Name, Before: before, After: after}
		return actor.note(ctx, tx, d)
	})
	if err != nil {
		return fmt.Errorf("set contact of runner %d: %w", contact.RunnerID, err)
	}
	return nil
}

// Contacts are how to reach some runners, by their numbers: as far as anything
// is known.
func (db *DB) Contacts(ctx context.Context, runnerIDs []int64) (map[int64]club.Contact, error) {
	found, err := contactsIn(ctx, db.read, runnerIDs)
	if err != nil {
		return nil, fmt.Errorf("contacts: %w", classify(err))
	}
	return found, nil
}

func contactsIn(ctx context.Context, q sqlx.ExtContext, runnerIDs []int64) (map[int64]club.Contact, error) {
	const query = `SELECT runner_id, email, phone, emergency_name, emergency_phone, version FROM runner_contacts WHERE runner_id IN (?)`
	rows, err := selectIn[club.Contact](ctx, q, query, runnerIDs)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]club.Contact, len(rows))
	for _, c := range rows {
		found[c.RunnerID] = c
	}
	return found, nil
}

// storeContact stores a contact in its next version.
func storeContact(ctx context.Context, tx *sqlx.Tx, c *club.Contact) error {
	const query = `
		INSERT INTO runner_contacts (runner_id, email, phone, emergency_name, emergency_phone, version)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (runner_id) DO UPDATE SET
			email = excluded.email, phone = excluded.phone, emergency_name = excluded.emergency_name,
			emergency_phone = excluded.emergency_phone, version = excluded.version`
	c.Version++
	if _, err := tx.ExecContext(ctx, query, c.RunnerID, c.Email, c.Phone, c.EmergencyName, c.EmergencyPhone, c.Version); err != nil {
		return err
	}
	_, err := bumpRevision(ctx, tx, "contacts")
	return err
}

// binnedContacts are those that go with a runner into the bin. Kept is that of
// whom they were merged into, as it was, where the merge changes it.
type binnedContacts struct {
	Gone *club.Contact
	Kept *club.Contact
}

func contactsOf(ctx context.Context, tx *sqlx.Tx, content binContent) (binnedContacts, error) {
	var binned binnedContacts
	if content.Runner == nil {
		return binned, nil
	}
	gone, err := contactIn(ctx, tx, content.Runner.ID)
	if err != nil || gone.IsEmpty() {
		return binned, err
	}
	binned.Gone = &gone
	if content.Kept == nil {
		return binned, nil
	}
	kept, err := contactIn(ctx, tx, content.Kept.ID)
	binned.Kept = &kept
	return binned, err
}

// mergeContacts fills in what is not known of how to reach a runner from
// another. It is done while both are there, and only where there is something.
func mergeContacts(ctx context.Context, tx *sqlx.Tx, to, from int64) error {
	gone, err := contactIn(ctx, tx, from)
	if err != nil || gone.IsEmpty() {
		return err
	}
	kept, err := contactIn(ctx, tx, to)
	if err != nil {
		return err
	}
	kept = kept.Or(gone)
	return storeContact(ctx, tx, &kept)
}

// restore puts contacts back. What somebody has changed since the merge stays
// as it is.
func (b binnedContacts) restore(ctx context.Context, tx *sqlx.Tx) error {
	if b.Gone != nil {
		if err := storeContact(ctx, tx, b.Gone); err != nil {
			return err
		}
	}
	if b.Kept == nil {
		return nil
	}
	now, err := contactIn(ctx, tx, b.Kept.RunnerID)
	if err != nil || now.Version != b.Kept.Version+1 {
		return err
	}
	b.Kept.Version = now.Version
	return storeContact(ctx, tx, b.Kept)
}
