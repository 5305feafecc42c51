package queries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

// Invite stores a user without a password, and the hash of the token by which
// one can be set until ends. The e-mail address must be new: ErrExists.
func (db *DB) Invite(ctx context.Context, user accounts.User, tokenHash string, ends time.Time, actor Actor) (int64, error) {
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		user.PasswordHash = ""
		id, err := insertUser(ctx, tx, user, actor.At)
		if err != nil {
			return err
		}
		user.ID = id
		if err := storeInvitation(ctx, tx, id, tokenHash, ends); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, "invite", nil, &user)
	})
	if err != nil {
		return 0, fmt.Errorf("invite: %w", err)
	}
	return user.ID, nil
}

func storeInvitation(ctx context.Context, tx *sqlx.Tx, userID int64, tokenHash string, ends time.Time) error {
	const forget = `DELETE FROM invitations WHERE user_id = $1`
	const insert = `INSERT INTO invitations (user_id, token_hash, ends_at) VALUES ($1, $2, $3)`
	if _, err := tx.ExecContext(ctx, forget, userID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, insert, userID, tokenHash, millis(ends))
	return err
}

// latestEnd is when what lasts so long may end. What would end later comes from
// a clock that was ahead: it would last for as long as the clock was wrong.
func latestEnd(now time.Time, lifetime time.Duration) int64 { return millis(now.Add(2 * lifetime)) }

// Invited is the user whom a token with this hash lets set a password at now:
// ErrNotFound when it does not, or not any more.
func (db *DB) Invited(ctx context.Context, tokenHash string, now time.Time) (accounts.User, error) {
	const query = `
		SELECT ` + userColumns + `
		FROM invitations i
		JOIN users u ON u.id = i.user_id
		WHERE i.token_hash = $1 AND i.ends_at > $2 AND i.ends_at < $3 AND NOT u.disabled`
	var user accounts.User
	if err := db.read.GetContext(ctx, &user, query, tokenHash, millis(now), latestEnd(now, accounts.InvitationLifetime)); err != nil {
		return accounts.User{}, fmt.Errorf("invitation: %w", classify(err))
	}
	return user, nil
}

// AcceptInvitation stores the password of an invited user, who becomes the
// actor, and returns the user as stored. The link works once: after that it
// returns ErrNotFound.
func (db *DB) AcceptInvitation(ctx context.Context, user accounts.User, tokenHash, hash string, actor Actor) (accounts.User, error) {
	const use = `DELETE FROM invitations WHERE token_hash = $1 AND ends_at > $2 AND ends_at < $3 RETURNING user_id`
	actor.UserID, actor.Name = user.ID, user.Email
	var after accounts.User
	err := db.changeUser(ctx, user.ID, user.Version, func(tx *sqlx.Tx, before accounts.User) error {
		var id int64
		if err := tx.GetContext(ctx, &id, use, tokenHash, millis(actor.At), latestEnd(actor.At, accounts.InvitationLifetime)); err != nil {
			return err
		}
		if id != user.ID || before.Disabled {
			return ErrNotFound
		}
		var err error
		if after, err = storePassword(ctx, tx, before, hash); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, "accept invitation", &before, &after)
	})
	if err != nil {
		return accounts.User{}, fmt.Errorf("accept invitation: %w", err)
	}
	return after, nil
}
