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

// ErrSealed is returned for a sealed secret that can't be opened: it was sealed
// with an unknown key, altered, or belongs to another owner.
var ErrSealed = errors.New("this secret was not sealed by any of the session keys")

// sealVersion starts every sealed secret, so that the format can change.
const sealVersion = "v1."

// Sealer encrypts small secrets for storage in the database: AES-256-GCM (NIST
// SP 800-38D) with a random nonce, under keys derived from the session keys by
// HKDF (RFC 5869). Make one with NewSealer; the zero value has no keys, opens
// nothing and must not seal.
type Sealer struct{ ciphers []cipher.AEAD }

// NewSealer returns a sealer that derives its keys from the session keys,
// newest first, for one purpose. A secret sealed for one purpose can't be
// opened for another, and reveals nothing about the session keys.
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

// Seal encrypts a secret with the newest key. Only the same owner, such as
// "user 12", can open the result, so it is worthless when copied to another
// row.
func (s Sealer) Seal(secret []byte, owner string) string {
	box := s.ciphers[0].Seal(nil, nil, secret, []byte(owner)) //nolint:gosec // the cipher makes a nonce of its own
	return sealVersion + base64.RawURLEncoding.EncodeToString(box)
}

// Open returns the secret given to Seal, or ErrSealed. stale is true if an
// older key sealed it: seal and store it again before that key is removed.
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
