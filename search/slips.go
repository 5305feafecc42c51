package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A slip is one letter put in, left out, replaced, or swapped with its
// neighbour: the restricted Damerau-Levenshtein distance (F. J. Damerau, 1964,
// "A technique for computer detection and correction of spelling errors").
// From so many letters on, one or two in a word are forgiven: in shorter words
// every other word is a slip away.
const (
	oneSlipFrom  = 4
	twoSlipsFrom = 8
)

// slipsIn is how many slips are forgiven in a typed word; none where it has
// signs or digits in it: % is no mistyped letter, and 2018 not 2019.
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

// nearness says how far a word is from what was typed.
type nearness struct {
	// slips is the least number of them by which the whole word, or a beginning
	// of it, becomes what was typed.
	slips int
	// whole says that the whole word does.
	whole bool
	// settled says that the last letter typed is right where it stands.
	settled bool
}

// worse is a number that is the higher the worse it is.
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

// none is farther than anything near.
var none = nearness{slips: 1 << 20}

// walk goes through the dictionary in order and keeps, for the letters of the
// word that it is at, the rows of the table of distances to their beginnings.
// Words that begin alike share the rows, and where the beginning of a word is
// too far, all that begin so are passed over at once.
type walk struct {
	p     *part
	typed []rune
	most  int
	table []uint8 // row after row
	// best is what each beginning of the word says of all words that go on from
	// there.
	best    []nearness
	letters []rune
	visit   func(word uint32, n nearness)
}

// near visits all words of the dictionary that are at most so many slips from
// what was typed, as a whole or where they begin.
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

// back forgets the letters after the first n.
func (w *walk) back(n int) {
	n = min(n, len(w.letters))
	w.letters, w.best = w.letters[:n], w.best[:n+1]
	w.table = w.table[:(n+1)*(len(w.typed)+1)]
}

// row says how far the first letters of the word are from each beginning of
// what was typed.
func (w *walk) row(letters int) []uint8 {
	width := len(w.typed) + 1
	return w.table[letters*width : (letters+1)*width]
}

// forward goes on to the end of a word. Where nothing that begins so can be
// near any more, it says after how many bytes.
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

// step adds a letter, and reports whether what begins so may be near.
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
	// A swap reaches back over one row.
	return int(least) <= w.most || int(slices.Min(before)) < w.most
}

// report visits the word that all letters of have been gone through.
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

// passOver visits all words from at on that begin so, if their beginning is
// near, and says where the next one is.
func (w *walk) passOver(at uint32, beginning string) uint32 {
	next := at + uint32(w.p.countFrom(at, beginning))
	if n := w.best[len(w.best)-1]; n != none {
		for ; at < next; at++ {
			w.visit(at, n)
		}
	}
	return next
}

// sameClicks reports whether no click stands for another: they are the same
// ones in the same order, or more or fewer of them.
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

// Alike reports whether two names are the same but for slips, spellings and
// the order of words: each word of the shorter one has a like in the other.
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
