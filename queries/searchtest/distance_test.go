package searchtest

import (
	"strings"
	"testing"

	"runnerdb/club"
)

func TestDistance(t *testing.T) {
	tests := []struct {
		typed, word       string
		whole, unfinished int
	}{
		{"khumalo", "khumalo", 0, 0},
		{"kumalo", "khumalo", 1, 1},
		{"khumaol", "khumalo", 1, 1},
		{"khummalo", "khumalo", 1, 1},
		{"khunalo", "khumalo", 1, 1},
		{"ndlv", "ndlovu", 2, 1},
		{"ca", "abc", 3, 1}, // restricted: no letter is moved twice
		{"nortje", "nortjé", 1, 1},
		{"", "zulu", 4, 0},
	}
	for _, test := range tests {
		if got := distance(test.typed, test.word, false); got != test.whole {
			t.Errorf("%q to %q: got %d, want %d", test.typed, test.word, got, test.whole)
		}
		if got := distance(test.typed, test.word, true); got != test.unfinished {
			t.Errorf("%q to the beginning of %q: got %d, want %d", test.typed, test.word, got, test.unfinished)
		}
	}
}

// TestForgivable: one slip a word is forgiven from four letters typed, two are
// from eight, and nothing worse is asked.
func TestForgivable(t *testing.T) {
	for _, half := range Halves {
		all, err := All(half)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range all {
			if (q.Kind == Slip || q.Kind == TwoSlips || q.Kind == Unfinished) && !forgivable(q) {
				t.Errorf("%q is too far from %q", q.Typed, q.Expected)
			}
		}
	}
}

func forgivable(q Question) bool {
	typed := typedWords(q)
	words := club.Words(strings.TrimPrefix(q.Expected, "* "))
	return assign(typed, words, func(at int, word string) int {
		letters, allowed := len([]rune(typed[at])), 0
		switch {
		case letters >= 8:
			allowed = 2
		case letters >= 4:
			allowed = 1
		}
		if d := distance(typed[at], word, q.Kind == Unfinished); d <= allowed {
			return d
		}
		return farAway
	}) < farAway
}
