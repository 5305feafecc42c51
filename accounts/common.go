package accounts

import (
	_ "embed"
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// common.txt holds passwords that attackers try first, one a line, in lower
// case: keyboard rows, words followed by a number and so on, and the long
// enough ones of the most used passwords in @zxcvbn-ts/language-common 4.1.3
// (MIT). Passwords shorter than MinPasswordLength are refused anyway.
//
//go:embed common.txt
var commonFile string

var commonPasswords = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for line := range strings.Lines(commonFile) {
		known[strings.TrimSuffix(line, "\n")] = true
	}
	return known
})

// Errors returned by CheckNewPassword.
var (
	ErrPasswordCommon   = errors.New("too many people use this password; take a few words that belong together only for you")
	ErrPasswordPersonal = errors.New("this password is hardly more than a name that everybody here knows; take a few other words")
)

// expected lists words that attackers of this site would try first.
var expected = []string{
	"rcsgugulethuac", "gugulethu", "gugs", "runnerdb", "runner", "running", "marathon", "comrades", "twooceans", "capetown",
	"password", "passw0rd", "welcome", "qwerty", "letmein", "admin", "changeme", "secret",
}

// OtherThanNames is the least number of characters in a password besides names
// and expected words. Differing is the least number of different characters.
const (
	OtherThanNames = 6
	Differing      = 5
)

// CommonPasswords returns the number of common passwords that are refused.
func CommonPasswords() int { return len(commonPasswords()) }

// CheckNewPassword returns an error for a password that CheckPassword refuses,
// or that can be guessed from lists of common passwords, the name of this site,
// or the user's email address and name.
func CheckNewPassword(password string, user User) error {
	if err := CheckPassword(password); err != nil {
		return err
	}
	if commonPasswords()[strings.ToLower(password)] || fewLetters(password) {
		return ErrPasswordCommon
	}
	rest := squash(password)
	for _, word := range known(user) {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if utf8.RuneCountInString(rest) < OtherThanNames {
		return ErrPasswordPersonal
	}
	return nil
}

// known returns the words that may not make up a password, longest first.
func known(user User) []string {
	words := slices.Clone(expected)
	local, domain, _ := strings.Cut(user.Email, "@")
	for _, word := range append(strings.Fields(user.Name), user.Email, local, domain, user.Name) {
		if word = squash(word); utf8.RuneCountInString(word) >= 3 {
			words = append(words, word)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// squash drops everything but letters and digits, and lower-cases the letters.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func fewLetters(password string) bool {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[unicode.ToLower(r)] = true
	}
	return len(seen) < Differing
}
