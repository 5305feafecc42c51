package search

import (
	"slices"
	"strings"
	"unicode"

	"runnerdb/club"
)

// Bounds of one search: what is typed beyond them is not read.
const (
	maxTypedRunes = 100
	maxTerms      = 8
)

// Terms are the words of what was typed, folded as names are. A point ends a
// word, so that initials stand alone.
func Terms(typed string) []string {
	return bounded(nameWords(strings.ReplaceAll(begun(typed), ".", " ")))
}

// wholeTerms are the same, but a point ends no word, as in a name.
func wholeTerms(typed string) []string { return bounded(nameWords(begun(typed))) }

func begun(typed string) string {
	runes := []rune(typed)
	return string(runes[:min(len(runes), maxTypedRunes)])
}

func bounded(words []string) []string { return words[:min(len(words), maxTerms)] }

// nameWords are the folded words of a name, and of a very long one the
// beginning. Brackets end a word.
func nameWords(name string) []string {
	words := strings.FieldsFunc(club.Fold(name), endsWord)
	for i, word := range words {
		words[i] = kept(word)
	}
	return words
}

// kept is what an index keeps of a word.
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

// particles begin a surname.
var particles = map[string]bool{}

func init() {
	for word := range strings.FieldsSeq(`van von der den ter ten de del della di da do dos das du la le les el al bin ibn
		zu zur af av janse jansen`) {
		particles[word] = true
	}
}

// surnameWords is how many words at the end of a name are its surname: the
// last one, both of a double one, and from the first particle on that is not
// the first word.
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
