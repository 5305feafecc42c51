package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"runnerdb/club"
)

// Segment is a piece of a name, marked if it matches what was typed.
type Segment struct {
	Text   string
	Marked bool
}

// Mark marks the letters of a name that the terms of a hit match. It returns
// the pieces of the name, and the terms that match none of its words.
func Mark(name string, terms []string) ([]Segment, []string) {
	letters := lettersOf(name)
	words := wordsOf(letters)
	taken := make([]bool, len(words))
	var left []string
	longestFirst := slices.SortedStableFunc(slices.Values(terms), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, term := range longestFirst {
		if best, ok := nearest([]rune(term), words, taken); ok {
			taken[best] = true
			words[best].mark([]rune(term), letters)
		} else {
			left = append(left, term)
		}
	}
	return segments(name, letters), left
}

// letter is a folded letter with its position in the name.
type letter struct {
	folded rune
	end    int // in bytes
	marked bool
}

// lettersOf folds each letter of a name separately. A space ends a word and is
// not a letter.
func lettersOf(name string) []letter {
	var letters []letter
	for end := 0; end < len(name); {
		r, size := utf8.DecodeRuneInString(name[end:])
		end += size
		folded := club.Fold("x" + string(r) + "x")
		switch folded = strings.TrimSuffix(strings.TrimPrefix(folded, "x"), "x"); {
		case folded == "" && len(letters) > 0:
			letters[len(letters)-1].end = end // a character that folding drops
		case folded == "":
		case strings.ContainsFunc(folded, endsWord):
			letters = append(letters, letter{' ', end, false})
		default:
			for _, f := range folded {
				letters = append(letters, letter{f, end, false})
			}
		}
	}
	return letters
}

// span is a word: a half-open range of letters.
type span struct {
	from   int
	folded []rune
}

func wordsOf(letters []letter) []span {
	var words []span
	word := span{}
	for i, l := range letters {
		if l.folded != ' ' {
			if len(word.folded) == 0 {
				word.from = i
			}
			word.folded = append(word.folded, l.folded)
		}
		if (l.folded == ' ' || i == len(letters)-1) && len(word.folded) > 0 {
			words = append(words, word)
			word = span{}
		}
	}
	return words
}

// nearest returns the word that a term most likely stands for.
func nearest(term []rune, words []span, taken []bool) (best int, ok bool) {
	least := 0
	for i, word := range words {
		away := alignment(term, word.folded).away()
		if taken[i] || away > slipsIn(term) && !respells(term, word.folded) {
			continue
		}
		away *= 2
		if len(word.folded) != len(term) {
			away++
		}
		if !ok || away < least {
			best, least, ok = i, away, true
		}
	}
	return best, ok
}

func respells(term, word []rune) bool {
	return strings.HasPrefix(spellingKey(string(word)), spellingKey(string(term)))
}

func (w span) mark(term []rune, letters []letter) {
	for _, at := range alignment(term, w.folded).same() {
		letters[w.from+at].marked = true
	}
}

// table holds the edit distances between prefixes of a term and of a word.
type table struct {
	term, word []rune
	distance   [][]int
}

func alignment(term, word []rune) table {
	t := table{term, word, make([][]int, len(term)+1)}
	for i := range t.distance {
		t.distance[i] = make([]int, len(word)+1)
		for j := range t.distance[i] {
			t.distance[i][j] = t.step(i, j)
		}
	}
	return t
}

func (t table) step(i, j int) int {
	if i == 0 || j == 0 {
		return i + j
	}
	d := min(t.distance[i-1][j], t.distance[i][j-1], t.distance[i-1][j-1]) + 1
	if t.term[i-1] == t.word[j-1] {
		d = t.distance[i-1][j-1]
	}
	if i > 1 && j > 1 && t.term[i-1] == t.word[j-2] && t.term[i-2] == t.word[j-1] {
		d = min(d, t.distance[i-2][j-2]+1)
	}
	return d
}

// end returns the length of the prefix of the word that is nearest to the term.
func (t table) end() int {
	row, best := t.distance[len(t.term)], 0
	for j := range row {
		if row[j] <= row[best] {
			best = j
		}
	}
	return best
}

func (t table) away() int { return t.distance[len(t.term)][t.end()] }

// same returns the letters of the word that match letters of the term.
func (t table) same() []int {
	var same []int
	for i, j := len(t.term), t.end(); i > 0 && j > 0; {
		d := t.distance[i][j]
		switch {
		case t.term[i-1] == t.word[j-1] && d == t.distance[i-1][j-1]:
			i, j = i-1, j-1
			same = append(same, j)
		case i > 1 && j > 1 && t.term[i-1] == t.word[j-2] && t.term[i-2] == t.word[j-1] && d == t.distance[i-2][j-2]+1:
			same = append(same, j-1, j-2)
			i, j = i-2, j-2
		case d == t.distance[i-1][j-1]+1:
			i, j = i-1, j-1
		case d == t.distance[i-1][j]+1:
			i--
		default:
			j--
		}
	}
	return same
}

// segments joins neighbouring letters that are marked alike.
func segments(name string, letters []letter) []Segment {
	var pieces []Segment
	start := 0
	add := func(end int, marked bool) {
		if end <= start {
			return
		}
		if n := len(pieces); n > 0 && pieces[n-1].Marked == marked {
			pieces[n-1].Text += name[start:end]
		} else {
			pieces = append(pieces, Segment{name[start:end], marked})
		}
		start = end
	}
	for _, l := range letters {
		add(l.end, l.marked)
	}
	add(len(name), false)
	return pieces
}
