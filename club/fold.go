package club

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces a name to what it is searched by: case, accents, apostrophes
// and points dropped, hyphens and commas read as blanks, letters such as ø
// and ß spelt out. Other signs stay as they are, so that % and _ are letters
// like any other. Fold(Fold(s)) = Fold(s).
func Fold(name string) string {
	lower := strings.ToLower(norm.NFKD.String(name))
	var b strings.Builder
	for _, r := range norm.NFKD.String(lower) {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune(",;/|", r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Mn, r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		case strings.ContainsRune("'’‘ʼ`´.\"“”", r):
		case spelt[r] != "":
			b.WriteString(spelt[r])
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// spelt holds the letters that Unicode does not decompose.
var spelt = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ı': "i", 'ħ': "h", 'ŋ': "n",
	'ß': "ss", 'ς': "σ", 'ɓ': "b", 'ɗ': "d", 'ƙ': "k",
}

// Words are the words of a folded name.
func Words(name string) []string { return strings.Fields(Fold(name)) }

// IndexWords are the words by which a name is found: those of the name, each
// also without brackets round it.
func IndexWords(name string) []string {
	var words []string
	seen := map[string]bool{}
	add := func(word string) {
		if word != "" && !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	for _, word := range Words(name) {
		add(word)
		add(strings.Trim(word, "()[]{}<>"))
	}
	return words
}
