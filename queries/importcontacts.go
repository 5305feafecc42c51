package queries

import (
	"context"

	"runnerdb/club"
)

// ImportedContact is how to reach a runner, as a sheet says. New is an index
// into an import's new runners, or -1 where the contact names one who is known.
type ImportedContact struct {
	club.Contact
	New int
	// FromSheet says which of it the sheet said.
	FromSheet struct{ Email, Phone bool }
}

// contacts stores how to reach runners. ErrStale says that somebody changed one
// in the meantime.
func (s *importStore) contacts(ctx context.Context) error {
	var known []int64
	for _, c := range s.im.Contacts {
		if c.New < 0 {
			known = append(known, c.RunnerID)
		}
	}
	stored, err := contactsIn(ctx, s.tx, known)
	if err != nil {
		return err
	}
	fresh := newInserter("runner_contacts", "runner_id", "email", "phone", "emergency_name", "emergency_phone", "version")
	marks := newInserter("import_contacts", "import_id", "runner_id", "version", "email", "phone")
	for _, c := range s.im.Contacts {
		if c.New >= 0 {
			c.RunnerID = s.runnerIDs[c.New]
		} else {
			marks.add(s.id, c.RunnerID, c.Version+1, c.FromSheet.Email, c.FromSheet.Phone)
		}
		switch {
		case stored[c.RunnerID].Version != c.Version:
			return ErrStale
		case c.Version == 0:
			fresh.add(c.RunnerID, c.Email, c.Phone, c.EmergencyName, c.EmergencyPhone, 1)
		default:
			if err := storeContact(ctx, s.tx, &c.Contact); err != nil {
				return err
			}
		}
	}
	for _, rows := range []inserter{fresh, marks} {
		if err := rows.into(ctx, s.db.engine, s.tx); err != nil {
			return err
		}
	}
	if len(fresh.values) == 0 {
		return nil
	}
	_, err = bumpRevision(ctx, s.tx, "contacts")
	return err
}
