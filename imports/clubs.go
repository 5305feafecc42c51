package imports

import (
	"cmp"
	"slices"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets"
)

// fillers lists the words that some timers put in a club's name and others
// don't: the kind of club, and its province.
var fillers = map[string]bool{}

func init() {
	for _, word := range strings.Fields(`ac a.c athletic athletics atletic club klub clube verein rc r c running runners run harriers rr road the of
		gn ngauteng kzn kzna wp wpa cg cga cgna ep epa nw nwn lims lima fs fsa bgna bga mpa mp sws swd gnw cgna`) {
		fillers[club.Fold(word)] = true
	}
}

// clubKey returns the form of a club's name that its spellings share: RCS
// GUGULETHU AC, RCS Gugulethu. A name of nothing but fillers stays as it is.
func clubKey(name string) string {
	all := club.Words(name)
	kept := slices.DeleteFunc(slices.Clone(all), func(word string) bool { return fillers[word] })
	if len(kept) == 0 {
		kept = all
	}
	return strings.Join(kept, " ")
}

// ClubCount is a club as the sheet spells it, with its number of rows.
type ClubCount struct {
	Name string
	Rows int
	// Ours is true for a spelling of our own club.
	Ours bool
}

// Clubs counts the clubs of a sheet: ours first, then those with the most rows.
func Clubs(sheet *sheets.Sheet, ours []string) []ClubCount {
	keys := clubKeys(ours)
	byName := map[string]*ClubCount{}
	var all []*ClubCount
	for _, e := range sheet.Entries {
		if e.Club == "" {
			continue
		}
		c := byName[e.Club]
		if c == nil {
			c = &ClubCount{Name: e.Club, Ours: keys[clubKey(e.Club)]}
			byName[e.Club] = c
			all = append(all, c)
		}
		c.Rows++
	}
	slices.SortStableFunc(all, func(a, b *ClubCount) int {
		if a.Ours != b.Ours {
			if a.Ours {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Rows, a.Rows)
	})
	counts := make([]ClubCount, len(all))
	for i, c := range all {
		counts[i] = *c
	}
	return counts
}

func clubKeys(names []string) map[string]bool {
	keys := map[string]bool{}
	for _, name := range names {
		if key := clubKey(name); key != "" {
			keys[key] = true
		}
	}
	return keys
}
