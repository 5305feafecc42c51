package club

import (
	"slices"
	"unicode"
)

// Typing slips: one letter left out, put in, replaced, or swapped with its
// neighbour (restricted Damerau–Levenshtein distance 1), also in a word that
// is not typed to its end.

// minSlipLength is the number of letters from which a slip is forgiven: in
// shorter words every other word is a slip away.
const minSlipLength = 4

// Slips are the spellings by which a word is found in spite of one slip: the
// beginnings of the word, from three letters on, whole and with each letter
// left out. Two words that are one slip apart share a spelling (symmetric
// deletion; W. Garbe, 2012, "SymSpell").
func Slips(word string) []string {
	letters := []rune(word)
	seen := map[string]bool{}
	var slips []string
	for end := minSlipLength - 1; end <= len(letters); end++ {
		slips = appendDeletions(slips, seen, letters[:end])
	}
	return slips
}

// QuerySlips are the spellings to look up for a word as typed, or none where
// it is too short or has signs in it: % is no mistyped letter.
func QuerySlips(typed string) []string {
	letters := []rune(typed)
	sign := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if len(letters) < minSlipLength || slices.ContainsFunc(letters, sign) {
		return nil
	}
	return appendDeletions(nil, map[string]bool{}, letters)
}

func appendDeletions(to []string, seen map[string]bool, letters []rune) []string {
	add := func(s string) {
		if !seen[s] {
			seen[s] = true
			to = append(to, s)
		}
	}
	add(string(letters))
	for i := range letters {
		add(string(letters[:i]) + string(letters[i+1:]))
	}
	return to
}

// WithinSlip reports whether what was typed is the beginning of the word, or
// the whole of it, but for one slip at most.
func WithinSlip(typed, word string) bool {
	t, w := []rune(typed), []rune(word)
	same := 0
	for same < len(t) && same < len(w) && t[same] == w[same] {
		same++
	}
	if same == len(t) {
		return true
	}
	t, w = t[same:], w[same:]
	switch {
	case isPrefix(t[1:], w):
		return true // one letter too many
	case len(w) > 0 && (isPrefix(t, w[1:]) || isPrefix(t[1:], w[1:])):
		return true // one letter left out, or replaced
	default:
		return len(t) > 1 && len(w) > 1 && t[0] == w[1] && t[1] == w[0] && isPrefix(t[2:], w[2:])
	}
}

func isPrefix(prefix, of []rune) bool {
	if len(prefix) > len(of) {
		return false
	}
	for i, r := range prefix {
		if of[i] != r {
			return false
		}
	}
	return true
}
