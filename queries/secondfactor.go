package queries

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

// SecondFactor is what is stored of a user's second factor.
type SecondFactor struct {
	UserID int64 `db:"user_id"`
	// Sealed is the secret, sealed by who stored it.
	Sealed string `db:"sealed"`
	// Step is the time step of the newest code that was used.
	Step int64 `db:"step"`
	// Codes is how many recovery codes are left.
	Codes int `db:"codes"`
}

// SecondFactor is that of a user: ErrNotFound where there is none.
func (db *DB) SecondFactor(ctx context.Context, userID int64) (SecondFactor, error) {
	const query = `
		SELECT f.user_id, f.sealed, f.step, (SELECT COUNT(*) FROM recovery_codes r WHERE r.user_id = f.user_id) AS codes
		FROM second_factors f
		WHERE f.user_id = $1`
	var factor SecondFactor
	if err := db.read.GetContext(ctx, &factor, query, userID); err != nil {
		return SecondFactor{}, fmt.Errorf("second factor of user %d: %w", userID, classify(err))
	}
	return factor, nil
}

// SetSecondFactor gives a user a second factor and the hashes of recovery
// codes, ends all the user's sessions and returns the user as stored. It returns
// ErrStale if the user has changed since it was read.
func (db *DB) SetSecondFactor(ctx context.Context, user accounts.User, factor SecondFactor, codeHashes []string, actor Actor) (accounts.User, error) {
	const insert = `INSERT INTO second_factors (user_id, sealed, step) VALUES ($1, $2, $3)`
	return db.changeFactor(ctx, "set up second step", user.ID, user.Version, actor, func(tx *sqlx.Tx) error {
		if err := forgetFactor(ctx, tx, user.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insert, user.ID, factor.Sealed, factor.Step); err != nil {
			return err
		}
		return storeCodes(ctx, tx, user.ID, codeHashes)
	})
}

// DropSecondFactor removes a user's second factor, ends the user's sessions and
// returns the user as stored; action says in the audit log who wanted it. It
// returns ErrStale if the user has changed since it was read, and ErrNotFound if
// there is no second factor.
func (db *DB) DropSecondFactor(ctx context.Context, action string, id, version int64, actor Actor) (accounts.User, error) {
	return db.changeFactor(ctx, action, id, version, actor, func(tx *sqlx.Tx) error {
		var userID int64
		if err := tx.GetContext(ctx, &userID, `SELECT user_id FROM second_factors WHERE user_id = $1`, id); err != nil {
			return err
		}
		return forgetFactor(ctx, tx, id)
	})
}

func (db *DB) changeFactor(ctx context.Context, action string, id, version int64, actor Actor, change func(*sqlx.Tx) error) (accounts.User, error) {
	const bump = `UPDATE users SET version = version + 1 WHERE id = $1`
	const stored = `SELECT ` + userColumns + ` FROM users u WHERE u.id = $1`
	var after accounts.User
	err := db.changeUser(ctx, id, version, func(tx *sqlx.Tx, before accounts.User) error {
		if err := change(tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, bump, id); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, id); err != nil {
			return err
		}
		if err := tx.GetContext(ctx, &after, stored, id); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, action, &before, &after)
	})
	if err != nil {
		return accounts.User{}, fmt.Errorf("%s of user %d: %w", action, id, err)
	}
	return after, nil
}

func forgetFactor(ctx context.Context, tx *sqlx.Tx, userID int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM second_factors WHERE user_id = $1`, userID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM recovery_codes WHERE user_id = $1`, userID)
	return err
}

func storeCodes(ctx context.Context, tx *sqlx.Tx, userID int64, hashes []string) error {
	for _, hash := range hashes {
		if _, err := tx.ExecContext(ctx, `INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)`, userID, hash); err != nil {
			return err
		}
	}
	return nil
}

// SetRecoveryCodes replaces a user's recovery codes by new ones, given as
// hashes. The user gets a new version, so that no sign-in under way with an old
// code succeeds; sessions go on. It returns ErrNotFound if the user has no second
// factor.
func (db *DB) SetRecoveryCodes(ctx context.Context, user accounts.User, hashes []string, actor Actor) error {
	err := db.changeUser(ctx, user.ID, user.Version, func(tx *sqlx.Tx, before accounts.User) error {
		var userID int64
		if err := tx.GetContext(ctx, &userID, `SELECT user_id FROM second_factors WHERE user_id = $1`, user.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM recovery_codes WHERE user_id = $1`, user.ID); err != nil {
			return err
		}
		if err := storeCodes(ctx, tx, user.ID, hashes); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE users SET version = version + 1 WHERE id = $1`, user.ID); err != nil {
			return err
		}
		return actor.noteUser(ctx, tx, "new recovery codes", &before, &before)
	})
	if err != nil {
		return fmt.Errorf("recovery codes of user %d: %w", user.ID, err)
	}
	return nil
}

// UseStep notes that a code of a time step was used: ErrNotFound when one of
// this step, or a later one, has been used before. Of many at once, one is first.
func (db *DB) UseStep(ctx context.Context, userID, step int64) error {
	const query = `UPDATE second_factors SET step = $1 WHERE user_id = $2 AND step < $1 RETURNING user_id`
	if err := db.write.GetContext(ctx, &userID, query, step, userID); err != nil {
		return fmt.Errorf("use a code: %w", classify(err))
	}
	return nil
}

// UseRecoveryCode takes a recovery code away: ErrNotFound when it is none, or
// has been used before.
func (db *DB) UseRecoveryCode(ctx context.Context, userID int64, hash string) error {
	const query = `DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2 RETURNING user_id`
	if err := db.write.GetContext(ctx, &userID, query, userID, hash); err != nil {
		return fmt.Errorf("use a recovery code: %w", classify(err))
	}
	return nil
}

// Reseal stores a secret that was sealed anew, unless it has changed since it
// was read.
func (db *DB) Reseal(ctx context.Context, factor SecondFactor, sealed string) error {
	const query = `UPDATE second_factors SET sealed = $1 WHERE user_id = $2 AND sealed = $3`
	if _, err := db.write.ExecContext(ctx, query, sealed, factor.UserID, factor.Sealed); err != nil {
		return fmt.Errorf("reseal of user %d: %w", factor.UserID, classify(err))
	}
	return nil
}

// SecondFactors are those of users after an id, in order of ids, some at a time.
func (db *DB) SecondFactors(ctx context.Context, after int64) ([]SecondFactor, error) {
	const query = `SELECT user_id, sealed, step FROM second_factors WHERE user_id > $1 ORDER BY user_id LIMIT $2`
	const atOnce = 500
	var factors []SecondFactor
	if err := db.read.SelectContext(ctx, &factors, query, after, atOnce); err != nil {
		return nil, fmt.Errorf("second factors: %w", classify(err))
	}
	return factors, nil
}
