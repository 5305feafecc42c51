package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
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
type Deed struct {
	Action   string
	Outcome  Outcome
	Kind     string
	ObjectID int64
	Object   string
	Before   any
	After    any
}

// Kinds of what deeds are done to. A sign-in is somebody's proof of who they
// are.
const (
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
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
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
	_, err = tx.ExecContext(ctx, query, millis(a.At), user, a.Name, a.Address, d.Action, d.Outcome, d.Kind, d.ObjectID, d.Object, before, after)
	return err
}

func asJSON(object any) (string, error) {
	if object == nil {
		return "", nil
	}
	text, err := json.Marshal(object)
	return string(text), err
}
