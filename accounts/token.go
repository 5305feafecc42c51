package accounts

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// NewToken is a random text that cannot be guessed: 256 bits, base64url.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program first
	return base64.RawURLEncoding.EncodeToString(b)
}

// IsToken reports whether s has the form that NewToken gives.
func IsToken(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == 32 && base64.RawURLEncoding.EncodeToString(b) == s
}

// HashToken is what is stored of a token. The token is random, so that one
// round of SHA-256 keeps it secret.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// FormToken protects the forms of one session against forged requests: who
// does not know the session's token can't make it, and it does not give the
// session's token away.
func FormToken(sessionToken string) string {
	mac := hmac.New(sha256.New, []byte(sessionToken))
	mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// FormTokenValid compares in constant time.
func FormTokenValid(sessionToken, formToken string) bool {
	return sessionToken != "" && hmac.Equal([]byte(FormToken(sessionToken)), []byte(formToken))
}
