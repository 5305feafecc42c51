package club

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of a name that searches compare: case, accents,
// apostrophes and full stops are dropped, hyphens and commas become spaces, and
// letters such as ø and ß are spelt out. Other characters stay, so that % and _
// have no special meaning. Fold(Fold(s)) = Fold(s).
func Fold(name string) string {
	if isASCII(name) {
		return foldASCII(name)
	}
	return foldUnicode(name)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldASCII returns the same as foldUnicode in a tenth of the time. Most names
// are ASCII, and a federation has a million of them.
func foldASCII(name string) string {
	folded := make([]byte, 0, len(name))
	for i := range len(name) {
		switch c := asciiFolds[name[i]]; {
		case c == 0:
		case c == ' ' && (len(folded) == 0 || folded[len(folded)-1] == ' '):
		default:
			folded = append(folded, c)
		}
	}
	return strings.TrimSuffix(string(folded), " ")
}

// asciiFolds maps each character to its folded form, or to 0 if it is dropped.
var asciiFolds = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		if folded := foldUnicode("x" + string(rune(c)) + "x"); len(folded) == 3 {
			table[c] = folded[1]
		}
	}
	return table
}()

func foldUnicode(name string) string {
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

// spelt spells out the letters that Unicode does not decompose.
var spelt = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ı': "i", 'ħ': "h", 'ŋ': "n",
	'ß': "ss", 'ς': "σ", 'ɓ': "b", 'ɗ': "d", 'ƙ': "k",
}

// Words splits a folded name into words.
func Words(name string) []string { return strings.Fields(Fold(name)) }
