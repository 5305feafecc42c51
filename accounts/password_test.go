package accounts_test

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"runnerdb/accounts"
)

func hash(t *testing.T, password string) string {
	t.Helper()
	h, err := accounts.HashPassword(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// R057: every character counts, also beyond bcrypt's 72nd byte, and none is
// changed on the way.
func TestPasswordsAreKeptExactly(t *testing.T) {
	long := strings.Repeat("a", 72)
	tests := []struct {
		name, password, other string
	}{
		{"plain", "correct horse battery", "correct horse batterz"},
		{"case", "Correct Horse Battery", "correct horse battery"},
		{"blank at the end", "correct horse ", "correct horse"},
		{"blank at the start", " correct horse", "correct horse"},
		{"byte 73", long + "b", long + "c"},
		{"72 and 73 bytes", long, long + "b"},
		{"the last of 1024 bytes", strings.Repeat("a", 1023) + "b", strings.Repeat("a", 1023) + "c"},
		{"accents", "Nkosinathi é 12", "Nkosinathi e 12"},
		{"composed and decomposed", "passw\u00f6rd passw", "passwo\u0308rd passw"},
		{"emoji", "hardloop 🏃🏿 vinnig", "hardloop 🏃 vinnig"},
		{"NUL", "twelve bytes\x00a", "twelve bytes\x00b"},
		{"newline", "twelve bytes\n", "twelve bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := hash(t, test.password)
			for password, want := range map[string]bool{test.password: true, test.other: false, "": false} {
				got, err := accounts.VerifyPassword(t.Context(), h, password)
				if err != nil || got != want {
					t.Errorf("password %q: got %v, %v, want %v", password, got, err, want)
				}
			}
		})
	}
}

// R056: argon2id with at least OWASP's parameters, a salt for each hash, in PHC
// format.
func TestHashesArePHCStringsWithTheirOwnSalt(t *testing.T) {
	t.Parallel()
	format := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	first, second := hash(t, "correct horse battery"), hash(t, "correct horse battery")
	for _, h := range []string{first, second} {
		if !format.MatchString(h) {
			t.Errorf("hash %q does not match %s", h, format)
		}
		if accounts.NeedsRehash(h) {
			t.Errorf("a new hash needs to be made anew: %q", h)
		}
	}
	if first == second {
		t.Errorf("equal passwords have the same hash: %q", first)
	}
}

// R057.
func TestCheckPassword(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, password string
		want           error
	}{
		{"none", "", accounts.ErrPasswordShort},
		{"8", strings.Repeat("a", 8), accounts.ErrPasswordShort},
		{"11", strings.Repeat("a", 11), accounts.ErrPasswordShort},
		{"11 characters of 4 bytes", strings.Repeat("🏃", 11), accounts.ErrPasswordShort},
		{"12", strings.Repeat("a", 12), nil},
		{"12 characters of 4 bytes", strings.Repeat("🏃", 12), nil},
		{"12 blanks", strings.Repeat(" ", 12), nil},
		{"64", strings.Repeat("a", 64), nil},
		{"73", strings.Repeat("a", 73), nil},
		{"128", strings.Repeat("a", 128), nil},
		{"1024", strings.Repeat("a", 1024), nil},
		{"1025", strings.Repeat("a", 1025), accounts.ErrPasswordLong},
		{"a million", strings.Repeat("a", 1_000_000), accounts.ErrPasswordLong},
		{"not UTF-8", "twelve bytes\xff", accounts.ErrPasswordText},
	}
	for _, test := range tests {
		if got := accounts.CheckPassword(test.password); !errors.Is(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// R056: hashes made with other parameters are replaced at the next sign-in.
func TestNeedsRehash(t *testing.T) {
	t.Parallel()
	salt, key := make([]byte, 16), make([]byte, 32)
	tests := []struct {
		name, hash string
		want       bool
	}{
		{"today's", accounts.MakeHash(19*1024, 2, 1, salt, key), false},
		{"less memory", accounts.MakeHash(8*1024, 2, 1, salt, key), true},
		{"more memory", accounts.MakeHash(64*1024, 2, 1, salt, key), true},
		{"fewer passes", accounts.MakeHash(19*1024, 1, 1, salt, key), true},
		{"more lanes", accounts.MakeHash(19*1024, 2, 4, salt, key), true},
		{"bcrypt", "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", true},
		{"nothing", "", true},
	}
	for _, test := range tests {
		if got := accounts.NeedsRehash(test.hash); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// The string is from the tests of the reference implementation
// (P-H-C/phc-winner-argon2, src/test.c, Argon2id, version 0x13): 64 MiB, two
// passes, password "password", salt "somesalt".
func TestHashesOfOtherProgramsVerify(t *testing.T) {
	t.Parallel()
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for password, want := range map[string]bool{"password": true, "Password": false} {
		if got, err := accounts.VerifyPassword(t.Context(), reference, password); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", password, got, err, want)
		}
	}
	if !accounts.NeedsRehash(reference) {
		t.Error("a hash with other parameters need not be made anew")
	}
}

func TestBrokenHashesAreErrors(t *testing.T) {
	t.Parallel()
	good := hash(t, "correct horse battery")
	parts := strings.Split(good, "$")
	without := func(i int, value string) string {
		changed := append([]string{}, parts...)
		changed[i] = value
		return strings.Join(changed, "$")
	}
	for name, broken := range map[string]string{
		"other scheme":    without(1, "argon2i"),
		"other version":   without(2, "v=16"),
		"no version":      without(2, ""),
		"no parameters":   without(3, ""),
		"no passes":       without(3, "m=19456,t=0,p=1"),
		"no lanes":        without(3, "m=19456,t=2,p=0"),
		"lanes overflow":  without(3, "m=19456,t=2,p=256"),
		"salt not base64": without(4, "***"),
		"key not base64":  without(5, "***"),
		"no key":          without(5, ""),
		"short key":       without(5, "AAAA"),
		"part missing":    strings.Join(parts[:5], "$"),
		"part too many":   good + "$",
		"bcrypt":          "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
	} {
		if ok, err := accounts.VerifyPassword(t.Context(), broken, "correct horse battery"); err == nil || ok {
			t.Errorf("%s (%q): got %v, %v, want an error", name, broken, ok, err)
		}
	}
}

// R055: an unknown user costs the same work as a known one. The test measures
// the memory that argon2 fills, not time.
func TestAnUnknownUserCostsAHash(t *testing.T) {
	known := hash(t, "correct horse battery")
	_, knownParameters := parametersOf(t, known)
	if _, got := parametersOf(t, accounts.DummyHash()); got != knownParameters {
		t.Errorf("parameters of the dummy hash: got %q, want %q", got, knownParameters)
	}
	const argonBytes = 19 * 1024 * 1024
	for name, h := range map[string]string{"known": known, "unknown": ""} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		ok, err := accounts.VerifyPassword(t.Context(), h, "wrong horse battery")
		runtime.ReadMemStats(&after)
		if ok || err != nil {
			t.Errorf("%s: got %v, %v, want false", name, ok, err)
		}
		if filled := after.TotalAlloc - before.TotalAlloc; filled < argonBytes || filled > argonBytes*3/2 {
			t.Errorf("%s: %d bytes were filled, want about %d", name, filled, argonBytes)
		}
	}
}

func parametersOf(t *testing.T, hash string) (scheme, parameters string) {
	t.Helper()
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		t.Fatalf("hash %q has %d parts", hash, len(parts))
	}
	return parts[1], parts[2] + "," + parts[3]
}

// No password matches an unknown user, not even one that hashes to the dummy.
func TestNoPasswordBelongsToAnUnknownUser(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"", "correct horse battery", string(make([]byte, 32))} {
		if ok, err := accounts.VerifyPassword(t.Context(), "", password); ok || err != nil {
			t.Errorf("%q: got %v, %v, want false", password, ok, err)
		}
	}
}

// R058: hashing stops waiting when the client has gone.
func TestHashingStopsWaitingWhenTheRequestEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := accounts.HashPassword(ctx, "correct horse battery"); !errors.Is(err, context.Canceled) {
		t.Errorf("HashPassword: got %v, want %v", err, context.Canceled)
	}
	for _, h := range []string{"", accounts.DummyHash()} {
		if _, err := accounts.VerifyPassword(ctx, h, "correct horse battery"); !errors.Is(err, context.Canceled) {
			t.Errorf("VerifyPassword(%q): got %v, want %v", h, err, context.Canceled)
		}
	}
}
