package accounts

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// TOTPSecret is what a user's authenticator app and the site both know: 160
// bits, of which both make the same code of six digits every 30 seconds (RFC
// 6238).
type TOTPSecret []byte

const (
	totpBytes  = 20 // RFC 4226, 4, R6
	totpPeriod = 30 // seconds; RFC 6238, 5.2
	// totpSkew is by how many periods the clocks of telephone and site may
	// differ: RFC 6238, 5.2 advises one.
	totpSkew = 1
)

// TOTPPurpose is what a Sealer of these secrets is made for.
const TOTPPurpose = "second factor"

// TOTPOwner is whose a sealed secret is.
func TOTPOwner(userID int64) string { return "user " + strconv.FormatInt(userID, 10) }

// NewTOTPSecret makes a secret at random.
func NewTOTPSecret() TOTPSecret {
	secret := make(TOTPSecret, totpBytes)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program first
	return secret
}

func (s TOTPSecret) base32() string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(s)
}

// Words is the secret as people type it into an app: groups of four.
func (s TOTPSecret) Words() string { return grouped(s.base32()) }

// URL is the secret for an app that reads it from a picture or a link: an
// otpauth address, with the name of the site and the user.
func (s TOTPSecret) URL(site, email string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: site, AccountName: email, Period: totpPeriod, Secret: s})
	if err != nil {
		return "", fmt.Errorf("otpauth address: %w", err)
	}
	return key.URL(), nil
}

// Step finds the time step that a code belongs to: this one, or its neighbour
// where clocks differ. Only steps later than after count, so that nobody uses a
// code twice.
func (s TOTPSecret) Step(code string, now time.Time, after int64) (step int64, ok bool) {
	current := now.Unix() / totpPeriod
	for candidate := current - totpSkew; candidate <= current+totpSkew; candidate++ {
		valid, err := hotp.ValidateCustom(code, uint64(max(candidate, 0)), s.base32(), hotp.ValidateOpts{
			Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
		})
		if err == nil && valid && candidate > after {
			step, ok = candidate, true
		}
	}
	return step, ok
}

// ReadTOTPCode is the code that somebody typed, without the blanks that apps
// show in it, or false where it is none.
func ReadTOTPCode(typed string) (code string, ok bool) {
	code = strings.Join(strings.Fields(typed), "")
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	return code, true
}

// RecoveryCodes is how many codes a user gets for the day on which the
// telephone is lost.
const RecoveryCodes = 10

// A recovery code has 80 bits in Crockford's base 32, which has no letter that
// looks like a digit.
const (
	recoveryBytes   = 10
	recoveryLetters = "0123456789abcdefghjkmnpqrstvwxyz"
)

var recoveryEncoding = base32.NewEncoding(recoveryLetters).WithPadding(base32.NoPadding)

// NewRecoveryCodes makes codes at random, as people read them.
func NewRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		b := make([]byte, recoveryBytes)
		_, _ = rand.Read(b) // never fails: crypto/rand ends the program first
		codes[i] = grouped(recoveryEncoding.EncodeToString(b))
	}
	return codes
}

// RecoveryHash is what is stored of a recovery code: the same however it is
// typed, and another for each user. The code is random, so that one round of
// SHA-256 keeps it secret. It is false where no recovery code was typed.
func RecoveryHash(userID int64, typed string) (hash string, ok bool) {
	code := strings.NewReplacer("o", "0", "i", "1", "l", "1", "-", "").Replace(strings.ToLower(strings.Join(strings.Fields(typed), "")))
	b, err := recoveryEncoding.DecodeString(code)
	if err != nil || len(b) != recoveryBytes || recoveryEncoding.EncodeToString(b) != code {
		return "", false
	}
	return HashToken("recovery " + TOTPOwner(userID) + " " + code), true
}

func grouped(s string) string {
	var groups []string
	for len(s) > 4 {
		groups, s = append(groups, s[:4]), s[4:]
	}
	return strings.Join(append(groups, s), "-")
}
