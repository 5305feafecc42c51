package accounts_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"runnerdb/accounts"
)

// R043: 256 random bits, never the same.
func TestTokensAreRandomAndUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	ones := 0
	for range 1000 {
		token := accounts.NewToken()
		if seen[token] {
			t.Fatalf("token %q came twice", token)
		}
		seen[token] = true
		b, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || len(b) != 32 {
			t.Fatalf("token %q: %d bytes, %v, want 32", token, len(b), err)
		}
		if !accounts.IsToken(token) {
			t.Errorf("IsToken(%q) = false", token)
		}
		ones += int(b[0] >> 7)
	}
	// A fair bit is 1 in 500 of 1000 cases with a standard deviation of 16.
	if ones < 340 || ones > 660 {
		t.Errorf("the first bit is 1 in %d of 1000 tokens, want about 500", ones)
	}
}

func TestIsToken(t *testing.T) {
	t.Parallel()
	token := accounts.NewToken()
	for _, s := range []string{
		"", "token", token[1:], token + "A", token + "=", " " + token, token + "\n", strings.Repeat("*", 43),
		strings.Repeat("+", 43), strings.Repeat("A", 1_000_000), token[:42] + "_",
	} {
		if accounts.IsToken(s) {
			t.Errorf("IsToken(%.60q) = true", s)
		}
	}
}

// R043: the stored hash does not reveal the token.
func TestHashTokenHidesTheToken(t *testing.T) {
	t.Parallel()
	token := accounts.NewToken()
	hash := accounts.HashToken(token)
	switch {
	case hash == token:
		t.Error("the hash is the token")
	case hash != accounts.HashToken(token):
		t.Error("one token has two hashes")
	case hash == accounts.HashToken(accounts.NewToken()):
		t.Error("two tokens have one hash")
	}
	// sha256sum (GNU coreutils 9.1) of the three letters, as base64url.
	if got, want := accounts.HashToken("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"; got != want {
		t.Errorf("HashToken(abc): got %q, want %q", got, want)
	}
}

// R051: a CSRF token belongs to one session and does not reveal its token.
func TestFormTokenBelongsToOneSession(t *testing.T) {
	t.Parallel()
	mine, other := accounts.NewToken(), accounts.NewToken()
	form := accounts.FormToken(mine)
	if form == mine || form == accounts.HashToken(mine) {
		t.Errorf("the form's token gives the session's away: %q", form)
	}
	tests := []struct {
		name          string
		session, form string
		want          bool
	}{
		{"its own", mine, form, true},
		{"none", mine, "", false},
		{"another session's", mine, accounts.FormToken(other), false},
		{"for another session", other, form, false},
		{"without a session", "", form, false},
		{"without a session, made for none", "", accounts.FormToken(""), false},
		{"the session's token itself", mine, mine, false},
		{"its stored hash", mine, accounts.HashToken(mine), false},
		{"cut short", mine, form[:len(form)-1], false},
		{"longer", mine, form + "A", false},
		{"other case", mine, strings.ToLower(form), false},
	}
	for _, test := range tests {
		if got := accounts.FormTokenValid(test.session, test.form); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
