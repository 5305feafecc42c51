package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// reading is one way to read what was typed.
type reading struct {
	terms []string
	// together marks the terms that were typed in one word with the next: they
	// must stand side by side in the name.
	together []bool
}

// Bounds of the readings of one search.
const (
	maxJoined   = 3 // words that are read as one
	maxPieces   = 4 // words that one is read as
	maxPartings = 8
	minPiece    = 2 // letters
	maxInitials = 3
)

// joined are what was typed, as terms and as a name would be read, and what it
// is when neighbours are read as one word that the dictionary has: O Brien is
// O'Brien.
func (f *finder) joined(terms, whole []string) []reading {
	readings := []reading{{terms: terms}}
	if !slices.Equal(terms, whole) {
		readings = append(readings, reading{terms: whole})
	}
	for from := range terms {
		word := terms[from]
		for to := from + 1; to < len(terms) && to < from+maxJoined; to++ {
			word = kept(word + terms[to])
			if first, last := f.part.beginningWith(word); first < last {
				readings = append(readings, replaced(terms, from, to+1, []string{word}))
			}
		}
	}
	return readings
}

// parted is what was typed where one word is read as several of the
// dictionary: vandermerwe is van der Merwe, vd too, and SJ two initials.
func (f *finder) parted(terms []string) []reading {
	var readings []reading
	for i, term := range terms {
		partings := &partings{part: f.part}
		if letters := strings.Split(term, ""); 2 <= len(letters) && len(letters) <= maxInitials {
			partings.add(nil, letters...)
		}
		partings.find(term, nil)
		for _, pieces := range partings.found {
			readings = append(readings, replaced(terms, i, i+1, pieces))
		}
	}
	return readings[:min(len(readings), maxPartings)]
}

// replaced puts words in the place of the terms from one to before another.
func replaced(terms []string, from, to int, words []string) reading {
	var r reading
	r.terms = append(append(append(r.terms, terms[:from]...), words...), terms[to:]...)
	r.terms = r.terms[:min(len(r.terms), maxTerms)]
	r.together = make([]bool, len(r.terms))
	for i := from; i < from+len(words)-1 && i < len(r.together); i++ {
		r.together[i] = true
	}
	return r
}

// abbreviations are how particles are written in a hurry.
var abbreviations = map[string][]string{"vd": {"van", "der"}, "vdn": {"van", "den"}, "jv": {"janse", "van"}}

type partings struct {
	part  *part
	found [][]string
}

// find parts what is left of a word after the pieces that have been found: all
// but the last must be whole words.
func (p *partings) find(rest string, pieces []string) {
	if len(pieces) > 0 {
		if from, to := p.part.beginningWith(rest); from < to {
			p.add(pieces, rest)
		}
	}
	if words, ok := abbreviations[rest]; ok {
		p.add(pieces, words...)
	}
	if len(pieces) == maxPieces-1 {
		return
	}
	for end := range rest {
		if utf8.RuneCountInString(rest[:end]) < minPiece || len(p.found) == maxPartings {
			continue
		}
		head, tail := rest[:end], rest[end:]
		if words, ok := abbreviations[head]; ok {
			p.find(tail, with(pieces, words...))
		} else if _, ok := p.part.wordFrom(head); ok {
			p.find(tail, with(pieces, head))
		}
	}
}

func (p *partings) add(pieces []string, last ...string) {
	if len(p.found) < maxPartings {
		p.found = append(p.found, with(pieces, last...))
	}
}

func with(pieces []string, more ...string) []string {
	return append(append([]string(nil), pieces...), more...)
}
