package search

import (
	"cmp"
	"slices"
)

// Limits of the work on one reading. Up to the first number of entries that
// share a word with the query, all are examined; beyond it, up to the second
// are examined in order of rank.
const (
	maxHolders = 20_000
	maxRanked  = 100_000
)

// maxIdleScratch is the number of scratch buffers that a part keeps for later
// searches.
const maxIdleScratch = 8

// leniency tells what counts as a match.
type leniency int

const (
	asTyped leniency = iota
	respelt
	slipped
)

// meaning tells how a word in the dictionary relates to a typed one. Costs add
// up over the words of a name; each exceeds any sum of lesser ones.
type meaning uint8

const (
	unrelated meaning = iota
	wholeWord
	beginning
	wholeSpelling
	spellingBegins
	firstSlip // and so on: plus nearness.worse, twice if the first letter differs
)

const (
	costUnfinished = 1
	costGiven      = 1 << 4 // a word outside the surname
	costAlias      = 1 << 8
	costSpelling   = 1 << 12
	costSlip       = 1 << 16
)

// costs is indexed by meaning.
var costs = func() (table [64]uint32) {
	table[wholeWord] = 0
	table[beginning] = costUnfinished
	table[wholeSpelling] = costSpelling
	table[spellingBegins] = costSpelling + costUnfinished
	for m := firstSlip; int(m) < len(table); m++ {
		worse := uint32(m-firstSlip) / 2
		table[m] = costSlip*worse + uint32(m-firstSlip)%2*costSlip*2
	}
	return table
}()

// noCost exceeds the cost of any match.
const noCost = 1 << 24

// scratch is the working memory of one search.
type scratch struct {
	meanings [maxTerms][]meaning // of each word in the dictionary
	touched  [maxTerms][]uint32  // the words that are not unrelated
	total    [maxTerms]int       // number of entries with these words
	least    [maxTerms]uint32    // cost of the cheapest of them
}

// finder finds entries in one part.
type finder struct {
	*part
	stale map[int64]bool
	best  best
	*scratch
	reading reading
}

func newFinder(p *part, stale map[int64]bool, limit int) *finder {
	f := &finder{part: p, stale: stale, best: best{limit: limit}}
	select {
	case f.scratch = <-p.pads:
	default:
		f.scratch = &scratch{}
	}
	return f
}

func (f *finder) close() {
	f.clear()
	select {
	case f.part.pads <- f.scratch:
	default:
	}
}

func (f *finder) clear() {
	for i := range f.touched {
		for _, word := range f.touched[i] {
			f.meanings[i][word] = unrelated
		}
		f.touched[i], f.total[i], f.least[i] = f.touched[i][:0], 0, noCost
	}
}

// find finds entries with a word for each term of a reading.
func (f *finder) find(readings []reading, how leniency) {
	for _, r := range readings {
		f.clear()
		f.reading = r
		for i, term := range r.terms {
			f.look(i, term, how)
		}
		f.run()
	}
}

// look finds the words that a term may mean.
func (f *finder) look(i int, term string, how leniency) {
	if f.meanings[i] == nil {
		f.meanings[i] = make([]meaning, len(f.dict))
	}
	from, to := f.beginningWith(term)
	for word := from; word < to; word++ {
		f.mean(i, word, beginning)
	}
	if from < to && f.dict[from] == term {
		f.meanings[i][from], f.least[i] = wholeWord, 0
	}
	if how >= respelt {
		f.lookRespelt(i, term)
	}
	if how >= slipped {
		f.lookSlipped(i, []rune(term))
	}
}

// mean records what a word means, unless it already means something better.
func (f *finder) mean(i int, word uint32, m meaning) {
	old := f.meanings[i][word]
	if old == unrelated {
		f.touched[i] = append(f.touched[i], word)
		f.total[i] += len(f.holdersOf(word))
	}
	if old == unrelated || costs[m] < costs[old] {
		f.meanings[i][word] = m
		f.least[i] = min(f.least[i], costs[m])
	}
}

func (f *finder) lookRespelt(i int, term string) {
	key := spellingKey(term)
	if len([]rune(key)) < minSpelling {
		return
	}
	at, _ := slices.BinarySearchFunc(f.spellings, key, func(s spelling, key string) int { return cmp.Compare(s.key, key) })
	for ; at < len(f.spellings) && len(f.spellings[at].key) >= len(key) && f.spellings[at].key[:len(key)] == key; at++ {
		m := spellingBegins
		if f.spellings[at].key == key {
			m = wholeSpelling
		}
		f.mean(i, f.spellings[at].word, m)
	}
}

func (f *finder) lookSlipped(i int, term []rune) {
	most := slipsIn(term)
	if most == 0 {
		return
	}
	f.near(term, most, func(word uint32, n nearness) {
		m := firstSlip + meaning(2*n.worse())
		if firstRune(f.dict[word]) != term[0] {
			m++
		}
		f.mean(i, word, m)
	})
}

// run examines all possible matches. These are the entries with a word for the
// rarest term or, if that is common, all entries in order of rank until only a
// match of the whole name could be better than those found.
func (f *finder) run() {
	rarest := 0
	for i := range f.reading.terms {
		if f.total[i] < f.total[rarest] {
			rarest = i
		}
	}
	switch total := f.total[rarest]; {
	case total == 0:
	case total <= maxHolders:
		for _, word := range f.touched[rarest] {
			for _, at := range f.holdersOf(word) {
				f.consider(at)
			}
		}
	default:
		f.runRanked()
	}
}

func (f *finder) runRanked() {
	unbettered := scoreOf(Surname, f.leastCost(0))
	found := 0
	for at := range uint32(min(len(f.ids), maxRanked)) {
		if s, ok := f.consider(at); ok && s <= unbettered {
			if found++; found == f.best.limit {
				return
			}
		}
	}
}

// leastCost returns the least possible cost of the terms from an index on.
func (f *finder) leastCost(from int) uint32 {
	sum := uint32(0)
	for _, least := range f.least[from:len(f.reading.terms)] {
		sum += least
	}
	return sum
}

// consider examines one entry and keeps it if it matches.
func (f *finder) consider(at uint32) (score, bool) {
	s, ok := f.score(f.entryWords(at))
	if !ok || f.stale[f.ids[at]] {
		return 0, false
	}
	f.best.add(s, at, f.reading.terms)
	return s, true
}

// found returns the best entries found.
func (f *finder) found() []Hit {
	var hits []Hit
	for _, b := range f.best.sorted() {
		hits = append(hits, Hit{
			ID: f.ids[b.at], Match: b.score.match(), Terms: b.terms,
			score: b.score, rank: f.ranks[b.at], key: f.key(b.at),
		})
	}
	return hits
}
