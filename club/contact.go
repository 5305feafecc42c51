package club

import (
	"cmp"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Contact tells how to reach a runner, and whom to call in an emergency. Every
// field is optional, and none is ever public.
type Contact struct {
	RunnerID       int64  `db:"runner_id"`
	Email          string `db:"email"`
	Phone          string `db:"phone"`
	EmergencyName  string `db:"emergency_name"`
	EmergencyPhone string `db:"emergency_phone"`
	// Version is 0 for a contact that has not been stored.
	Version int64 `db:"version"`
}

// IsEmpty reports whether every field is empty.
func (c Contact) IsEmpty() bool {
	return c.Email == "" && c.Phone == "" && c.EmergencyName == "" && c.EmergencyPhone == ""
}

// Or returns c with its empty fields filled from another contact. The emergency
// contact is taken as a whole, so that one person's number never stands beside
// another's name.
func (c Contact) Or(other Contact) Contact {
	c.Email, c.Phone = cmp.Or(c.Email, other.Email), cmp.Or(c.Phone, other.Phone)
	if c.EmergencyName == "" && c.EmergencyPhone == "" {
		c.EmergencyName, c.EmergencyPhone = other.EmergencyName, other.EmergencyPhone
	}
	return c
}

// Limits of a contact.
const (
	MaxEmailRunes   = 254
	MaxContactRunes = 200
	leastDigits     = 5
)

// IsEmail reports whether text is an email address and nothing else.
func IsEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && utf8.RuneCountInString(text) <= MaxEmailRunes
}

// IsPhone reports whether text looks like a telephone number in any notation.
func IsPhone(text string) bool {
	digits := 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune("+-/(). ", r):
			return false
		}
	}
	return digits >= leastDigits && utf8.RuneCountInString(text) <= MaxContactRunes
}
