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

// UserByEmail finds a user by e-mail address, disabled ones too.
func (db *DB) UserByEmail(ctx context.Context, email string) (accounts.User, error) {
	const query = `SELECT ` + userColumns + ` FROM users u WHERE u.email_key = $1`
	var user accounts.User
	if err := db.read.GetContext(ctx, &user, query, accounts.EmailKey(email)); err != nil {
		return accounts.User{}, fmt.Errorf("user by e-mail: %w", classify(err))
	}
	return user, nil
}

// SetPassword stores a new password hash, ends all the user's sessions and
// returns the user as stored. It returns ErrStale if the user has changed since
// it was read.
func (db *DB) SetPassword(ctx context.Context, user accounts.User, hash string, actor Actor) (accounts.User, error) {
	var after accounts.User
	err := db.changeUser(ctx, user.ID, user.Version, func(tx *sqlx.Tx, before accounts.User) (err error) {
		if after, err = storePassword(ctx, tx, before, hash); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, "change password", &before, &after)
	})
	if err != nil {
		return accounts.User{}, fmt.Errorf("password of user %d: %w", user.ID, err)
	}
	return after, nil
}

// storePassword also ends the user's sessions and deletes their links to set a
// password. It returns the user as stored.
func storePassword(ctx context.Context, tx *sqlx.Tx, user accounts.User, hash string) (accounts.User, error) {
	const query = `UPDATE users SET password_hash = $1, version = version + 1 WHERE id = $2 RETURNING version`
	user.PasswordHash = hash
	if err := tx.GetContext(ctx, &user.Version, query, hash, user.ID); err != nil {
		return accounts.User{}, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM invitations WHERE user_id = $1`, user.ID); err != nil {
		return accounts.User{}, err
	}
	return user, endSessions(ctx, tx, user.ID)
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
