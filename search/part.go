package search

import (
	"cmp"
	"slices"
	"strings"
)

// rank orders entries that match equally well: active ones first, then by
// number of races.
type rank uint32

const activeRank rank = 1 << 31

func rankOf(e Entry) rank {
	r := rank(min(max(e.Races, 0), int(activeRank-1)))
	if e.Active {
		r |= activeRank
	}
	return r
}

// A word of an entry is its number in the dictionary, with flags in the upper
// bits.
const (
	surnameBit = 1 << 31
	aliasBit   = 1 << 30
	wordBits   = aliasBit - 1
	maxOfOne   = 32 // words of one entry; the rest are ignored
	maxWordLen = 64 // bytes of a word
)

// part is an immutable index. Entries are numbered in order of rank and words
// in alphabetical order, so that every list of entries is sorted by rank and
// words with a common prefix are adjacent.
type part struct {
	ids       []int64
	ranks     []rank
	wordsFrom []uint32 // offset in entryWords of the words of each entry
	words     []uint32
	dict      []string
	holders   []uint32 // the entries that have each word
	heldFrom  []uint32 // offset in holders of each word
	spellings []spelling

	pads chan *scratch
}

// spelling is a word under the key that all its spellings share.
type spelling struct {
	key  string
	word uint32
}

func (p *part) entryWords(at uint32) []uint32 { return p.words[p.wordsFrom[at]:p.wordsFrom[at+1]] }

func (p *part) holdersOf(word uint32) []uint32 { return p.holders[p.heldFrom[word]:p.heldFrom[word+1]] }

// key returns the folded name, which orders entries that are otherwise equal.
func (p *part) key(at uint32) string {
	var parts []string
	for _, word := range nameOf(p.entryWords(at)) {
		parts = append(parts, p.dict[word&wordBits])
	}
	return strings.Join(parts, " ")
}

// nameOf returns the words of an entry without those of its aliases.
func nameOf(words []uint32) []uint32 {
	for len(words) > 0 && words[len(words)-1]&aliasBit != 0 {
		words = words[:len(words)-1]
	}
	return words
}

// beginningWith returns the half-open range of words with a prefix.
func (p *part) beginningWith(prefix string) (from, to uint32) {
	from, _ = p.wordFrom(prefix)
	return from, from + uint32(p.countFrom(from, prefix))
}

func (p *part) wordFrom(word string) (at uint32, found bool) {
	i, found := slices.BinarySearch(p.dict, word)
	return uint32(i), found
}

// countFrom counts the words with a prefix, starting at from.
func (p *part) countFrom(from uint32, prefix string) int {
	n, _ := slices.BinarySearchFunc(p.dict[from:], prefix, func(word, prefix string) int {
		if strings.HasPrefix(word, prefix) {
			return -1
		}
		return 1
	})
	return n
}

// Builder builds an index of many entries without keeping all of them in
// memory. The zero value is ready to use.
type Builder struct {
	ids    []int64
	ranks  []rank
	from   []uint32
	words  []uint32
	number map[string]uint32
	dict   []string
}

// Add adds an entry to the index.
func (b *Builder) Add(e Entry) {
	if b.number == nil {
		b.number = map[string]uint32{}
	}
	b.ids, b.ranks, b.from = append(b.ids, e.ID), append(b.ranks, rankOf(e)), append(b.from, uint32(len(b.words)))
	start := len(b.words)
	name := nameWords(e.Name)
	surname := len(name) - surnameWords(e.Name)
	for i, word := range name {
		flags := uint32(0)
		if i >= surname {
			flags = surnameBit
		}
		b.add(start, word, flags)
	}
	for _, alias := range e.Aliases {
		for _, word := range nameWords(alias) {
			if number, ok := b.number[word]; !ok || !has(b.words[start:], number) {
				b.add(start, word, aliasBit)
			}
		}
	}
}

func has(words []uint32, number uint32) bool {
	return slices.ContainsFunc(words, func(word uint32) bool { return word&wordBits == number })
}

func (b *Builder) add(start int, word string, flags uint32) {
	if len(b.words)-start == maxOfOne {
		return
	}
	number, ok := b.number[word]
	if !ok {
		number = uint32(len(b.dict))
		word = strings.Clone(word)
		b.number[word] = number
		b.dict = append(b.dict, word)
	}
	b.words = append(b.words, number|flags)
}

// Build returns the index. The builder can't be used again.
func (b *Builder) Build() *Index { return &Index{base: b.part(), changed: new(Builder).part()} }

func (b *Builder) part() *part {
	b.from = append(b.from, uint32(len(b.words)))
	b.number = nil
	p := &part{dict: slices.Clone(b.dict), pads: make(chan *scratch, maxIdleScratch)}
	slices.Sort(p.dict)
	b.renumber(p.dict)
	b.order(p)
	p.listHolders()
	for i, word := range p.dict {
		p.spellings = append(p.spellings, spelling{spellingKey(word), uint32(i)})
	}
	slices.SortFunc(p.spellings, func(a, b spelling) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.word, b.word))
	})
	return p
}

// renumber numbers the words in alphabetical order.
func (b *Builder) renumber(alphabet []string) {
	place := make([]uint32, len(b.dict))
	for i, word := range b.dict {
		at, _ := slices.BinarySearch(alphabet, word)
		place[i] = uint32(at)
	}
	for i, word := range b.words {
		b.words[i] = place[word&wordBits] | word&^wordBits
	}
}

// order copies the entries in order of rank, then words, then id.
func (b *Builder) order(p *part) {
	order := make([]uint32, len(b.ids))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int {
		if b.ranks[x] != b.ranks[y] {
			return cmp.Compare(b.ranks[y], b.ranks[x])
		}
		return cmp.Or(slices.CompareFunc(nameOf(b.wordsOf(x)), nameOf(b.wordsOf(y)), func(v, w uint32) int {
			return cmp.Compare(v&wordBits, w&wordBits)
		}), cmp.Compare(b.ids[x], b.ids[y]))
	})
	p.ids, p.ranks = make([]int64, 0, len(order)), make([]rank, 0, len(order))
	p.wordsFrom, p.words = make([]uint32, 0, len(order)+1), make([]uint32, 0, len(b.words))
	for _, at := range order {
		p.ids, p.ranks = append(p.ids, b.ids[at]), append(p.ranks, b.ranks[at])
		p.wordsFrom = append(p.wordsFrom, uint32(len(p.words)))
		p.words = append(p.words, b.wordsOf(at)...)
	}
	p.wordsFrom = append(p.wordsFrom, uint32(len(p.words)))
}

func (b *Builder) wordsOf(at uint32) []uint32 { return b.words[b.from[at]:b.from[at+1]] }

func (p *part) listHolders() {
	p.heldFrom = make([]uint32, len(p.dict)+1)
	for _, word := range p.words {
		p.heldFrom[word&wordBits+1]++
	}
	for i := range p.dict {
		p.heldFrom[i+1] += p.heldFrom[i]
	}
	p.holders = make([]uint32, len(p.words))
	next := slices.Clone(p.heldFrom)
	for at := range p.ids {
		for _, word := range p.entryWords(uint32(at)) {
			p.holders[next[word&wordBits]] = uint32(at)
			next[word&wordBits]++
		}
	}
}
