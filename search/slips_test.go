package search

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The walk over the dictionary finds just the words that comparing with each
// of them finds, at the same distances.
func TestNearIsComparingAll(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcxé")), 1, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 1, 40).Draw(t, "words")
		slices.Sort(words)
		p := &part{dict: slices.Compact(words)}
		typed := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("abcxé")), 3, 9, -1).Draw(t, "typed"))
		most := rapid.IntRange(1, 2).Draw(t, "most")
		got := map[string]nearness{}
		p.near(typed, most, func(at uint32, n nearness) {
			if _, ok := got[p.dict[at]]; ok {
				t.Fatalf("%q is visited twice", p.dict[at])
			}
			got[p.dict[at]] = n
		})
		for _, word := range p.dict {
			n, ok := got[word]
			want := compared(typed, []rune(word), most)
			if ok != (want != none) || ok && n != want {
				t.Errorf("%q, %q: got %+v %v, want %+v", string(typed), word, n, ok, want)
			}
		}
	})
}

// compared returns the nearness of one word, from the full table of distances.
func compared(typed, word []rune, most int) nearness {
	best := none
	for end := range len(word) + 1 {
		d := alignment(typed, word[:end]).distance
		n := nearness{slips: d[len(typed)][end], whole: end == len(word)}
		if n.slips > most || !sameClicks(typed, word[:end]) {
			continue
		}
		unfinished := nearness{slips: n.slips}
		unfinished.settled = end > 0 && typed[len(typed)-1] == word[end-1] && d[len(typed)-1][end-1] == n.slips
		for _, candidate := range []nearness{unfinished, n} {
			if candidate.worse() < best.worse() {
				best = candidate
			}
		}
	}
	return best
}

func TestSpellingKeys(t *testing.T) {
	for _, same := range [][]string{
		{"khumalo", "kumalo"},
		{"mthembu", "mtembu"},
		{"mkhize", "mkize"},
		{"tshabalala", "shabalala", "tsabalala"},
		{"dhlamini", "dlamini"},
		{"phumla", "pumla"},
		{"mokoena", "mokwena"},
		{"tshepo", "tsepo"},
		{"mqhayi", "mqayi"},
	} {
		for _, word := range same[1:] {
			if spellingKey(word) != spellingKey(same[0]) {
				t.Errorf("%s and %s are not one name", same[0], word)
			}
		}
	}
	for _, differ := range [][2]string{{"xaba", "caba"}, {"qwabe", "cwabe"}, {"qoma", "xoma"}, {"nxumalo", "khumalo"}, {"dube", "tube"}} {
		if spellingKey(differ[0]) == spellingKey(differ[1]) {
			t.Errorf("%s and %s are one name", differ[0], differ[1])
		}
	}
}

func TestAlike(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"Thabo Nkosi", "Thabo Nksoi", true},
		{"Thabo Nkosi", "NKOSI, Thabo", true},
		{"Karabo Khumalo", "Karabo Kumalo", true},
		{"Karabo Khumalo", "Karabo Sipho Khumalo", true},
		{"Thabo Nkosi", "Sipho Zulu", false},
		{"Thabo Nkosi", "Thabo Thabo", false},
		{"Sipho Xaba", "Sipho Caba", false},
		{"Thabo", "Thabo Nkosi", false},
		{"", "", false},
	} {
		if got := Alike(test.a, test.b); got != test.want || Alike(test.b, test.a) != got {
			t.Errorf("%q, %q: got %v, want %v", test.a, test.b, got, test.want)
		}
	}
}
