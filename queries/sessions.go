package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

// CreateSession stores a new session and deletes expired ones. It returns
// ErrStale if the user has been disabled, deleted or given another version
// since s.User was read: the credentials that were checked may no longer hold.
func (db *DB) CreateSession(ctx context.Context, s accounts.Session, ends accounts.Lifetimes) error {
	const query = `
		INSERT INTO sessions (token_hash, user_id, remembered, user_agent, created_at, seen_at, confirmed_at)
		SELECT $1, id, $2, $3, $4, $5, $6
		FROM users
		WHERE id = $7 AND version = $8 AND NOT disabled
		RETURNING user_id`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		// This locks the user's row. A change under way commits before the INSERT
		// looks at the version; one that comes later deletes the new session.
		if _, err := tx.ExecContext(ctx, `UPDATE users SET seen_at = $1 WHERE id = $2`, millis(s.SeenAt), s.User.ID); err != nil {
			return err
		}
		if err := purgeSessions(ctx, tx, s.CreatedAt, ends); err != nil {
			return err
		}
		var userID int64
		err := tx.GetContext(ctx, &userID, query, s.TokenHash, s.Remembered, s.UserAgent,
			millis(s.CreatedAt), millis(s.SeenAt), millis(s.ConfirmedAt), s.User.ID, s.User.Version)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrStale
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("create session: %w", err)
	}
	return nil
}

func purgeSessions(ctx context.Context, tx *sqlx.Tx, now time.Time, ends accounts.Lifetimes) error {
	const query = `DELETE FROM sessions WHERE remembered = $1 AND (seen_at NOT BETWEEN $2 AND $3 OR created_at NOT BETWEEN $4 AND $5)`
	for _, remembered := range []bool{false, true} {
		lifetime := ends.Of(remembered)
		_, err := tx.ExecContext(ctx, query, remembered,
			millis(now.Add(-lifetime.Idle)), millis(now.Add(lifetime.Idle)),
			millis(now.Add(-lifetime.Absolute)), millis(now.Add(lifetime.Absolute)))
		if err != nil {
			return err
		}
	}
	return nil
}

// Session finds a session and its user by the hash of the token. It does not
// ask whether the session still holds.
func (db *DB) Session(ctx context.Context, tokenHash string) (accounts.Session, error) {
	const query = `
		SELECT s.remembered, s.user_agent, s.created_at, s.seen_at, s.confirmed_at, ` + userColumns + `
		FROM sessions s
		JOIN users u ON u.id = s.user_id
		WHERE s.token_hash = $1`
	var row struct {
		accounts.User
		Remembered bool   `db:"remembered"`
		UserAgent  string `db:"user_agent"`
		CreatedAt  int64  `db:"created_at"`
		SeenAt     int64  `db:"seen_at"`
		Confirmed  int64  `db:"confirmed_at"`
	}
	if err := db.read.GetContext(ctx, &row, query, tokenHash); err != nil {
		return accounts.Session{}, fmt.Errorf("session: %w", classify(err))
	}
	return accounts.Session{
		TokenHash:   tokenHash,
		User:        row.User,
		Remembered:  row.Remembered,
		UserAgent:   row.UserAgent,
		CreatedAt:   time.UnixMilli(row.CreatedAt).UTC(),
		SeenAt:      time.UnixMilli(row.SeenAt).UTC(),
		ConfirmedAt: time.UnixMilli(row.Confirmed).UTC(),
	}, nil
}

// TouchSession records that a session was in use.
func (db *DB) TouchSession(ctx context.Context, tokenHash string, now time.Time) error {
	const query = `UPDATE sessions SET seen_at = $1 WHERE token_hash = $2`
	if _, err := db.write.ExecContext(ctx, query, millis(now), tokenHash); err != nil {
		return fmt.Errorf("touch session: %w", classify(err))
	}
	return nil
}

// ConfirmSession records that the password was given in a session. It returns
// ErrNotFound if the session has ended since the request began: a change of the
// password ends sessions, and the old password confirms nothing after that.
func (db *DB) ConfirmSession(ctx context.Context, tokenHash string, now time.Time) error {
	const query = `UPDATE sessions SET confirmed_at = $1 WHERE token_hash = $2 RETURNING user_id`
	var userID int64
	if err := db.write.GetContext(ctx, &userID, query, millis(now), tokenHash); err != nil {
		return fmt.Errorf("confirm session: %w", classify(err))
	}
	return nil
}

// Sessions are a user's, the one that was in use last first; those that have
// ended may still be among them.
func (db *DB) Sessions(ctx context.Context, userID int64) ([]accounts.Session, error) {
	const query = `
		SELECT token_hash, remembered, user_agent, created_at, seen_at
		FROM sessions
		WHERE user_id = $1
		ORDER BY seen_at DESC, token_hash
		LIMIT $2`
	var rows []struct {
		TokenHash  string `db:"token_hash"`
		Remembered bool   `db:"remembered"`
		UserAgent  string `db:"user_agent"`
		CreatedAt  int64  `db:"created_at"`
		SeenAt     int64  `db:"seen_at"`
	}
	if err := db.read.SelectContext(ctx, &rows, query, userID, maxSessions); err != nil {
		return nil, fmt.Errorf("sessions of user %d: %w", userID, classify(err))
	}
	sessions := make([]accounts.Session, len(rows))
	for i, row := range rows {
		sessions[i] = accounts.Session{
			TokenHash: row.TokenHash, User: accounts.User{ID: userID}, Remembered: row.Remembered, UserAgent: row.UserAgent,
			CreatedAt: time.UnixMilli(row.CreatedAt).UTC(), SeenAt: time.UnixMilli(row.SeenAt).UTC(),
		}
	}
	return sessions, nil
}

// maxSessions is how many sessions of one user are listed.
const maxSessions = 100

// EndSession ends a session of a user: ErrNotFound when it is not one of
// theirs.
func (db *DB) EndSession(ctx context.Context, userID int64, tokenHash string, actor Actor) error {
	const query = `DELETE FROM sessions WHERE user_id = $1 AND token_hash = $2 RETURNING user_id`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &userID, query, userID, tokenHash); err != nil {
			return err
		}
		return actor.note(ctx, tx, Deed{Action: "end session", Outcome: OK, Kind: KindSignIn, ObjectID: userID, Object: actor.Name})
	})
	if err != nil {
		return fmt.Errorf("end a session of user %d: %w", userID, err)
	}
	return nil
}

// EndOtherSessions ends all sessions of a user but one.
func (db *DB) EndOtherSessions(ctx context.Context, userID int64, tokenHash string, actor Actor) error {
	const query = `DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2`
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, query, userID, tokenHash); err != nil {
			return err
		}
		return actor.note(ctx, tx, Deed{Action: "end other sessions", Outcome: OK, Kind: KindSignIn, ObjectID: userID, Object: actor.Name})
	})
	if err != nil {
		return fmt.Errorf("end sessions of user %d: %w", userID, err)
	}
	return nil
}

func endSessions(ctx context.Context, tx *sqlx.Tx, userID int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE user_id = $1`, userID)
	return err
}

// DeleteSession ends a session. One that has ended already is no error.
func (db *DB) DeleteSession(ctx context.Context, tokenHash string) error {
	const query = `DELETE FROM sessions WHERE token_hash = $1`
	if _, err := db.write.ExecContext(ctx, query, tokenHash); err != nil {
		return fmt.Errorf("end session: %w", classify(err))
	}
	return nil
}
