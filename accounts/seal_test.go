package accounts_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"runnerdb/accounts"
)

var oldKey, newKey, foreignKey = bytes.Repeat([]byte("old "), 8), bytes.Repeat([]byte("new "), 8), bytes.Repeat([]byte("else"), 8)

func sealer(keys ...[]byte) accounts.Sealer { return accounts.NewSealer(keys, "test") }

func TestSealOpens(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", "x", "JBSWY3DPEHPK3PXP", strings.Repeat("\x00ÿ", 5000)} {
		s := sealer(newKey)
		sealed := s.Seal([]byte(secret), "user 1")
		got, stale, err := s.Open(sealed, "user 1")
		if err != nil || stale || string(got) != secret {
			t.Errorf("%.20q: got %.20q, stale %v, %v", secret, got, stale, err)
		}
		if secret != "" && len(secret) > 1 && strings.Contains(sealed, secret) {
			t.Errorf("%.20q is to be read in %.60q", secret, sealed)
		}
		if again := s.Seal([]byte(secret), "user 1"); again == sealed {
			t.Errorf("%.20q sealed twice is the same text", secret)
		}
	}
}

// A secret sealed with an older key opens and is reported stale. Without that
// key it can't be opened.
func TestSealThroughARotation(t *testing.T) {
	t.Parallel()
	sealed := sealer(oldKey).Seal([]byte("secret"), "user 1")
	tests := []struct {
		name      string
		keys      [][]byte
		wantStale bool
		want      error
	}{
		{"before", [][]byte{oldKey}, false, nil},
		{"new key in front", [][]byte{newKey, oldKey}, true, nil},
		{"two new keys in front", [][]byte{foreignKey, newKey, oldKey}, true, nil},
		{"old key in front again", [][]byte{oldKey, newKey}, false, nil},
		{"old key dropped", [][]byte{newKey}, false, accounts.ErrSealed},
		{"no key", nil, false, accounts.ErrSealed},
	}
	for _, test := range tests {
		got, stale, err := sealer(test.keys...).Open(sealed, "user 1")
		if !errors.Is(err, test.want) || stale != test.wantStale || (err == nil && string(got) != "secret") {
			t.Errorf("%s: got %q, stale %v, %v, want stale %v, %v", test.name, got, stale, err, test.wantStale, test.want)
		}
	}
	rewritten := sealer(newKey, oldKey).Seal([]byte("secret"), "user 1")
	if got, stale, err := sealer(newKey).Open(rewritten, "user 1"); err != nil || stale || string(got) != "secret" {
		t.Errorf("rewritten: got %q, stale %v, %v", got, stale, err)
	}
}

func TestSealBelongsToItsOwnerAndPurpose(t *testing.T) {
	t.Parallel()
	s := sealer(newKey)
	sealed := s.Seal([]byte("secret"), "user 1")
	for _, owner := range []string{"", "user 2", "user 11", "User 1"} {
		if got, _, err := s.Open(sealed, owner); !errors.Is(err, accounts.ErrSealed) || got != nil {
			t.Errorf("owner %q: got %q, %v", owner, got, err)
		}
	}
	if got, _, err := accounts.NewSealer([][]byte{newKey}, "another").Open(sealed, "user 1"); !errors.Is(err, accounts.ErrSealed) {
		t.Errorf("another purpose: got %q, %v", got, err)
	}
}

// Changing any bit, and cutting or adding bytes, is detected.
func TestSealShowsWhatWasAltered(t *testing.T) {
	t.Parallel()
	s := sealer(newKey)
	sealed := s.Seal([]byte("secret"), "user 1")
	box, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(sealed, "v1."))
	if err != nil {
		t.Fatal(err)
	}
	altered := []string{"", "v1.", "v1", sealed[1:], sealed[:len(sealed)-1], sealed + "A", sealed + "=", "v2." + sealed[3:], sealed + "\n", " " + sealed}
	for i := range 8 * len(box) {
		flipped := bytes.Clone(box)
		flipped[i/8] ^= 1 << (i % 8)
		altered = append(altered, "v1."+base64.RawURLEncoding.EncodeToString(flipped))
	}
	for _, text := range altered {
		if got, stale, err := s.Open(text, "user 1"); !errors.Is(err, accounts.ErrSealed) || stale || got != nil {
			t.Errorf("%q: got %q, %v, %v", text, got, stale, err)
		}
	}
}

func FuzzSealOpen(f *testing.F) {
	s := sealer(newKey, oldKey)
	f.Add(s.Seal([]byte("secret"), "user 1"), "user 1")
	f.Add(s.Seal(nil, ""), "")
	f.Add("v1.", "user 1")
	f.Add("v1.AAAA", "user 1")
	f.Fuzz(func(t *testing.T, text, owner string) {
		secret, _, err := s.Open(text, owner)
		if (err == nil) == errors.Is(err, accounts.ErrSealed) {
			t.Fatalf("Open: %v", err)
		}
		if err == nil && string(secret) != "secret" && len(secret) > 0 {
			t.Fatalf("opened what was never sealed: %q", secret)
		}
		sealed := s.Seal([]byte(text), owner)
		if got, stale, err := s.Open(sealed, owner); err != nil || stale || string(got) != text {
			t.Fatalf("got %q, %v, %v", got, stale, err)
		}
	})
}
