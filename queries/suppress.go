package queries

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
	"runnerdb/club"
)

// SuppressionPurpose is what a Sealer of the keys is made for by which those
// who were erased are known again.
const SuppressionPurpose = "suppression"

const suppressionOwner = "suppression key"

// suppressionKey makes the hashes of who was erased: without it nobody can try
// out names.
type suppressionKey struct {
	id     int64
	secret []byte
}

// suppressedRow is who was erased. What was not known then is empty.
type suppressedRow struct {
	Name    string `db:"name_hash"`
	Born    string `db:"born_hash"`
	Licence string `db:"licence_hash"`
}

func (k suppressionKey) hash(kind string, parts ...string) string {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte(kind + "\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(mac.Sum(nil))
}

// row are the hashes of a name with the year of birth and the licence. The
// words of the name may come in any order.
func (k suppressionKey) row(name string, born club.Date, licence string) suppressedRow {
	words := club.Words(name)
	slices.Sort(words)
	key := strings.Join(words, " ")
	row := suppressedRow{Name: k.hash("name", key)}
	if !born.IsZero() {
		row.Born = k.hash("born", key, strconv.Itoa(born.Year))
	}
	if number := club.LicenceKey(licence); number != "" {
		row.Licence = k.hash("licence", number)
	}
	return row
}

// fits reports whether two rows may be one person: by the licence, or by the
// name where neither the year of birth nor else the licence tells them apart.
func (row suppressedRow) fits(other suppressedRow) bool {
	known := func(a, b string) bool { return a != "" && b != "" }
	switch {
	case known(row.Licence, other.Licence) && row.Licence == other.Licence:
		return true
	case row.Name != other.Name:
		return false
	case known(row.Born, other.Born):
		return row.Born == other.Born
	default:
		return !known(row.Licence, other.Licence)
	}
}

// ErrSuppressionSealed says that somebody was erased whom nobody would recognise:
// no session key opens a key of the hashes. Until one does nobody can be added.
var ErrSuppressionSealed = errors.New("the list of people who were erased is sealed with a session key that SESSION_KEYS doesn't hold, " +
	"so nobody can be added: set SESSION_KEYS to the keys of the server that erased them")

// SuppressionSealer opens and seals the keys by which people who were erased are
// recognised. It is nil where the session keys end with this process.
func SuppressionSealer(sessionKeys [][]byte, passing bool) *accounts.Sealer {
	if passing || len(sessionKeys) == 0 {
		return nil
	}
	sealer := accounts.NewSealer(sessionKeys, SuppressionPurpose)
	return &sealer
}

// Suppressed reports whether a runner who is about to be added may be one who
// was erased: with the same licence, or the same name and year of birth, as far
// as these are known. A namesake born in another year is none.
// ErrSuppressionSealed says that the sealer doesn't open every stored key, or
// that there are keys and no sealer.
func (db *DB) Suppressed(ctx context.Context, sealer *accounts.Sealer, runner club.Runner) (bool, error) {
	found, err := db.SuppressedAmong(ctx, sealer, []club.Runner{runner})
	return err == nil && found[0], err
}

// CheckSuppression returns ErrSuppressionSealed where nobody can be added.
func (db *DB) CheckSuppression(ctx context.Context, sealer *accounts.Sealer) error {
	_, sealed, err := suppressionKeys(ctx, db.read, sealer)
	if err != nil {
		return fmt.Errorf("look for who was erased: %w", classify(err))
	}
	if len(sealed) > 0 {
		return ErrSuppressionSealed
	}
	return nil
}

// DropSealedSuppression forgets the keys that the sealer doesn't open, and with
// each the hashes made by it: whoever was erased under it isn't recognised any
// more. It says how many keys that were.
func (db *DB) DropSealedSuppression(ctx context.Context, sealer *accounts.Sealer, actor Actor) (dropped int, err error) {
	err = db.inTx(ctx, func(tx *sqlx.Tx) error {
		_, sealed, err := suppressionKeys(ctx, tx, sealer)
		if err != nil || len(sealed) == 0 {
			return err
		}
		for _, id := range sealed {
			for _, statement := range []string{`DELETE FROM suppressed WHERE key_id = $1`, `DELETE FROM suppression_keys WHERE id = $1`} {
				if _, err := tx.ExecContext(ctx, statement, id); err != nil {
					return err
				}
			}
		}
		dropped = len(sealed)
		return actor.note(ctx, tx, Deed{Action: "drop", Outcome: OK, Kind: "suppression", Object: counted(dropped, "lost key")})
	})
	if err != nil {
		return 0, fmt.Errorf("drop lost keys: %w", err)
	}
	return dropped, nil
}

// sealedKey is a suppressionKey as it is stored.
type sealedKey struct {
	ID     int64
	Sealed string
}

func sealedSuppressionKeys(ctx context.Context, q sqlx.QueryerContext) (keys []sealedKey, err error) {
	err = sqlx.SelectContext(ctx, q, &keys, `SELECT id, sealed FROM suppression_keys ORDER BY id DESC LIMIT 100`)
	return keys, err
}

// suppressionKeys are the stored keys that the sealer opens, the newest first,
// and the numbers of those that it doesn't.
func suppressionKeys(ctx context.Context, q sqlx.QueryerContext, sealer *accounts.Sealer) (keys []suppressionKey, sealed []int64, err error) {
	stored, err := sealedSuppressionKeys(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	return openSuppression(stored, sealer)
}

func openSuppression(stored []sealedKey, sealer *accounts.Sealer) (keys []suppressionKey, sealed []int64, err error) {
	for _, key := range stored {
		if sealer == nil {
			sealed = append(sealed, key.ID)
			continue
		}
		secret, _, err := sealer.Open(key.Sealed, suppressionOwner)
		switch {
		case errors.Is(err, accounts.ErrSealed):
			sealed = append(sealed, key.ID)
		case err != nil:
			return nil, nil, err
		default:
			keys = append(keys, suppressionKey{key.ID, secret})
		}
	}
	return keys, sealed, nil
}

// suppress keeps hashes of who is erased, so that they are known again.
func (t traces) suppress(ctx context.Context, tx *sqlx.Tx, sealer *accounts.Sealer) error {
	if sealer == nil {
		return nil
	}
	keys, _, err := suppressionKeys(ctx, tx, sealer)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		key := suppressionKey{secret: make([]byte, sha256.Size)}
		_, _ = rand.Read(key.secret) // never fails: crypto/rand ends the program first
		sealed := sealer.Seal(key.secret, suppressionOwner)
		if err := tx.GetContext(ctx, &key.id, `INSERT INTO suppression_keys (sealed) VALUES ($1) RETURNING id`, sealed); err != nil {
			return err
		}
		keys = append(keys, key)
	}
	const insert = `
		INSERT INTO suppressed (key_id, name_hash, born_hash, licence_hash) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`
	for _, name := range t.names {
		for _, licence := range orNone(t.licences) {
			row := keys[0].row(name, t.born, licence)
			if known, err := knownByName(ctx, tx, keys, name); err != nil {
				return err
			} else if known && row.Born == "" && row.Licence == "" {
				continue // it would say less than what is stored, so that it fits more people
			}
			if _, err := tx.ExecContext(ctx, insert, keys[0].id, row.Name, row.Born, row.Licence); err != nil {
				return err
			}
		}
	}
	return nil
}

// knownByName reports whether somebody of that name was erased.
func knownByName(ctx context.Context, tx *sqlx.Tx, keys []suppressionKey, name string) (bool, error) {
	for _, key := range keys {
		const query = `SELECT COUNT(*) FROM suppressed WHERE key_id = $1 AND name_hash = $2`
		var found int
		if err := tx.GetContext(ctx, &found, query, key.id, key.row(name, club.Date{}, "").Name); err != nil || found > 0 {
			return found > 0, err
		}
	}
	return false, nil
}

// orNone are some values, or the empty one where there is none.
func orNone(values []string) []string {
	if len(values) == 0 {
		return []string{""}
	}
	return values
}

// ResealSuppression seals with the newest session key what an older one sealed,
// so that the older one can be dropped. It says how many keys that were.
func (db *DB) ResealSuppression(ctx context.Context, sealer accounts.Sealer) (resealed int, err error) {
	var rows []struct {
		ID     int64
		Sealed string
	}
	if err := db.read.SelectContext(ctx, &rows, `SELECT id, sealed FROM suppression_keys ORDER BY id LIMIT 100`); err != nil {
		return 0, fmt.Errorf("reseal: %w", classify(err))
	}
	for _, row := range rows {
		secret, stale, err := sealer.Open(row.Sealed, suppressionOwner)
		if err != nil || !stale {
			continue
		}
		const update = `UPDATE suppression_keys SET sealed = $1 WHERE id = $2 AND sealed = $3`
		if _, err := db.write.ExecContext(ctx, update, sealer.Seal(secret, suppressionOwner), row.ID, row.Sealed); err != nil {
			return resealed, fmt.Errorf("reseal: %w", classify(err))
		}
		resealed++
	}
	return resealed, nil
}
