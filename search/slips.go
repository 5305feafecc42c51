package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A slip is one letter inserted, omitted, replaced, or swapped with its
// neighbour: the restricted Damerau-Levenshtein distance (F. J. Damerau, 1964,
// "A technique for computer detection and correction of spelling errors"). From
// these lengths on, one or two slips in a word are forgiven. In shorter words
// almost every other word is one slip away.
const (
	oneSlipFrom  = 4
	twoSlipsFrom = 8
)

// slipsIn returns the number of slips forgiven in a typed word. It is 0 for
// words with digits or signs: % is not a mistyped letter, and 2018 not 2019.
func slipsIn(typed []rune) int {
	sign := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }
	switch {
	case len(typed) < oneSlipFrom || slices.ContainsFunc(typed, sign):
		return 0
	case len(typed) < twoSlipsFrom:
		return 1
	default:
		return 2
	}
}

// nearness measures how far a word is from what was typed.
type nearness struct {
	// slips is the least number of slips that turn the word, or a prefix of it,
	// into what was typed.
	slips int
	// whole is true if that is the whole word.
	whole bool
	// settled is true if the last typed letter is correct in its place.
	settled bool
}

// worse returns a number that grows as the match gets worse.
func (n nearness) worse() int {
	w := 4 * n.slips
	if !n.whole {
		w++
		if !n.settled {
			w += 2
		}
	}
	return w
}

// none is farther than any match.
var none = nearness{slips: 1 << 20}

// walk goes through the dictionary in order. For each letter of the current
// word it keeps a row of edit distances to the prefixes of the typed word.
// Words with a common prefix share rows, and if the prefix is too far away, all
// words that start with it are skipped.
type walk struct {
	p     *part
	typed []rune
	most  int
	table []uint8 // one row after another
	// best holds, for each prefix of the word, the best nearness of all words
	// that start with it.
	best    []nearness
	letters []rune
	visit   func(word uint32, n nearness)
}

// near visits all words in the dictionary that are, as a whole or by a prefix,
// at most so many slips from what was typed.
func (p *part) near(typed []rune, most int, visit func(word uint32, n nearness)) {
	w := &walk{p: p, typed: typed, most: most, visit: visit}
	for i := range len(typed) + 1 {
		w.table = append(w.table, uint8(min(i, most+1)))
	}
	w.best = append(w.best, none)
	previous := ""
	for at := uint32(0); int(at) < len(p.dict); {
		word := p.dict[at]
		w.back(sharedLetters(previous, word))
		previous = word
		if dead := w.forward(word); dead > 0 {
			at = w.passOver(at, word[:dead])
			continue
		}
		w.report(at)
		at++
	}
}

func sharedLetters(a, b string) int {
	n := 0
	for a != "" && b != "" {
		r, size := utf8.DecodeRuneInString(a)
		s, other := utf8.DecodeRuneInString(b)
		if r != s {
			break
		}
		a, b, n = a[size:], b[other:], n+1
	}
	return n
}

// back drops the letters after the first n.
func (w *walk) back(n int) {
	n = min(n, len(w.letters))
	w.letters, w.best = w.letters[:n], w.best[:n+1]
	w.table = w.table[:(n+1)*(len(w.typed)+1)]
}

// row returns the distances between the first letters of the word and each
// prefix of what was typed.
func (w *walk) row(letters int) []uint8 {
	width := len(w.typed) + 1
	return w.table[letters*width : (letters+1)*width]
}

// forward goes on to the end of a word. If no word with some prefix can be near
// any more, it returns the length of that prefix in bytes.
func (w *walk) forward(word string) (dead int) {
	skip := len(w.letters)
	for at, r := range word {
		if skip > 0 {
			skip--
			continue
		}
		if !w.step(r) {
			return at + utf8.RuneLen(r)
		}
	}
	return 0
}

// step adds a letter, and reports whether words with this prefix may still be
// near.
func (w *walk) step(letter rune) bool {
	depth := len(w.letters) + 1
	w.table = append(w.table, w.row(depth-1)...)
	before, row := w.row(depth-1), w.row(depth)
	row[0] = uint8(min(depth, w.most+1))
	least := row[0]
	for i, r := range w.typed {
		differ := uint8(1)
		if r == letter {
			differ = 0
		}
		d := min(before[i]+differ, before[i+1]+1, row[i]+1)
		if i > 0 && depth > 1 && r == w.letters[depth-2] && w.typed[i-1] == letter {
			d = min(d, w.row(depth - 2)[i-1]+1)
		}
		row[i+1] = min(d, uint8(w.most+1))
		least = min(least, row[i+1])
	}
	w.letters = append(w.letters, letter)
	last := len(w.typed)
	n := nearness{slips: int(row[last])}
	n.settled = w.typed[last-1] == letter && before[last-1] == row[last]
	w.best = append(w.best, w.best[depth-1])
	if n.slips <= w.most && n.worse() < w.best[depth-1].worse() && sameClicks(w.typed, w.letters) {
		w.best[depth] = n
	}
	// a swap reaches back over one row
	return int(least) <= w.most || int(slices.Min(before)) < w.most
}

// report visits the current word.
func (w *walk) report(at uint32) {
	n := w.best[len(w.best)-1]
	row := w.row(len(w.letters))
	whole := nearness{slips: int(row[len(w.typed)]), whole: true}
	if whole.slips <= w.most && whole.worse() < n.worse() && sameClicks(w.typed, w.letters) {
		n = whole
	}
	if n != none {
		w.visit(at, n)
	}
}

// passOver visits all words with a prefix from an index on if the prefix is
// near, and returns the index after them.
func (w *walk) passOver(at uint32, beginning string) uint32 {
	next := at + uint32(w.p.countFrom(at, beginning))
	if n := w.best[len(w.best)-1]; n != none {
		for ; at < next; at++ {
			w.visit(at, n)
		}
	}
	return next
}

// sameClicks reports whether no click consonant replaces another: both words
// have the same clicks in the same order, or one has extra ones.
func sameClicks(a, b []rune) bool {
	click := func(r rune) rune {
		if strings.ContainsRune("cqx", r) {
			return r
		}
		return -1
	}
	x, y := strings.Map(click, string(a)), strings.Map(click, string(b))
	return len(x) != len(y) || x == y
}

func firstRune(word string) rune {
	r, _ := utf8.DecodeRuneInString(word)
	return r
}

// Alike reports whether two names are the same apart from slips, spellings and
// word order: each word of the shorter one is like a word of the other.
func Alike(a, b string) bool {
	x, y := nameWords(a), nameWords(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 2 && len(y) > 1 || len(x) == 0 {
		return false
	}
	taken := make([]bool, len(y))
	for _, word := range x {
		found := false
		for i, other := range y {
			if found = !taken[i] && alikeWords(word, other); found {
				taken[i] = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func alikeWords(a, b string) bool {
	if spellingKey(a) == spellingKey(b) {
		return true
	}
	x, y := []rune(a), []rune(b)
	distance := alignment(x, y).distance[len(x)][len(y)]
	return distance <= min(slipsIn(x), slipsIn(y)) && sameClicks(x, y)
}
