// Package accounts knows who may sign in and how: users and their roles,
// passwords, session tokens and the tokens that protect forms.
//
// The package is pure: it stores nothing and reads no clock.
package accounts

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Role says what a user may do. Each may do all that the next one may.
type Role string

// The roles: an owner keeps users and settings, an editor the records; a
// viewer changes nothing.
const (
	Owner  Role = "owner"
	Editor Role = "editor"
	Viewer Role = "viewer"
)

// ParseRole reads a role by its name.
func ParseRole(s string) (Role, error) {
	switch role := Role(s); role {
	case Owner, Editor, Viewer:
		return role, nil
	default:
		return "", fmt.Errorf("no role %q; there are %s, %s and %s", s, Owner, Editor, Viewer)
	}
}

// May reports whether who has the role may do what needs another.
func (r Role) May(need Role) bool {
	rank := map[Role]int{Viewer: 1, Editor: 2, Owner: 3}
	return rank[r] > 0 && rank[r] >= rank[need]
}

// User is a person who may sign in.
type User struct {
	ID           int64  `db:"id"`
	Email        string `db:"email"`
	Name         string `db:"name"`
	Role         Role   `db:"role"`
	PasswordHash string `db:"password_hash"`
	Disabled     bool   `db:"disabled"`
	SecondFactor bool   `db:"second_factor"`
	Version      int64  `db:"version"`
}

// ErrEmail says that a text is no e-mail address that we take.
var ErrEmail = errors.New("write an e-mail address such as thandi@example.org")

// CheckEmail accepts what looks like an address; whether mail arrives there
// only sending some can tell.
func CheckEmail(email string) error {
	local, domain, found := strings.Cut(email, "@")
	switch {
	case !found, local == "", domain == "", len(email) > 254, !utf8.ValidString(email),
		strings.Contains(domain, "@"),
		strings.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return ErrEmail
	}
	return nil
}

// EmailKey is what addresses are compared by: case and blanks round them
// don't matter.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// InvitationLifetime is how long a link to set a password works.
const InvitationLifetime = 7 * 24 * time.Hour

// InvitationPath is where a site answers such a link: the token follows.
const InvitationPath = "/invite/"

// Session is a user's stay, known by the hash of the token in the cookie.
type Session struct {
	TokenHash  string
	User       User
	Remembered bool
	UserAgent  string
	CreatedAt  time.Time
	SeenAt     time.Time
	// ConfirmedAt is when the password was last given.
	ConfirmedAt time.Time
}

// SecondStep is a user who has given the right password and owes a code, known
// by the hash of the token in the cookie.
type SecondStep struct {
	TokenHash  string
	User       User
	Remembered bool
}

// SecondStepLifetime is how long such a user has time for the code.
const SecondStepLifetime = 5 * time.Minute

// Lifetime bounds a session: Idle since it was last seen, Absolute since
// sign-in.
type Lifetime struct{ Idle, Absolute time.Duration }

// Lifetimes bounds the two kinds of session.
type Lifetimes struct {
	Plain, Remembered Lifetime
	// Confirmed is how long a password counts in a remembered session, for what
	// could do harm.
	Confirmed time.Duration
}

// DefaultLifetimes follow OWASP ASVS 5.0.0, 7.3.1 and 7.3.2.
var DefaultLifetimes = Lifetimes{
	Plain:      Lifetime{Idle: time.Hour, Absolute: 12 * time.Hour},
	Remembered: Lifetime{Idle: 14 * 24 * time.Hour, Absolute: 30 * 24 * time.Hour},
	Confirmed:  30 * time.Minute,
}

// Of picks the bounds of one kind.
func (l Lifetimes) Of(remembered bool) Lifetime {
	if remembered {
		return l.Remembered
	}
	return l.Plain
}

// Alive reports whether the session still holds at now. One from a time that
// is yet to come does not: the clock was wrong, and it would last for too long.
func (s Session) Alive(now time.Time, lifetimes Lifetimes) bool {
	lifetime := lifetimes.Of(s.Remembered)
	return !s.User.Disabled && now.Sub(s.SeenAt).Abs() < lifetime.Idle && now.Sub(s.CreatedAt).Abs() < lifetime.Absolute
}

// Confirmed reports whether the user may do at now what could do harm without
// giving the password again: a device that remembers its user may have changed
// hands.
func (s Session) Confirmed(now time.Time, lifetimes Lifetimes) bool {
	return !s.Remembered || now.Sub(s.ConfirmedAt).Abs() < lifetimes.Confirmed
}
