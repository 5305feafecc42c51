package accounts

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// NewToken returns an unguessable random text: 256 bits in base64url.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program first
	return base64.RawURLEncoding.EncodeToString(b)
}

// IsToken reports whether s has the form of a token.
func IsToken(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == 32 && base64.RawURLEncoding.EncodeToString(b) == s
}

// HashToken returns the hash of a token for storage. Tokens are random, so one
// round of SHA-256 is enough.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// FormToken returns the CSRF token of a session. It can't be made without the
// session's token, and does not reveal it.
func FormToken(sessionToken string) string {
	mac := hmac.New(sha256.New, []byte(sessionToken))
	mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// FormTokenValid compares a CSRF token with that of the session, in constant
// time.
func FormTokenValid(sessionToken, formToken string) bool {
	return sessionToken != "" && hmac.Equal([]byte(FormToken(sessionToken)), []byte(formToken))
}
