package sheets

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// particles lists the small words in surnames.
var particles = strings.Fields(`van der den de du da do dos das di del della dello la le les ter ten te von vom zu zum zur bin ibn binti al el y e af av 't`)

// macs lists the names in which a capital follows Mac. Machado is not one.
var macs = strings.Fields(`donald gregor kenzie leod pherson arthur intyre intosh millan lean namara mahon dougall farlane kay neil rae queen naughton aulay
	bride callum cormack lachlan laren niven phee quarrie taggart vicar alister allister dermott guire innes`)

var roman = regexp.MustCompile(`^(?i:ii|iii|iv)$`)

// sensible corrects the case of part of a name that is all upper or all lower
// case, and leaves mixed case as it was written. whole is the whole name.
func sensible(part, whole string, isSurname bool) string {
	shouted := whole == strings.ToUpper(whole)
	if !shouted && whole == strings.ToLower(whole) {
		return raised(part, isSurname)
	}
	words := strings.Fields(part)
	for i, word := range words {
		opens, ends := i == 0 && part == whole, i == len(words)-1
		isGiven := !isSurname || opens && !ends
		switch {
		case roman.MatchString(word) && i > 0:
			words[i] = strings.ToUpper(word)
		case !isCapital(word), isGiven && isInitials(word), !shouted && isShortGiven(word, isSurname):
		default:
			words[i] = capitalised(word, isSurname && !ends && !opens)
		}
	}
	return strings.Join(words, " ")
}

// raised capitalises part of a name that is all lower case.
func raised(part string, isSurname bool) string {
	words := strings.Fields(part)
	for i, word := range words {
		words[i] = capitalised(word, i < len(words)-1 && (i > 0 || isSurname))
	}
	return strings.Join(words, " ")
}

// isShortGiven reports whether a given name in capitals may be initials: AB.
func isShortGiven(word string, isSurname bool) bool {
	return !isSurname && utf8.RuneCountInString(word) <= 2
}

// capitalised capitalises one word of a name.
func capitalised(word string, mayBeParticle bool) string {
	lower := cases.Lower(language.Und).String(word)
	if mayBeParticle && slices.Contains(particles, lower) {
		return lower
	}
	var b strings.Builder
	start := 0
	for i, r := range lower + "-" {
		if r != '-' && r != '–' && r != '.' {
			continue
		}
		b.WriteString(capitalisedPart(lower[start:min(i, len(lower))]))
		if i < len(lower) {
			b.WriteRune(r)
		}
		start = i + utf8.RuneLen(r)
	}
	return b.String()
}

func capitalisedPart(part string) string {
	for _, mark := range []string{"'", "’", "ʼ", "`"} {
		if before, after, ok := strings.Cut(part, mark); ok && utf8.RuneCountInString(before) <= 2 && before != "" && utf8.RuneCountInString(after) > 1 {
			return upperFirst(before) + mark + upperFirst(after)
		}
	}
	if rest, ok := strings.CutPrefix(part, "mc"); ok && len(rest) > 1 {
		return "Mc" + upperFirst(rest)
	}
	if rest, ok := strings.CutPrefix(part, "mac"); ok && slices.Contains(macs, rest) {
		return "Mac" + upperFirst(rest)
	}
	if rest, ok := strings.CutPrefix(part, "fitz"); ok && len(rest) > 3 {
		return "Fitz" + rest
	}
	return upperFirst(part)
}

func upperFirst(s string) string {
	at := strings.IndexFunc(s, unicode.IsLetter)
	if at < 0 {
		return s
	}
	r, size := utf8.DecodeRuneInString(s[at:])
	return s[:at] + string(unicode.ToTitle(r)) + s[at+size:]
}
