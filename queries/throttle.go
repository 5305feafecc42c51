package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
)

// Guess is a password or token that somebody tries: of which account, to do
// what, and who it is. Guesses of another Factor than the password are counted
// apart: the right password gives nobody more tries at the code.
type Guess struct {
	Account string
	Factor  string
	Action  string
	By      Actor
}

// Try is a guess that has been counted. One with Wait was one too many: it
// must not be looked at, and may come again after that time. Others are looked
// at after Delay, and end in FailTry, PassTry or DropTry.
type Try struct {
	Guess
	Wait  time.Duration
	Delay time.Duration
	id    int64
}

func (g Guess) account() string { return accounts.AccountKey(g.Factor + " " + g.Account) }
func (g Guess) network() string { return accounts.Network(g.By.Address) }

func (g Guess) deed(outcome Outcome) Deed {
	return Deed{Action: g.Action, Outcome: outcome, Kind: KindSignIn, ObjectID: g.By.UserID, Object: g.Account}
}

// BeginTry counts a guess, as one that fails, before anybody looks at it: of
// many at once, in all processes together, no more are looked at than the
// throttle allows.
func (db *DB) BeginTry(ctx context.Context, guess Guess, throttle accounts.Throttle) (Try, error) {
	const insert = `INSERT INTO tries (account, address, refused, at) VALUES ($1, $2, FALSE, $3) RETURNING id`
	const failures = `SELECT COUNT(*) FROM tries WHERE account = $1 AND NOT refused`
	var try Try
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		try = Try{Guess: guess}
		if err := db.lockNetwork(ctx, tx, guess.network()); err != nil {
			return err
		}
		if err := forgetTries(ctx, tx, guess.By.At, throttle); err != nil {
			return err
		}
		if err := try.wait(ctx, tx, throttle); err != nil || try.Wait > 0 {
			return err
		}
		var failed int
		if err := tx.GetContext(ctx, &failed, failures, guess.account()); err != nil {
			return err
		}
		try.Delay = throttle.Delay(failed)
		return tx.GetContext(ctx, &try.id, insert, guess.account(), guess.network(), millis(guess.By.At))
	})
	if err != nil {
		return Try{}, fmt.Errorf("count a try: %w", err)
	}
	return try, nil
}

// forgetTries takes away those that are old, and those of a clock that was
// ahead and has been put right: nobody has to wait until it is that late again.
func forgetTries(ctx context.Context, tx *sqlx.Tx, now time.Time, throttle accounts.Throttle) error {
	const query = `DELETE FROM tries WHERE at <= $1 OR at > $2`
	_, err := tx.ExecContext(ctx, query, millis(now.Add(-throttle.Day)), millis(now.Add(throttle.Window)))
	return err
}

// lockNetwork lets guesses from one network go one after the other.
func (db *DB) lockNetwork(ctx context.Context, tx *sqlx.Tx, network string) error {
	if db.engine != postgresEngine { // SQLite lets nobody else write now
		return nil
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte("tries " + network))                                          // never fails
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(hash.Sum64())) // #nosec G115 -- any number is as good
	return err
}

// wait says how long until the oldest failure that makes it too many is old.
func (t *Try) wait(ctx context.Context, tx *sqlx.Tx, throttle accounts.Throttle) error {
	const (
		byAccount = `
			SELECT at FROM tries WHERE address = $1 AND account = $2 AND NOT refused AND at > $3
			ORDER BY at DESC LIMIT 1 OFFSET $4`
		byAddress = `
			SELECT at FROM tries WHERE address = $1 AND NOT refused AND at > $2
			ORDER BY at DESC LIMIT 1 OFFSET $3`
	)
	network, since := t.network(), millis(t.By.At.Add(-throttle.Window))
	var account, address int64
	err := getAny(ctx, tx, &account, byAccount, network, t.account(), since, throttle.PerAccount-1)
	if err != nil {
		return err
	}
	if err := getAny(ctx, tx, &address, byAddress, network, since, throttle.PerAddress-1); err != nil {
		return err
	}
	if max(account, address) == 0 {
		return nil
	}
	t.Wait = time.UnixMilli(max(account, address)).Add(throttle.Window).Sub(t.By.At)
	return t.noteRefusal(ctx, tx, since, address > 0)
}

// noteRefusal notes the first refusal in a while; more would only fill the
// log.
func (t *Try) noteRefusal(ctx context.Context, tx *sqlx.Tx, since int64, whole bool) error {
	const noted = `
		SELECT COUNT(*) FROM tries WHERE address = $1 AND refused AND at > $2 AND (account = $3 OR $4)`
	const insert = `INSERT INTO tries (account, address, refused, at) VALUES ($1, $2, TRUE, $3)`
	var before int
	if err := tx.GetContext(ctx, &before, noted, t.network(), since, t.account(), whole); err != nil || before > 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, insert, t.account(), t.network(), millis(t.By.At)); err != nil {
		return err
	}
	return t.By.note(ctx, tx, t.deed(Throttled))
}

// getAny reads a value and leaves it alone when there is none.
func getAny(ctx context.Context, tx *sqlx.Tx, value any, query string, args ...any) error {
	err := tx.GetContext(ctx, value, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// FailTry notes that a guess was wrong; it stays counted.
func (db *DB) FailTry(ctx context.Context, try Try) error {
	return db.Note(ctx, try.By, try.deed(Failed))
}

// PassTry notes that a guess was right, and who it was then; what failed
// before of this account from this address is forgotten.
func (db *DB) PassTry(ctx context.Context, try Try, user accounts.User) error {
	const query = `DELETE FROM tries WHERE account = $1 AND address = $2`
	try.By.UserID, try.By.Name = user.ID, user.Email
	err := db.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, query, try.account(), try.network()); err != nil {
			return err
		}
		return try.By.note(ctx, tx, try.deed(OK))
	})
	if err != nil {
		return fmt.Errorf("note a right guess: %w", err)
	}
	return nil
}

// DropTry takes back a guess that nobody could look at.
func (db *DB) DropTry(ctx context.Context, try Try) error {
	if _, err := db.write.ExecContext(ctx, `DELETE FROM tries WHERE id = $1`, try.id); err != nil {
		return fmt.Errorf("take back a try: %w", classify(err))
	}
	return nil
}
