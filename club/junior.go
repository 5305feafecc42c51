package club

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Limits of the ages in a junior category. "Under 20" and "13 and under" count
// as junior up to oldestJunior. A range counts if it starts below 18 and ends
// at or below youngAdult, because many races have one class for everybody from
// 16 to 39.
const (
	youngestJunior = 3
	oldestJunior   = 21
	youngAdult     = 24
)

// IsJunior reports whether a printed category may be a child's: Junior, Jun, J,
// JM, Boys, U/20, U18, "13 and under", 15-19, M15. It returns false if the
// category does not tell.
func IsJunior(category string) bool {
	tokens := categoryTokens(category)
	for i, token := range tokens {
		n, err := strconv.Atoi(token)
		if err != nil {
			if isJuniorWord(token) {
				return true
			}
			continue
		}
		if isJuniorAge(n, tokens[:i], tokens[i+1:]) {
			return true
		}
	}
	return false
}

// categoryTokens splits a category into words, numbers and signs: "M15-19" into
// m, 15, - and 19.
func categoryTokens(category string) []string {
	var b strings.Builder
	var last rune
	for _, r := range Fold(category) {
		if unicode.IsDigit(r) != unicode.IsDigit(last) || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return slices.DeleteFunc(strings.Fields(b.String()), func(s string) bool { return strings.Trim(s, "()[]#*_:") == "" })
}

var juniorWords = []string{
	"j", "jm", "jf", "jw", "jb", "jg", "mj", "fj", "wj", "jnr", "jr", "jrs", "jnrs", "boy", "boys", "girl", "girls", "child", "children",
	"kid", "kids", "youth", "youths", "cadet", "cadets", "scholar", "scholars", "school", "schools", "schoolboys", "schoolgirls",
	"pupil", "pupils", "learner", "learners", "minor", "minors", "teen", "teens", "teenager", "seuns", "dogters",
}

func isJuniorWord(word string) bool {
	return strings.HasPrefix(word, "jun") || strings.HasPrefix(word, "subjun") || slices.Contains(juniorWords, word)
}

// Words that stand before and after a number in a category.
var (
	sexWords   = []string{"m", "f", "w", "b", "g", "male", "female", "man", "men", "woman", "women", "mens", "womens", "ladies", "lady"}
	underWords = []string{"u", "mu", "fu", "wu", "bu", "gu", "under", "sub", "o", "onder", "<", "≤", "below"}
	underAfter = []string{"u", "under", "younger", "below", "-"}
	joining    = []string{"and", "&", "or", "en"}
)

// isJuniorAge reports whether a number, with the tokens before and after it,
// means the age of a junior.
func isJuniorAge(n int, before, after []string) bool {
	if len(before) > 0 && slices.Contains(underWords, before[len(before)-1]) {
		return n <= oldestJunior
	}
	if slices.Contains(joining, first(after)) {
		after = after[1:]
	}
	if slices.Contains(underAfter, first(after)) {
		return n <= oldestJunior
	}
	if first(after) == "to" {
		after = after[1:]
	}
	if high, err := strconv.Atoi(first(after)); err == nil {
		return n < adult && n < high && high <= youngAdult
	}
	return isAlone(before, after) && youngestJunior <= n && n < 20
}

// isAlone reports whether a number stands by itself, apart from the sex and a
// word such as years.
func isAlone(before, after []string) bool {
	sex := len(before) == 0 || len(before) == 1 && slices.Contains(sexWords, before[0])
	return sex && (len(after) == 0 || len(after) == 1 && strings.HasPrefix(after[0], "y"))
}

func first(tokens []string) string {
	if len(tokens) == 0 {
		return ""
	}
	return tokens[0]
}
