// Package accounts holds the rules of signing in: users and their roles,
// passwords, session tokens, and the tokens that protect forms.
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

// Role says what a user may do. Each role includes the rights of the lesser
// ones.
type Role string

// The roles. An owner manages users and settings, an editor edits records, and
// a viewer changes nothing.
const (
	Owner  Role = "owner"
	Editor Role = "editor"
	Viewer Role = "viewer"
)

// ParseRole returns the role with a name.
func ParseRole(s string) (Role, error) {
	switch role := Role(s); role {
	case Owner, Editor, Viewer:
		return role, nil
	default:
		return "", fmt.Errorf("no role %q; there are %s, %s and %s", s, Owner, Editor, Viewer)
	}
}

// May reports whether the role includes the rights of another.
func (r Role) May(need Role) bool {
	rank := map[Role]int{Viewer: 1, Editor: 2, Owner: 3}
	return rank[r] > 0 && rank[r] >= rank[need]
}

// User is a person with an account.
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

// ErrEmail is returned for text that is not an acceptable email address.
var ErrEmail = errors.New("write an e-mail address such as thandi@example.org")

// CheckEmail accepts text in the form of an email address. Only sending mail
// can show whether it arrives.
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

// EmailKey returns the form in which addresses are compared: lower case,
// without surrounding spaces.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// InvitationLifetime is how long an invitation link works.
const InvitationLifetime = 7 * 24 * time.Hour

// InvitationPath is the path of an invitation link, in front of the token.
const InvitationPath = "/invite/"

// Session is a signed-in browser. The database knows it by the hash of the
// token in the cookie.
type Session struct {
	TokenHash  string
	User       User
	Remembered bool
	UserAgent  string
	CreatedAt  time.Time
	SeenAt     time.Time
	// ConfirmedAt is when the user last entered the password.
	ConfirmedAt time.Time
}

// SecondStep is a sign-in that has passed the password and still needs a code.
// The database knows it by the hash of the token in the cookie.
type SecondStep struct {
	TokenHash  string
	User       User
	Remembered bool
}

// SecondStepLifetime is how long the user has to enter the code.
const SecondStepLifetime = 5 * time.Minute

// Lifetime limits a session: Idle since the last request, Absolute since
// signing in.
type Lifetime struct{ Idle, Absolute time.Duration }

// Lifetimes holds the limits of ordinary and remembered sessions.
type Lifetimes struct {
	Plain, Remembered Lifetime
	// Confirmed is how long after entering the password a remembered session
	// may do sensitive things.
	Confirmed time.Duration
}

// DefaultLifetimes follows OWASP ASVS 5.0.0, 7.3.1 and 7.3.2.
var DefaultLifetimes = Lifetimes{
	Plain:      Lifetime{Idle: time.Hour, Absolute: 12 * time.Hour},
	Remembered: Lifetime{Idle: 14 * 24 * time.Hour, Absolute: 30 * 24 * time.Hour},
	Confirmed:  30 * time.Minute,
}

// Of returns the limits of remembered or ordinary sessions.
func (l Lifetimes) Of(remembered bool) Lifetime {
	if remembered {
		return l.Remembered
	}
	return l.Plain
}

// Alive reports whether the session is valid at now. A session that starts in
// the future is not: the clock was wrong, and the session would last too long.
func (s Session) Alive(now time.Time, lifetimes Lifetimes) bool {
	lifetime := lifetimes.Of(s.Remembered)
	return !s.User.Disabled && now.Sub(s.SeenAt).Abs() < lifetime.Idle && now.Sub(s.CreatedAt).Abs() < lifetime.Absolute
}

// Confirmed reports whether the user may do sensitive things at now without
// entering the password again. A remembered device may have changed hands.
func (s Session) Confirmed(now time.Time, lifetimes Lifetimes) bool {
	return !s.Remembered || now.Sub(s.ConfirmedAt).Abs() < lifetimes.Confirmed
}
