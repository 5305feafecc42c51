package accounts_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
)

// R047: a session ends when it has been idle too long, and at an absolute limit
// in any case.
func TestSessionLifetimes(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	start := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		name       string
		remembered bool
		disabled   bool
		seen, now  time.Duration
		want       bool
	}{
		{"new", false, false, 0, 0, true},
		{"idle for less than an hour", false, false, 0, time.Hour - time.Second, true},
		{"idle for an hour", false, false, 0, time.Hour, false},
		{"used all the time", false, false, 12*time.Hour - time.Second, 12*time.Hour - time.Second, true},
		{"12 hours old", false, false, 12*time.Hour - time.Second, 12 * time.Hour, false},
		{"remembered, idle for less than 14 days", true, false, 0, 14*day - time.Second, true},
		{"remembered, idle for 14 days", true, false, 0, 14 * day, false},
		{"remembered, used all the time", true, false, 30*day - time.Second, 30*day - time.Second, true},
		{"remembered, 30 days old", true, false, 30*day - time.Second, 30 * day, false},
		{"disabled user", false, true, 0, 0, false},
		{"disabled user, remembered", true, true, 0, 0, false},
	}
	for _, test := range tests {
		session := accounts.Session{
			User:       accounts.User{ID: 1, Disabled: test.disabled},
			Remembered: test.remembered, CreatedAt: start, SeenAt: start.Add(test.seen),
		}
		if got := session.Alive(start.Add(test.now), accounts.DefaultLifetimes); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestParseRole(t *testing.T) {
	t.Parallel()
	for _, role := range []accounts.Role{accounts.Owner, accounts.Editor, accounts.Viewer} {
		if got, err := accounts.ParseRole(string(role)); err != nil || got != role {
			t.Errorf("%q: got %q, %v", role, got, err)
		}
	}
	for _, s := range []string{"", "admin", "Owner", " owner", "owner\x00"} {
		if got, err := accounts.ParseRole(s); err == nil || got != "" {
			t.Errorf("%q: got %q, %v, want an error", s, got, err)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"thandi@example.org", "t.m+club@sub.example.co.za", "o'brien@example.org", "josé@example.org"} {
		if err := accounts.CheckEmail(email); err != nil {
			t.Errorf("%q: %v", email, err)
		}
	}
	for _, email := range []string{
		"", "thandi", "@example.org", "thandi@", "a@b@c", "thandi @example.org", "thandi@example.org\n", "\x00a@b",
		"a@b\xff", strings.Repeat("a", 250) + "@b.org",
	} {
		if err := accounts.CheckEmail(email); !errors.Is(err, accounts.ErrEmail) {
			t.Errorf("%.60q: got %v, want %v", email, err, accounts.ErrEmail)
		}
	}
}

func TestEmailKey(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"thandi@example.org", "Thandi@Example.ORG", "  thandi@example.org\t"} {
		if got, want := accounts.EmailKey(email), "thandi@example.org"; got != want {
			t.Errorf("%q: got %q, want %q", email, got, want)
		}
	}
}
