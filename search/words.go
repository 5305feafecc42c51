package search

import (
	"slices"
	"strings"

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
	runes := []rune(typed)
	typed = strings.ReplaceAll(string(runes[:min(len(runes), maxTypedRunes)]), ".", " ")
	words := nameWords(typed)
	return words[:min(len(words), maxTerms)]
}

// nameWords are the folded words of a name, without brackets round them, and of
// a very long one the beginning.
func nameWords(name string) []string {
	words := club.Words(name)
	kept := words[:0]
	for _, word := range words {
		word = strings.Trim(word, "()[]{}<>")
		if len(word) > maxWordLen {
			word = strings.ToValidUTF8(word[:maxWordLen], "")
		}
		if word != "" {
			kept = append(kept, word)
		}
	}
	return kept
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
