// Package search finds people, and races, by what is typed of their names.
//
// An Index lies in memory and never changes: With gives a new one that shares
// what stays the same. It keeps a dictionary of the words of all names, which
// are far fewer than the names, and for each word who has it, the best known
// first. A typed word is looked up in the dictionary alone: as the beginning
// of a word, as another spelling of it, with slips. Who has a word for every
// typed word is then found by going through those of the rarest, or, where
// all are common, through everybody in order of fame until there are enough.
// So the work is bounded, whatever is typed and however many there are.
//
// The package is pure: it knows no database, no clock and no HTTP. All methods
// of an Index may be called from several goroutines.
package search

import (
	"cmp"
	"maps"
	"slices"
)

// Entry is somebody, or a race, who can be found.
type Entry struct {
	// ID must be positive, and no other entry's.
	ID int64
	// Name is as it is displayed.
	Name string
	// Aliases are other names, such as a maiden name.
	Aliases []string
	// Active says whether the entry goes before those that are not.
	Active bool
	// Races is how often they have run, or how often the race was held: of two
	// that match alike the one with more goes first.
	Races int
}

// Hit is an entry that was found.
type Hit struct {
	ID int64
	// Match says in what way.
	Match Match
	// Terms are the typed words as they were read, for Mark.
	Terms []string

	score score
	rank  rank
	key   string
}

// Match says in what way somebody was found. They are in the order of merit.
type Match int

// The ways in which somebody is found: by the whole name; with a word that
// begins the surname; by beginnings of any words of the name; with the help
// of an alias; of another spelling; of forgiven slips.
const (
	Exact Match = iota
	Surname
	AnyWord
	Alias
	Spelling
	Slip
)

// enough is the number of hits from which on no slip is forgiven.
const enough = 5

// Index finds entries.
type Index struct {
	// base holds most of the entries, changed those that came or changed after
	// it was built. What base says of an entry in replaced counts no more.
	base, changed *part
	entries       map[int64]Entry
	replaced      map[int64]bool
}

// With is an index in which these entries have come or changed, and those of
// gone are no more. It costs as much as there are entries that have changed
// since Build.
func (x *Index) With(entries []Entry, gone []int64) *Index {
	next := &Index{base: x.base, entries: map[int64]Entry{}, replaced: map[int64]bool{}}
	maps.Copy(next.replaced, x.replaced)
	maps.Copy(next.entries, x.entries)
	for _, id := range gone {
		next.replaced[id] = true
		delete(next.entries, id)
	}
	for _, e := range entries {
		next.replaced[e.ID] = true
		next.entries[e.ID] = e
	}
	var b Builder
	for _, e := range next.entries {
		b.Add(e)
	}
	next.changed = b.part()
	return next
}

// Built is how many entries the index was built of.
func (x *Index) Built() int { return len(x.base.ids) }

// Changed is how many entries have come, changed or gone since Build.
func (x *Index) Changed() int { return len(x.replaced) }

// Search finds the entries that best match what was typed, limit of them at
// most, best first, and reports whether there are more. Each stands once.
func (x *Index) Search(typed string, limit int) ([]Hit, bool) {
	terms := Terms(typed)
	if len(terms) == 0 || limit <= 0 {
		return nil, false
	}
	finders := []*finder{newFinder(x.base, x.replaced, limit+1), newFinder(x.changed, nil, limit+1)}
	defer func() {
		for _, f := range finders {
			f.close()
		}
	}()
	count := func() (n int) {
		for _, f := range finders {
			n += f.best.count()
		}
		return n
	}
	each := func(do func(f *finder)) {
		for _, f := range finders {
			do(f)
		}
	}
	each(func(f *finder) { f.find(f.joined(terms, wholeTerms(typed)), asTyped) })
	if count() < enough {
		each(func(f *finder) { f.find(f.parted(terms), asTyped) })
	}
	if count() <= limit {
		each(func(f *finder) { f.find([]reading{{terms: terms}}, respelt) })
	}
	if count() < enough {
		each(func(f *finder) { f.find([]reading{{terms: terms}}, slipped) })
	}
	var hits []Hit
	for _, f := range finders {
		hits = append(hits, f.found()...)
	}
	slices.SortFunc(hits, compareHits)
	return hits[:min(limit, len(hits))], len(hits) > limit
}

func compareHits(a, b Hit) int {
	return cmp.Or(
		cmp.Compare(a.score, b.score),
		cmp.Compare(b.rank, a.rank),
		cmp.Compare(a.key, b.key),
		cmp.Compare(a.ID, b.ID),
	)
}
