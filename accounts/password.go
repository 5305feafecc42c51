package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
)

// Limits of a password: the minimum in characters, the maximum in bytes.
const (
	MinPasswordLength = 12
	MaxPasswordBytes  = 1024
)

// Errors returned by CheckPassword.
var (
	ErrPasswordShort = fmt.Errorf("a password has at least %d characters", MinPasswordLength)
	ErrPasswordLong  = fmt.Errorf("a password has at most %d bytes", MaxPasswordBytes)
	ErrPasswordText  = errors.New("a password is text; this one has bytes that are not")
)

// CheckPassword returns an error for a new password that is too short or too
// long. Every character counts, spaces included.
func CheckPassword(password string) error {
	switch {
	case len(password) > MaxPasswordBytes:
		return ErrPasswordLong
	case !utf8.ValidString(password):
		return ErrPasswordText
	case utf8.RuneCountInString(password) < MinPasswordLength:
		return ErrPasswordShort
	default:
		return nil
	}
}

// argon2id parameters: the first recommendation of OWASP's password storage
// cheat sheet (19 MiB, two passes, one lane).
const (
	argonMemory  = 19 * 1024
	argonTime    = 2
	argonThreads = 1
	argonKeyLen  = 32
	argonSaltLen = 16
)

// hashing limits how many hashes are computed at once, because each takes 19
// MiB.
var hashing = semaphore.NewWeighted(int64(max(2, min(4, runtime.NumCPU()))))

// HashPassword returns an argon2id hash in PHC format with a random salt. It
// waits for a free slot until ctx ends.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSaltLen)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	h := passwordHash{argonMemory, argonTime, argonThreads, salt, nil}
	key, err := h.derive(ctx, password)
	if err != nil {
		return "", err
	}
	h.key = key
	return h.String(), nil
}

// VerifyPassword reports whether the password matches the hash. An empty hash
// stands for a user who does not exist: it takes as long to check as any other,
// and nothing matches it.
func VerifyPassword(ctx context.Context, hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = dummyHash()
	}
	h, err := parsePasswordHash(hash)
	if err != nil {
		return false, err
	}
	key, err := h.derive(ctx, password)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, h.key) == 1 && known, nil
}

// NeedsRehash reports whether a hash was made with other parameters than
// today's.
func NeedsRehash(hash string) bool {
	h, err := parsePasswordHash(hash)
	return err != nil || h.memory != argonMemory || h.time != argonTime || h.threads != argonThreads
}

var dummyHash = sync.OnceValue(func() string {
	h := passwordHash{argonMemory, argonTime, argonThreads, make([]byte, argonSaltLen), make([]byte, argonKeyLen)}
	return h.String()
})

type passwordHash struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

func (h passwordHash) derive(ctx context.Context, password string) ([]byte, error) {
	if err := hashing.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer hashing.Release(1)
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, argonKeyLen), nil
}

// String prints the hash in PHC string format.
func (h passwordHash) String() string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, h.memory, h.time, h.threads, encode(h.salt), encode(h.key))
}

var errPasswordHash = errors.New("not an argon2id hash in PHC format")

func parsePasswordHash(s string) (passwordHash, error) {
	var h passwordHash
	var version int
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, errPasswordHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return h, errPasswordHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads); err != nil {
		return h, errPasswordHash
	}
	var saltErr, keyErr error
	h.salt, saltErr = base64.RawStdEncoding.DecodeString(parts[4])
	h.key, keyErr = base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(h.key) != argonKeyLen || h.time == 0 || h.threads == 0 {
		return h, errPasswordHash
	}
	return h, nil
}
