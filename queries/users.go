package queries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

const userColumns = `u.id, u.email, u.name, u.role, u.password_hash, u.disabled, u.version`

// CreateUser stores a user and gives back the id. The e-mail address must be
// new: ErrExists.
func (db *DB) CreateUser(ctx context.Context, user accounts.User, now time.Time) (int64, error) {
	const query = `
		INSERT INTO users (email, email_key, name, role, password_hash, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id`
	var id int64
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		return tx.GetContext(ctx, &id, query,
			user.Email, accounts.EmailKey(user.Email), user.Name, user.Role, user.PasswordHash, millis(now))
	})
	if err != nil {
		return 0, fmt.Errorf("create user: %w", err)
	}
	return id, nil
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
func (db *DB) SetPassword(ctx context.Context, userID int64, hash string) error {
	const query = `UPDATE users SET password_hash = $1, version = version + 1 WHERE id = $2 RETURNING id`
	const sessions = `DELETE FROM sessions WHERE user_id = $1`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &userID, query, hash, userID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sessions, userID)
		return err
	})
	if err != nil {
		return fmt.Errorf("password of user %d: %w", userID, err)
	}
	return nil
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
