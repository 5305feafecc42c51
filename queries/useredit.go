package queries

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

// ErrLastOwner says that a change would leave nobody who may keep the users.
var ErrLastOwner = errors.New("the last owner")

// SetRole gives a user another role and ends the user's sessions. Errors of
// this and the following: ErrStale when the user has changed since it was
// read, ErrLastOwner, ErrNotFound.
func (db *DB) SetRole(ctx context.Context, id, version int64, role accounts.Role, actor Actor) error {
	const query = `UPDATE users SET role = $1, version = version + 1 WHERE id = $2`
	return db.restrictUser(ctx, "change role", id, version, actor, func(tx *sqlx.Tx, after *accounts.User) error {
		after.Role = role
		_, err := tx.ExecContext(ctx, query, role, id)
		return err
	})
}

// SetDisabled keeps a user from signing in, or allows it again.
func (db *DB) SetDisabled(ctx context.Context, id, version int64, disabled bool, actor Actor) error {
	const query = `UPDATE users SET disabled = $1, version = version + 1 WHERE id = $2`
	action := "enable"
	if disabled {
		action = "disable"
	}
	return db.restrictUser(ctx, action, id, version, actor, func(tx *sqlx.Tx, after *accounts.User) error {
		after.Disabled = disabled
		_, err := tx.ExecContext(ctx, query, disabled, id)
		return err
	})
}

// DeleteUser takes a user away.
func (db *DB) DeleteUser(ctx context.Context, id, version int64, actor Actor) error {
	err := db.changeUser(ctx, id, version, func(tx *sqlx.Tx, before accounts.User) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM users WHERE id = $1`, id); err != nil {
			return err
		}
		if err := needOwner(ctx, tx, before); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, "delete", &before, nil)
	})
	if err != nil {
		return fmt.Errorf("delete user %d: %w", id, err)
	}
	return nil
}

// restrictUser lets change alter what a user may, ends the user's sessions,
// and undoes all of it where no owner would be left.
func (db *DB) restrictUser(ctx context.Context, action string, id, version int64, actor Actor, change func(*sqlx.Tx, *accounts.User) error) error {
	err := db.changeUser(ctx, id, version, func(tx *sqlx.Tx, before accounts.User) error {
		after := before
		if err := change(tx, &after); err != nil {
			return err
		}
		if err := needOwner(ctx, tx, before); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, id); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, action, &before, &after)
	})
	if err != nil {
		return fmt.Errorf("%s of user %d: %w", action, id, err)
	}
	return nil
}

// changeUser lets do change a user who is still as of a version, while nobody
// else changes that user or an owner: two owners can't take away each other's
// role at once.
func (db *DB) changeUser(ctx context.Context, id, version int64, do func(tx *sqlx.Tx, before accounts.User) error) error {
	const lock = `SELECT id FROM users WHERE id = $1 OR role = 'owner' ORDER BY id FOR UPDATE`
	const query = `SELECT ` + userColumns + ` FROM users u WHERE u.id = $1`
	return db.inTx(ctx, func(tx *sqlx.Tx) error {
		if db.engine == postgresEngine { // SQLite lets nobody else write now
			if _, err := tx.ExecContext(ctx, lock, id); err != nil {
				return err
			}
		}
		var before accounts.User
		if err := tx.GetContext(ctx, &before, query, id); err != nil {
			return err
		}
		if before.Version != version {
			return ErrStale
		}
		return do(tx, before)
	})
}

// needOwner refuses a change after which no owner could sign in. Where none
// could before, it refuses nothing.
func needOwner(ctx context.Context, tx *sqlx.Tx, before accounts.User) error {
	const query = `SELECT COUNT(*) FROM users WHERE role = 'owner' AND NOT disabled AND password_hash <> ''`
	if before.Role != accounts.Owner || before.Disabled || before.PasswordHash == "" {
		return nil
	}
	var owners int
	if err := tx.GetContext(ctx, &owners, query); err != nil {
		return err
	}
	if owners == 0 {
		return ErrLastOwner
	}
	return nil
}

// noteUser notes a change of a user; one of before and after may be nil.
func (a Actor) noteUser(ctx context.Context, tx *sqlx.Tx, action string, before, after *accounts.User) error {
	d := Deed{Action: action, Outcome: OK, Kind: KindUser}
	if before != nil {
		d.ObjectID, d.Object, d.Before = before.ID, before.Email, storedUser{before.Email, before.Name, string(before.Role), before.Disabled}
	}
	if after != nil {
		d.ObjectID, d.Object, d.After = after.ID, after.Email, storedUser{after.Email, after.Name, string(after.Role), after.Disabled}
	}
	return a.note(ctx, tx, d)
}

// CreateInvitation gives a user a link to set a password by, in the place of
// one given before: its token has this hash and works until ends.
func (db *DB) CreateInvitation(ctx context.Context, id, version int64, tokenHash string, ends time.Time, actor Actor) error {
	err := db.changeUser(ctx, id, version, func(tx *sqlx.Tx, before accounts.User) error {
		if err := storeInvitation(ctx, tx, id, tokenHash, ends); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, "new link", &before, &before)
	})
	if err != nil {
		return fmt.Errorf("link for user %d: %w", id, err)
	}
	return nil
}
