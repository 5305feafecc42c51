package queries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

// CreateSecondStep stores that a user has given the right password and owes a
// code, and takes away those who were too late.
func (db *DB) CreateSecondStep(ctx context.Context, step accounts.SecondStep, now time.Time) error {
	const query = `
		INSERT INTO second_steps (token_hash, user_id, user_version, remembered, ends_at)
		VALUES ($1, $2, $3, $4, $5)`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM second_steps WHERE ends_at <= $1 OR ends_at >= $2`, millis(now), latestEnd(now, accounts.SecondStepLifetime)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, query,
			step.TokenHash, step.User.ID, step.User.Version, step.Remembered, millis(now.Add(accounts.SecondStepLifetime)))
		return err
	})
	if err != nil {
		return fmt.Errorf("create second step: %w", err)
	}
	return nil
}

// SecondStep finds who owes a code, by the hash of the token: ErrNotFound when
// it is too late, or the user has changed since the password was given.
func (db *DB) SecondStep(ctx context.Context, tokenHash string, now time.Time) (accounts.SecondStep, error) {
	const query = `
		SELECT s.remembered, ` + userColumns + `
		FROM second_steps s
		JOIN users u ON u.id = s.user_id AND u.version = s.user_version AND NOT u.disabled
		WHERE s.token_hash = $1 AND s.ends_at > $2 AND s.ends_at < $3`
	var row struct {
		accounts.User
		Remembered bool `db:"remembered"`
	}
	if err := db.read.GetContext(ctx, &row, query, tokenHash, millis(now), latestEnd(now, accounts.SecondStepLifetime)); err != nil {
		return accounts.SecondStep{}, fmt.Errorf("second step: %w", classify(err))
	}
	return accounts.SecondStep{TokenHash: tokenHash, User: row.User, Remembered: row.Remembered}, nil
}

// EndSecondStep takes a second step away. It ends once: ErrNotFound after that.
func (db *DB) EndSecondStep(ctx context.Context, tokenHash string) error {
	const query = `DELETE FROM second_steps WHERE token_hash = $1 RETURNING token_hash`
	if err := db.write.GetContext(ctx, &tokenHash, query, tokenHash); err != nil {
		return fmt.Errorf("end second step: %w", classify(err))
	}
	return nil
}
