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

// common.txt holds passwords that guessers try first, one a line, in small
// letters: rows of keys, words with a number behind them and the like, and those
// long enough of the most used that @zxcvbn-ts/language-common 4.1.3 (MIT) lists. Those
// shorter than MinPasswordLength are refused anyway.
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

// Errors of CheckNewPassword.
var (
	ErrPasswordCommon   = errors.New("too many people use this password; take a few words that belong together only for you")
	ErrPasswordPersonal = errors.New("this password is hardly more than a name that everybody here knows; take a few other words")
)

// expected are words that guessers of this site try first.
var expected = []string{
	"rcsgugulethuac", "gugulethu", "gugs", "runnerdb", "runner", "running", "marathon", "comrades", "twooceans", "capetown",
	"password", "passw0rd", "welcome", "qwerty", "letmein", "admin", "changeme", "secret",
}

// OtherThanNames is how many characters a password must have beyond names and
// expected words, and Differing how many different ones.
const (
	OtherThanNames = 6
	Differing      = 5
)

// CommonPasswords is how many passwords are refused because guessers try them
// first.
func CommonPasswords() int { return len(commonPasswords()) }

// CheckNewPassword reports why a password that somebody chooses is refused:
// as CheckPassword does, and where it could be guessed by who knows common
// passwords, this site, or the user's e-mail address and name.
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

// known are words that a password must not live on, the longest first.
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

// squash leaves small letters and digits.
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
