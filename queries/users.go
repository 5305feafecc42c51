package queries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

const userColumns = `u.id, u.email, u.name, u.role, u.password_hash, u.disabled, u.version,
	EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = u.id) AS second_factor`

// CreateUser stores a user and gives back the id. The e-mail address must be
// new: ErrExists.
func (db *DB) CreateUser(ctx context.Context, user accounts.User, now time.Time) (int64, error) {
	var id int64
	err := db.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		id, err = insertUser(ctx, tx, user, now)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("create user: %w", err)
	}
	return id, nil
}

func insertUser(ctx context.Context, tx *sqlx.Tx, user accounts.User, now time.Time) (int64, error) {
	const query = `
		INSERT INTO users (email, email_key, name, role, password_hash, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id`
	var id int64
	err := tx.GetContext(ctx, &id, query,
		user.Email, accounts.EmailKey(user.Email), user.Name, user.Role, user.PasswordHash, millis(now))
	return id, err
}

// UserEntry is a user in the list of all.
type UserEntry struct {
	accounts.User
	SeenAt  int64 `db:"seen_at"`
	Invited bool  `db:"invited"`
}

// Seen is when the user was here last; zero for never.
func (e UserEntry) Seen() time.Time {
	if e.SeenAt == 0 {
		return time.Time{}
	}
	return time.UnixMilli(e.SeenAt).UTC()
}

// State says in words whether the user may sign in.
func (e UserEntry) State() string {
	switch {
	case e.Disabled:
		return "disabled"
	case e.PasswordHash != "":
		return "active"
	case e.Invited:
		return "invited"
	default:
		return "invitation ended"
	}
}

// maxUsers is how many users are listed.
const maxUsers = 500

const userEntry = `
	SELECT ` + userColumns + `,
		COALESCE((SELECT MAX(s.seen_at) FROM sessions s WHERE s.user_id = u.id), u.seen_at) AS seen_at,
		EXISTS (SELECT 1 FROM invitations i WHERE i.user_id = u.id AND i.ends_at > $1) AS invited
	FROM users u`

// Users are all users by name, and whether they hold a link that works at now.
func (db *DB) Users(ctx context.Context, now time.Time) ([]UserEntry, error) {
	const query = userEntry + ` ORDER BY LOWER(u.name), u.id LIMIT $2`
	var users []UserEntry
	if err := db.read.SelectContext(ctx, &users, query, millis(now), maxUsers); err != nil {
		return nil, fmt.Errorf("users: %w", classify(err))
	}
	return users, nil
}

// User finds a user by id, as Users does.
func (db *DB) User(ctx context.Context, id int64, now time.Time) (UserEntry, error) {
	const query = userEntry + ` WHERE u.id = $2`
	var user UserEntry
	if err := db.read.GetContext(ctx, &user, query, millis(now), id); err != nil {
		return UserEntry{}, fmt.Errorf("user %d: %w", id, classify(err))
	}
	return user, nil
}

// UserByEmail finds a user by e-mail address, disabled ones too.
func (db *DB) UserByEmail(ctx context.Context, email string) (accounts.User, error) {
	const query = `SELECT ` + userColumns + ` FROM users u WHERE u.email_key = $1`
	var user accounts.User
	if err := db.read.GetContext(ctx, &user, query, accounts.EmailKey(email)); err != nil {
		return accounts.User{}, fmt.Errorf("user by e-mail: %w", classify(err))
	}
	return user, nil
}

// SetPassword stores a new password hash and ends all the user's sessions.
// ErrStale says that the user has changed since it was read.
func (db *DB) SetPassword(ctx context.Context, user accounts.User, hash string, actor Actor) error {
	err := db.changeUser(ctx, user.ID, user.Version, func(tx *sqlx.Tx, before accounts.User) error {
		if err := storePassword(ctx, tx, before.ID, hash); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, "change password", &before, &before)
	})
	if err != nil {
		return fmt.Errorf("password of user %d: %w", user.ID, err)
	}
	return nil
}

// storePassword also ends what the old password opened, and links to set one.
func storePassword(ctx context.Context, tx *sqlx.Tx, userID int64, hash string) error {
	const query = `UPDATE users SET password_hash = $1, version = version + 1 WHERE id = $2`
	if _, err := tx.ExecContext(ctx, query, hash, userID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM invitations WHERE user_id = $1`, userID); err != nil {
		return err
	}
	return endSessions(ctx, tx, userID)
}

// UpgradePasswordHash replaces the hash of a password that stays the same,
// unless it has changed since it was read.
func (db *DB) UpgradePasswordHash(ctx context.Context, user accounts.User, hash string) error {
	const query = `UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3`
	if _, err := db.write.ExecContext(ctx, query, hash, user.ID, user.PasswordHash); err != nil {
		return fmt.Errorf("hash of user %d: %w", user.ID, classify(err))
	}
	return nil
}
