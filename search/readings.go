package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// reading is one interpretation of the query.
type reading struct {
	terms []string
	// together marks the terms that were typed as one word with the next. They
	// must be adjacent in the name.
	together []bool
}

// Limits of the readings of one search.
const (
	maxJoined   = 3 // words joined into one
	maxPieces   = 4 // words that one is split into
	maxPartings = 8
	minPiece    = 2 // letters
	maxInitials = 3
)

// joined returns the query as terms and as a name would be split, and readings
// that join adjacent terms into a word of the dictionary: O Brien is O'Brien.
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

// parted returns readings that split one term into several words of the
// dictionary: vandermerwe is van der Merwe, vd is too, and SJ is two initials.
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

// replaced replaces the terms in a half-open range.
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

// abbreviations lists shortened particles.
var abbreviations = map[string][]string{"vd": {"van", "der"}, "vdn": {"van", "den"}, "jv": {"janse", "van"}}

type partings struct {
	part  *part
	found [][]string
}

// find splits the rest of a word after the pieces found so far. All pieces but
// the last must be whole words.
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
