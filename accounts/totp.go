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

// TOTPSecret is the secret that a user's authenticator app shares with the
// site: 160 bits, from which both derive the same six-digit code every 30
// seconds (RFC 6238).
type TOTPSecret []byte

const (
	totpBytes  = 20 // RFC 4226, 4, R6
	totpPeriod = 30 // seconds; RFC 6238, 5.2
	// totpSkew is the number of periods by which the clocks of phone and site
	// may differ. RFC 6238, 5.2 recommends one.
	totpSkew = 1
)

// TOTPPurpose is the purpose to give NewSealer for these secrets.
const TOTPPurpose = "second factor"

// TOTPOwner returns the owner to give Seal and Open for a user's secret.
func TOTPOwner(userID int64) string { return "user " + strconv.FormatInt(userID, 10) }

// NewTOTPSecret returns a random secret.
func NewTOTPSecret() TOTPSecret {
	secret := make(TOTPSecret, totpBytes)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program first
	return secret
}

func (s TOTPSecret) base32() string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(s)
}

// Words prints the secret for typing into an app: groups of four characters.
func (s TOTPSecret) Words() string { return grouped(s.base32()) }

// URL returns the otpauth URL of the secret, which apps read from a QR code or
// a link. It names the site and the user.
func (s TOTPSecret) URL(site, email string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: site, AccountName: email, Period: totpPeriod, Secret: s})
	if err != nil {
		return "", fmt.Errorf("otpauth address: %w", err)
	}
	return key.URL(), nil
}

// Step returns the time step of a code: the current one, or a neighbour if the
// clocks differ. Only steps after the given one count, so that a code works
// once.
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

// ReadTOTPCode returns a code as typed without the spaces that apps display in
// it. ok is false if it is not a code.
func ReadTOTPCode(typed string) (code string, ok bool) {
	code = strings.Join(strings.Fields(typed), "")
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	return code, true
}

// RecoveryCodes is the number of codes for signing in without the phone.
const RecoveryCodes = 10

// A recovery code has 80 bits in Crockford's base 32, which has no letters that
// look like digits.
const (
	recoveryBytes   = 10
	recoveryLetters = "0123456789abcdefghjkmnpqrstvwxyz"
)

var recoveryEncoding = base32.NewEncoding(recoveryLetters).WithPadding(base32.NoPadding)

// NewRecoveryCodes returns random codes in the form that people read.
func NewRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		b := make([]byte, recoveryBytes)
		_, _ = rand.Read(b) // never fails: crypto/rand ends the program first
		codes[i] = grouped(recoveryEncoding.EncodeToString(b))
	}
	return codes
}

// RecoveryHash returns the hash of a recovery code for storage. It is the same
// however the code is typed, and differs between users. Codes are random, so
// one round of SHA-256 is enough. ok is false if no recovery code was typed.
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
