// Package search finds runners and races by what people type of their names.
//
// An Index lives in memory and never changes: With returns a new one that
// shares the unchanged parts. It has a dictionary of the words of all names,
// which are far fewer than the names, and for each word the entries that have
// it, in order of rank. A typed word is looked up only in the dictionary: as a
// prefix, as another spelling, and with typing errors. The entries with a match
// for every typed word are then found by going through those of the rarest word
// or, if all are common, through all entries in order of rank until there are
// enough. The work is therefore bounded, whatever is typed and however many
// entries there are.
//
// The package is pure: it knows no database, no clock and no HTTP. All methods
// of an Index are safe for concurrent use.
package search

import (
	"cmp"
	"maps"
	"slices"
)

// Entry is a runner or a race that can be found.
type Entry struct {
	// ID must be positive and unique.
	ID int64
	// Name is the name for display.
	Name string
	// Aliases are other names, such as a maiden name.
	Aliases []string
	// Active entries rank before the others.
	Active bool
	// Races is the number of races that a runner has run, or that a series has
	// had. Entries with more rank first.
	Races int
}

// Hit is an entry that was found.
type Hit struct {
	ID int64
	// Match tells how.
	Match Match
	// Terms holds the typed words as interpreted, for Mark.
	Terms []string

	score score
	rank  rank
	key   string
}

// Match tells how an entry was found. Lower values are better.
type Match int

// The ways in which an entry is found: by the whole name; with a word that the
// surname starts with; by prefixes of any words of the name; with the help of
// an alias; of another spelling; with typing errors.
const (
	Exact Match = iota
	Surname
	AnyWord
	Alias
	Spelling
	Slip
)

// enough is the number of hits at which typing errors are no longer considered.
const enough = 5

// Index finds entries.
type Index struct {
	// base holds most of the entries, and changed holds those added or changed
	// since it was built. Entries of base in replaced no longer count.
	base, changed *part
	entries       map[int64]Entry
	replaced      map[int64]bool
}

// With returns an index with entries added or changed, and those with the ids
// in gone removed. The cost grows with the number of entries changed since
// Build.
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

// Built returns the number of entries in the index when it was built.
func (x *Index) Built() int { return len(x.base.ids) }

// Changed returns the number of entries added, changed or removed since Build.
func (x *Index) Changed() int { return len(x.replaced) }

// Search returns the entries that best match what was typed, best first, at
// most limit of them and each once. It reports whether there are more.
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
