package club

import (
	"cmp"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Contact is how to reach a runner, and whom to call when something happens to
// them. All of it is optional, and none of it ever public.
type Contact struct {
	RunnerID       int64  `db:"runner_id"`
	Email          string `db:"email"`
	Phone          string `db:"phone"`
	EmergencyName  string `db:"emergency_name"`
	EmergencyPhone string `db:"emergency_phone"`
	// Version is 0 where nothing has been stored yet.
	Version int64 `db:"version"`
}

// IsEmpty reports whether nothing is known.
func (c Contact) IsEmpty() bool {
	return c.Email == "" && c.Phone == "" && c.EmergencyName == "" && c.EmergencyPhone == ""
}

// Or is c with what is not known filled in from another. Whom to call stays
// together: the number of one is not put beside the name of another.
func (c Contact) Or(other Contact) Contact {
	c.Email, c.Phone = cmp.Or(c.Email, other.Email), cmp.Or(c.Phone, other.Phone)
	if c.EmergencyName == "" && c.EmergencyPhone == "" {
		c.EmergencyName, c.EmergencyPhone = other.EmergencyName, other.EmergencyPhone
	}
	return c
}

// Bounds of a contact.
const (
	MaxEmailRunes   = 254
	MaxContactRunes = 200
	leastDigits     = 5
)

// IsEmail reports whether a text is an e-mail address and nothing else.
func IsEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && utf8.RuneCountInString(text) <= MaxEmailRunes
}

// IsPhone reports whether a text may be a telephone number, however it is
// written.
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
