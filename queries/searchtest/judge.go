package searchtest

import (
	"cmp"
	"slices"
	"strings"

	"runnerdb/club"
)

// Judge says whether an answer is right.
type Judge struct {
	people []Person
	best   map[string]podium
}

// NewJudge judges answers about these people, who stand in the order of their
// numbers.
func NewJudge(people []Person) *Judge {
	return &Judge{people: people, best: map[string]podium{}}
}

// Rank is the place, counted from 1, of the first runner among those found who
// is right; 0 where nobody is. A question that some may not answer is right,
// at 1, when none of them is among the first five.
func (j *Judge) Rank(q Question, found []int64) int {
	if words, ok := strings.CutPrefix(q.Expected, "! "); ok {
		return j.spared(q, club.Words(words), found)
	}
	for i, id := range found {
		if p := find(j.people, id); p != nil && !p.Hidden && j.right(q, *p) {
			return i + 1
		}
	}
	return 0
}

// AnyHidden reports whether a hidden runner is among those found.
func (j *Judge) AnyHidden(found []int64) bool {
	return slices.ContainsFunc(found, func(id int64) bool {
		p := find(j.people, id)
		return p == nil || p.Hidden
	})
}

func (j *Judge) spared(q Question, words []string, found []int64) int {
	typed := typedWords(q)
	for _, id := range found[:min(5, len(found))] {
		p := find(j.people, id)
		visibleNamesake := q.Kind == Hidden && p != nil && !p.Hidden
		if p == nil || !visibleNamesake && hasAll(*p, words) && tier(typed, *p) == noTier {
			return 0
		}
	}
	return 1
}

// typedWords reads a point as the end of an initial.
func typedWords(q Question) []string { return club.Words(strings.ReplaceAll(q.Typed, ".", " ")) }

// right reports whether the person is the one expected, or as near to what was
// typed.
func (j *Judge) right(q Question, p Person) bool {
	if q.Expected == "best" {
		return j.isBest(q, p)
	}
	typed, expected := typedWords(q), club.Words(strings.TrimPrefix(q.Expected, "* "))
	switch q.Kind {
	case Exact, Folded:
		return isExpected(q.Expected, p)
	case Licence:
		return isExpected(q.Expected, p) || holds(p, q.Typed)
	case Nguni:
		return hasAll(p, expected) || cost(q, typed, p.words()) == 0
	default:
		return isExpected(q.Expected, p) || costOf(q, typed, p) <= min(farAway-1, cost(q, typed, expected))
	}
}

func isExpected(expected string, p Person) bool {
	if words, ok := strings.CutPrefix(expected, "* "); ok {
		return hasAll(p, club.Words(words))
	}
	return p.key == club.Fold(expected)
}

func hasAll(p Person, words []string) bool {
	all := club.Words(strings.Join(p.names(), " "))
	return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(all, word) })
}

func holds(p Person, typed string) bool {
	return p.Licence != "" && strings.HasSuffix(squeeze(p.Licence), squeeze(typed))
}

func squeeze(s string) string { return strings.ReplaceAll(club.Fold(s), " ", "") }

// cost is how many letters the words differ from what was typed. In prefixes
// every word may be unfinished, in an unfinished question the last one.
func cost(q Question, typed, words []string) int {
	return assign(typed, words, func(at int, word string) int {
		unfinished := q.Kind == Prefix || q.Kind == Unfinished && at == len(typed)-1
		return distance(typed[at], word, unfinished)
	})
}

func costOf(q Question, typed []string, p Person) int {
	least := farAway
	for _, name := range p.names() {
		least = min(least, cost(q, typed, club.Words(name)))
	}
	return least
}

// The tiers of a match, best first. A surname counts with its particles and
// with both its halves.
const (
	exactTier = iota
	surnameTier
	wordTier
	noTier
)

func tier(typed []string, p Person) int {
	switch {
	case p.key == strings.Join(typed, " "):
		return exactTier
	case !allBegin(typed, p.words()):
		return noTier
	case beginsAny(typed, p.surname()):
		return surnameTier
	default:
		return wordTier
	}
}

func beginsAny(typed, words []string) bool {
	return slices.ContainsFunc(typed, func(t string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, t) })
	})
}

// podium is the best tier that a question reaches, and how many races make
// somebody in it well known: as many as its fifth has, or its first hundredth.
type podium struct{ tier, races int }

func (j *Judge) isBest(q Question, p Person) bool {
	typed := typedWords(q)
	best, ok := j.best[q.Typed]
	if !ok {
		best = j.podium(typed)
		j.best[q.Typed] = best
	}
	return best.tier < noTier && tier(typed, p) == best.tier && p.Races >= best.races
}

func (j *Judge) podium(typed []string) podium {
	best := podium{tier: noTier}
	var races []int
	for _, p := range j.people {
		if p.Hidden || !strings.Contains(p.key, typed[0]) {
			continue
		}
		t := tier(typed, p)
		if t < best.tier {
			best.tier, races = t, races[:0]
		}
		if t == best.tier && t < noTier {
			races = append(races, p.Races)
		}
	}
	if len(races) > 0 {
		slices.SortFunc(races, func(a, b int) int { return cmp.Compare(b, a) })
		best.races = races[min(len(races)-1, max(4, len(races)/100))]
	}
	return best
}
