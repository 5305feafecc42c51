package queries

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// Actor is who does something, when and from where. UserID is 0 where nobody
// was signed in, as at the command line.
type Actor struct {
	UserID  int64
	Name    string
	Address string
	At      time.Time
}

// AtCommandLine is whoever has the server itself.
func AtCommandLine(now time.Time) Actor { return Actor{Name: "command line", At: now} }

// Outcome says how a deed ended.
type Outcome string

// The outcomes of deeds.
const (
	OK        Outcome = "ok"
	Failed    Outcome = "failed"
	Throttled Outcome = "throttled"
)

// Deed is something that was done, to an object of a kind. Before and After
// are the object as it was and is, for JSON; nil where there was or is none.
// Runners are those whom the deed concerns beside those whom the object itself
// names.
type Deed struct {
	Action   string
	Outcome  Outcome
	Kind     string
	ObjectID int64
	Object   string
	Before   any
	After    any
	Runners  []int64
}

// Kinds of what deeds are done to. A sign-in is somebody's proof of who they
// are.
const (
	KindRunner = "runner"
	KindResult = "result"
	KindSignIn = "sign-in"
	KindUser   = "user"
)

// Note writes into the audit log a deed that changes no record.
func (db *DB) Note(ctx context.Context, actor Actor, d Deed) error {
	err := db.inTx(ctx, func(tx *sqlx.Tx) error { return actor.note(ctx, tx, d) })
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	return nil
}

// note writes a deed into the audit log, in the transaction that does it.
func (a Actor) note(ctx context.Context, tx *sqlx.Tx, d Deed) error {
	const query = `
		INSERT INTO audit_log (at, user_id, actor, address, action, outcome, kind, object_id, object, before, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		RETURNING id`
	before, err := asJSON(d.Before)
	if err != nil {
		return err
	}
	after, err := asJSON(d.After)
	if err != nil {
		return err
	}
	var user *int64
	if a.UserID != 0 {
		user = &a.UserID
	}
	var id int64
	err = tx.GetContext(ctx, &id, query, millis(a.At), user, a.Name, a.Address, d.Action, d.Outcome, d.Kind, d.ObjectID, d.Object, before, after)
	if err != nil {
		return err
	}
	for _, runner := range d.concerned() {
		if _, err := tx.ExecContext(ctx, `INSERT INTO audit_runners (runner_id, audit_id) VALUES ($1, $2)`, runner, id); err != nil {
			return err
		}
	}
	return nil
}

// concerned are the runners whom a deed tells something about, each once. For
// rows that are there already, LinkAuditLog says the same in SQL.
func (d Deed) concerned() []int64 {
	ids := slices.Clone(d.Runners)
	if d.Kind == KindRunner || d.Kind == KindContact {
		ids = append(ids, d.ObjectID)
	}
	for _, object := range []any{d.Before, d.After} {
		switch o := object.(type) {
		case *club.Result:
			ids = append(ids, o.RunnerID)
		case storedMerge:
			ids = append(ids, o.MergedInto)
		}
	}
	return distinct(ids)
}
