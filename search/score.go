package search

import (
	"cmp"
	"slices"
)

// score tells how good a match is. Lower is better.
type score uint32

func scoreOf(m Match, cost uint32) score { return score(m)<<28 | score(cost) }

func (s score) match() Match { return Match(s >> 28) }

// maxSteps limits the number of assignments of words to terms that are tried.
const maxSteps = 500

// pairing assigns a different word of an entry to each term at the least cost.
type pairing struct {
	*finder
	words       []uint32
	places      [maxTerms]int
	cost        uint32
	best        [maxTerms]int
	steps       int
	leastOfRest [maxTerms + 1]uint32
}

// score returns how well an entry with these words matches. ok is false if it
// doesn't.
func (f *finder) score(words []uint32) (score, bool) {
	if f.lacksAny(words) {
		return 0, false
	}
	p := pairing{finder: f, words: words, cost: noCost}
	for i := range f.reading.terms {
		p.leastOfRest[i] = f.leastCost(i)
	}
	p.pair(0, 0, 0)
	if p.cost == noCost {
		return 0, false
	}
	return p.score(), true
}

// lacksAny reports whether there is a term that none of the words match.
func (f *finder) lacksAny(words []uint32) bool {
terms:
	for i := range f.reading.terms {
		meanings := f.meanings[i]
		for _, word := range words {
			if meanings[word&wordBits] != unrelated {
				continue terms
			}
		}
		return true
	}
	return false
}

func (p *pairing) pair(term int, used, cost uint32) {
	if term == len(p.reading.terms) {
		p.cost, p.best = cost, p.places
		return
	}
	for place, word := range p.words {
		meaning := p.meanings[term][word&wordBits]
		if meaning == unrelated || used&(1<<place) != 0 || p.torn(term, place) {
			continue
		}
		if p.steps++; p.steps > maxSteps {
			return
		}
		c := cost + costs[meaning] + costOf(word)
		if c+p.leastOfRest[term+1] >= p.cost {
			continue
		}
		p.places[term] = place
		p.pair(term+1, used|1<<place, c)
	}
}

func costOf(word uint32) uint32 {
	switch {
	case word&aliasBit != 0:
		return costAlias
	case word&surnameBit == 0:
		return costGiven
	default:
		return 0
	}
}

// torn reports whether a term was typed as one word with the one before it, but
// this word is not adjacent to that one's.
func (p *pairing) torn(term, place int) bool {
	return term > 0 && len(p.reading.together) > 0 && p.reading.together[term-1] && place != p.places[term-1]+1
}

func (p *pairing) score() score {
	cost := p.cost &^ (costAlias - costGiven)
	switch {
	case cost >= costSlip:
		return scoreOf(Slip, cost)
	case cost >= costSpelling:
		return scoreOf(Spelling, cost)
	case cost >= costAlias:
		return scoreOf(Alias, cost)
	}
	n := len(p.reading.terms)
	if cost == 0 && n == len(nameOf(p.words)) {
		if slices.IsSorted(p.best[:n]) {
			return scoreOf(Exact, 0)
		}
		return scoreOf(Exact, 1)
	}
	if slices.ContainsFunc(p.best[:n], func(place int) bool { return p.words[place]&surnameBit != 0 }) {
		return scoreOf(Surname, cost)
	}
	return scoreOf(AnyWord, cost)
}

// best keeps the best matches.
type best struct {
	limit int
	kept  []scored
	worst uint64 // of the best limit matches, once there are that many
}

type scored struct {
	score score
	at    uint32
	terms []string
}

func (s scored) key() uint64 { return uint64(s.score)<<32 | uint64(s.at) }

func (b *best) add(s score, at uint32, terms []string) {
	item := scored{s, at, terms}
	if b.worst != 0 && item.key() >= b.worst {
		return
	}
	b.kept = append(b.kept, item)
	if len(b.kept) >= 8*b.limit {
		b.sort()
	}
}

// sort keeps the best limit matches, each once.
func (b *best) sort() {
	slices.SortFunc(b.kept, func(x, y scored) int { return cmp.Compare(x.key(), y.key()) })
	seen := make(map[uint32]bool, len(b.kept))
	b.kept = slices.DeleteFunc(b.kept, func(s scored) bool {
		again := seen[s.at]
		seen[s.at] = true
		return again
	})
	if len(b.kept) >= b.limit {
		b.kept = b.kept[:b.limit]
		b.worst = b.kept[b.limit-1].key()
	}
}

func (b *best) sorted() []scored {
	b.sort()
	return b.kept
}

func (b *best) count() int { return len(b.sorted()) }
