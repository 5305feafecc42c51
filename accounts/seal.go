package accounts

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// ErrSealed says that a sealed secret can't be opened: none of the keys sealed
// it, or it was altered, or it is another's.
var ErrSealed = errors.New("this secret was not sealed by any of the session keys")

// sealVersion stands before each sealed secret, so that another kind may follow.
const sealVersion = "v1."

// Sealer keeps small secrets that lie in the database from whoever reads it:
// AES-256-GCM (NIST SP 800-38D) with a random nonce, under keys derived from
// the session keys by HKDF (RFC 5869). Make one with NewSealer; the zero value
// has no key, so that it opens nothing and must not seal.
type Sealer struct{ ciphers []cipher.AEAD }

// NewSealer makes a sealer for one purpose of the session keys, the newest
// first. What was sealed for one purpose does not open for another, and says
// nothing about the session keys themselves.
func NewSealer(sessionKeys [][]byte, purpose string) Sealer {
	var s Sealer
	for _, key := range sessionKeys {
		derived, err := hkdf.Key(sha256.New, key, nil, "runnerdb seal "+purpose, 32)
		if err != nil {
			panic("accounts: a key could not be derived: " + err.Error())
		}
		block, err := aes.NewCipher(derived)
		if err != nil {
			panic("accounts: a derived key is no AES key: " + err.Error())
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic("accounts: AES-GCM is not to be had: " + err.Error())
		}
		s.ciphers = append(s.ciphers, aead)
	}
	return s
}

// Seal closes a secret with the newest key. The text that it gives opens only
// together with the same owner, such as "user 12": moved to another row it is
// worthless.
func (s Sealer) Seal(secret []byte, owner string) string {
	box := s.ciphers[0].Seal(nil, nil, secret, []byte(owner)) //nolint:gosec // the cipher makes a nonce of its own
	return sealVersion + base64.RawURLEncoding.EncodeToString(box)
}

// Open gives back what Seal was given, or ErrSealed. It reports stale when not
// the newest key sealed it: it should be sealed and stored anew, before the
// older key is dropped.
func (s Sealer) Open(sealed, owner string) (secret []byte, stale bool, err error) {
	text, found := strings.CutPrefix(sealed, sealVersion)
	box, err := base64.RawURLEncoding.DecodeString(text)
	if !found || err != nil || base64.RawURLEncoding.EncodeToString(box) != text {
		return nil, false, fmt.Errorf("%w: it has another form", ErrSealed)
	}
	for i, aead := range s.ciphers {
		if secret, err := aead.Open(nil, nil, box, []byte(owner)); err == nil {
			return secret, i > 0, nil
		}
	}
	return nil, false, ErrSealed
}
