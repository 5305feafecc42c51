package search

import (
	"slices"
	"strings"
	"unicode"

	"runnerdb/club"
)

// Limits of one search. Anything typed beyond them is ignored.
const (
	maxTypedRunes = 100
	maxTerms      = 8
)

// Terms splits what was typed into words, folded as names are. A full stop ends
// a word, so that initials stand alone.
func Terms(typed string) []string {
	return bounded(nameWords(strings.ReplaceAll(begun(typed), ".", " ")))
}

// wholeTerms does the same, but a full stop does not end a word, as in a name.
func wholeTerms(typed string) []string { return bounded(nameWords(begun(typed))) }

func begun(typed string) string {
	runes := []rune(typed)
	return string(runes[:min(len(runes), maxTypedRunes)])
}

func bounded(words []string) []string { return words[:min(len(words), maxTerms)] }

// nameWords splits a name into folded words, at brackets too, and cuts very
// long words.
func nameWords(name string) []string {
	words := strings.FieldsFunc(club.Fold(name), endsWord)
	for i, word := range words {
		words[i] = kept(word)
	}
	return words
}

// kept cuts a word to the length that an index keeps.
func kept(word string) string {
	if len(word) <= maxWordLen {
		return word
	}
	return strings.ToValidUTF8(word[:maxWordLen], "")
}

func endsWord(r rune) bool {
	switch r {
	case '(', ')', '[', ']', '{', '}', '<', '>':
		return true
	}
	return unicode.IsSpace(r)
}

// particles are words that a surname may start with.
var particles = map[string]bool{}

func init() {
	for word := range strings.FieldsSeq(`van von der den ter ten de del della di da do dos das du la le les el al bin ibn
		zu zur af av janse jansen`) {
		particles[word] = true
	}
}

// surnameWords returns the number of words at the end of a name that form the
// surname: the last word, both words of a double-barrelled one, and everything
// from the first particle on, unless the particle is the first word.
func surnameWords(name string) int {
	parts := strings.Fields(name)
	if len(parts) == 0 {
		return 0
	}
	start := len(parts) - 1
	rest := parts[min(1, len(parts)):]
	if at := slices.IndexFunc(rest, func(part string) bool { return particles[club.Fold(part)] }); at >= 0 {
		start = at + 1
	}
	return len(nameWords(strings.Join(parts[start:], " ")))
}
