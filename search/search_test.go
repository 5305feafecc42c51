package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"runnerdb/search"
)

var people = []search.Entry{
	{Name: "Karabo Khumalo", Races: 10},
	{Name: "Lethabo Ndlovu", Aliases: []string{"Lettie Zulu"}, Races: 10},
	{Name: "Bandile Nkosi", Races: 10},
	{Name: "Karabo Khumalo-Dlamini", Races: 3},
	{Name: "José García"},
	{Name: "Siobhán O'Brien"},
	{Name: "Johan van der Merwe", Races: 31},
	{Name: "Elmarie Janse van Rensburg"},
	{Name: "Thandi (Tee) Mokoena"},
	{Name: "100% Effort"},
	{Name: "K_rabo Sithole"},
	{Name: "Nomsa Mthembu", Aliases: []string{"Nomsa Xaba"}},
	{Name: "Mandla Tshabalala"},
	{Name: "Zanele Mkhize"},
	{Name: "Sarah-Jane Whitfield"},
	{Name: "Νίκος Παπαδόπουλος"},
	{Name: "Дмитрий Иванов"},
	{Name: "王小明"},
	{Name: "Sipho Qwabe"},
	{Name: "Ben"},
	{Name: "Cecil McDonald"},
}

func numbered(entries []search.Entry) []search.Entry {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].ID = int64(i + 1)
	}
	return entries
}

func build(entries []search.Entry) *search.Index {
	var b search.Builder
	for _, e := range entries {
		b.Add(e)
	}
	return b.Build()
}

func namesOf(entries []search.Entry, hits []search.Hit) []string {
	var names []string
	for _, hit := range hits {
		names = append(names, entries[hit.ID-1].Name)
	}
	return names
}

func TestSearchFinds(t *testing.T) {
	tests := []struct {
		typed string
		want  string // the first hit; nobody where it is empty
		match search.Match
	}{
		{"karabo khumalo", "Karabo Khumalo", search.Exact},
		{"KHUMALO, Karabo", "Karabo Khumalo", search.Exact},
		{"kar", "Karabo Khumalo", search.AnyWord},
		{"kh kar", "Karabo Khumalo", search.Surname},
		{"k khumalo", "Karabo Khumalo", search.Surname},
		{"K.Khumalo", "Karabo Khumalo", search.Surname},
		{"dlam", "Karabo Khumalo-Dlamini", search.Surname},
		{"khumalodlamini", "Karabo Khumalo-Dlamini", search.Surname},
		{"karabokhumalo", "Karabo Khumalo", search.Exact},
		{"garcia", "José García", search.Surname},
		{"JOSE\u0301 GARCI\u0301A", "José García", search.Exact},
		{"o’brien", "Siobhán O'Brien", search.Surname},
		{"o brien", "Siobhán O'Brien", search.Surname},
		{"obr", "Siobhán O'Brien", search.Surname},
		{"merwe", "Johan van der Merwe", search.Surname},
		{"van der merwe johan", "Johan van der Merwe", search.Exact},
		{"vandermerwe", "Johan van der Merwe", search.Surname},
		{"j v d merwe", "Johan van der Merwe", search.Surname},
		{"vd merwe", "Johan van der Merwe", search.Surname},
		{"vdmer", "Johan van der Merwe", search.Surname},
		{"rensburg elm", "Elmarie Janse van Rensburg", search.Surname},
		{"tee", "Thandi (Tee) Mokoena", search.AnyWord},
		{"(te", "Thandi (Tee) Mokoena", search.AnyWord},
		{"sj whitf", "Sarah-Jane Whitfield", search.Surname},
		{"sarahjane", "Sarah-Jane Whitfield", search.AnyWord},
		{"mc donald", "Cecil McDonald", search.Surname},
		{"zulu", "Lethabo Ndlovu", search.Alias},
		{"nomsa xaba", "Nomsa Mthembu", search.Alias},
		{"kumalo", "Karabo Khumalo", search.Spelling},
		{"mtembu", "Nomsa Mthembu", search.Spelling},
		{"mkize", "Zanele Mkhize", search.Spelling},
		{"shabalala", "Mandla Tshabalala", search.Spelling},
		{"mokwena", "Thandi (Tee) Mokoena", search.Spelling},
		{"ndlv", "Lethabo Ndlovu", search.Slip},
		{"nldovu", "Lethabo Ndlovu", search.Slip},
		{"ndllovu", "Lethabo Ndlovu", search.Slip},
		{"lethabo ndluvu", "Lethabo Ndlovu", search.Slip},
		{"bndile nksoi", "Bandile Nkosi", search.Slip},
		{"whitffielt", "Sarah-Jane Whitfield", search.Slip},
		{"παπαδοπουλοσ", "Νίκος Παπαδόπουλος", search.Surname},
		{"ИВАНОВ", "Дмитрий Иванов", search.Surname},
		{"Иваонв", "Дмитрий Иванов", search.Slip},
		{"王小", "王小明", search.Surname},
		{"ben", "Ben", search.Exact},
		{"100%", "100% Effort", search.AnyWord},
		{"k_", "K_rabo Sithole", search.AnyWord},
		{typed: "kar%"},
		{typed: "%"},
		{typed: "_"},
		{typed: "'"},
		{typed: "' OR 1=1 --"},
		{typed: "xyzzy"},
		{typed: "ndl ndl"},       // no word stands for two
		{typed: "nxl"},           // too short for a slip
		{typed: "sipho xwabe"},   // clicks are never folded together
		{typed: "cwabe"},         // nor forgiven
		{typed: "khumalo nkosi"}, // of two people
		{typed: ""},
		{typed: " \t"},
	}
	entries := numbered(people)
	x := build(entries)
	for _, test := range tests {
		hits, _ := x.Search(test.typed, 10)
		switch {
		case test.want == "" && len(hits) > 0:
			t.Errorf("%q: got %q, want nobody", test.typed, namesOf(entries, hits))
		case test.want == "":
		case len(hits) == 0:
			t.Errorf("%q: got nobody, want %s", test.typed, test.want)
		case entries[hits[0].ID-1].Name != test.want || hits[0].Match != test.match:
			t.Errorf("%q: got %q by %d, want %s by %d", test.typed, namesOf(entries, hits), hits[0].Match, test.want, test.match)
		}
	}
}

// TestSearchRanks names the entries in the order in which they must be found.
func TestSearchRanks(t *testing.T) {
	tests := []struct {
		typed string
		want  []search.Entry
	}{
		{"nkosi", []search.Entry{
			{Name: "Nkosi"},
			{Name: "Bandile Nkosi", Races: 2, Active: true},
			{Name: "Ayanda Nkosi", Races: 1, Active: true},
			{Name: "Bandile Nkosi", Races: 60},
			{Name: "Bandile Nkosinathi", Races: 90, Active: true},
			{Name: "Nkosi Dlamini", Races: 99, Active: true},
			{Name: "Nkosinathi Dlamini", Races: 100, Active: true},
			{Name: "Zodwa Dlamini", Aliases: []string{"Zodwa Nkosi"}, Races: 100, Active: true},
		}},
		{"thabo mokoena", []search.Entry{
			{Name: "Thabo Mokoena"},
			{Name: "Mokoena Thabo", Races: 9},
			{Name: "Thabo Peter Mokoena", Races: 10},
			{Name: "Thaboga Mokoena", Races: 20},
			{Name: "Thabo Dlamini", Aliases: []string{"Thabo Mokoena"}, Races: 30},
			{Name: "Thabo Mokwena", Races: 40},
		}},
		{"mokoana", []search.Entry{
			{Name: "Thabo Mokoana"},
			{Name: "Thabo Mokwana", Races: 30},
			{Name: "Thabo Mokoena", Races: 10},
			{Name: "Thabo Mokuana", Races: 5},
		}},
		{"t", []search.Entry{
			{Name: "Anna Taylor", Races: 5, Active: true},
			{Name: "Anna Tau", Races: 4, Active: true},
			{Name: "Anna Taylor", Races: 50},
			{Name: "Thabo Dlamini", Races: 80, Active: true},
		}},
		{"a b", []search.Entry{
			{Name: "Ab Ba", Races: 1},
			{Name: "Ac Ba", Races: 1},
			{Name: "Ac Ba", Races: 1},
		}},
	}
	for _, test := range tests {
		entries := numbered(test.want)
		reversed := slices.Clone(entries)
		slices.Reverse(reversed)
		for _, x := range []*search.Index{build(entries), build(reversed), build(entries[:2]).With(reversed[:len(entries)-2], nil)} {
			hits, _ := x.Search(test.typed, 20)
			var got []string
			for _, hit := range hits {
				got = append(got, fmt.Sprint(hit.ID, " ", entries[hit.ID-1].Name))
			}
			if want := len(entries); len(got) != want || !slices.IsSortedFunc(hits, func(a, b search.Hit) int { return int(a.ID - b.ID) }) {
				t.Errorf("%q: got %q, want them in the order of their numbers", test.typed, got)
			}
		}
	}
}

func TestSearchLimits(t *testing.T) {
	var entries []search.Entry
	for i := range 50 {
		entries = append(entries, search.Entry{Name: fmt.Sprintf("Thabo Nkosi%c", 'a'+i%26)})
	}
	x := build(numbered(entries))
	for _, test := range []struct {
		limit, want int
		more        bool
	}{{0, 0, false}, {1, 1, true}, {49, 49, true}, {50, 50, false}, {60, 50, false}} {
		if hits, more := x.Search("thabo", test.limit); len(hits) != test.want || more != test.more {
			t.Errorf("at most %d: got %d, more %v", test.limit, len(hits), more)
		}
	}
}

func TestPointsMayJoin(t *testing.T) {
	x := build([]search.Entry{{ID: 1, Name: "J.P. v.d.Merwe"}, {ID: 2, Name: "A.B.C.D. St.Clair"}})
	for typed, want := range map[string]int64{"J.P. v.d.Merwe": 1, "j.p. v.d.merwe": 1, "v.d.merwe": 1, "A.B.C.D. St.Clair": 2, "st.clair": 2, "st clair": 2} {
		if hits, _ := x.Search(typed, 5); len(hits) != 1 || hits[0].ID != want {
			t.Errorf("%q: got %v, want %d", typed, hits, want)
		}
	}
}

func TestBracketsEndWords(t *testing.T) {
	x := build([]search.Entry{{ID: 1, Name: "K.(Karabo) Khumalo[Jnr]"}})
	for _, typed := range []string{"K.(Karabo) Khumalo[Jnr]", "karabo", "k khumalo", "jnr", "khumalo karabo"} {
		if hits, _ := x.Search(typed, 5); len(hits) != 1 {
			t.Errorf("%q: got %d hits", typed, len(hits))
		}
	}
}

// A word longer than the index keeps is found by its beginning, and whole.
func TestLongWordsFindThemselves(t *testing.T) {
	for _, word := range []string{strings.Repeat("日", 30), strings.Repeat("ሰላም", 12), "Wolfeschlegel" + strings.Repeat("steinhausen", 6)} {
		x := build([]search.Entry{{ID: 1, Name: "Anna " + word}})
		for _, typed := range []string{word, "Anna " + word, word[:21]} {
			if hits, _ := x.Search(typed, 5); len(hits) != 1 {
				t.Errorf("%q: got %d hits", typed, len(hits))
			}
		}
	}
}

// Any query and any name must work.
func FuzzSearch(f *testing.F) {
	f.Add("karabo kh", "Karabo Khumalo")
	f.Add("a a a a a a a a a", strings.Repeat("a b a ", 40))
	f.Add("\xff%_'(", "\xff(Tee) O’B ﬁ İ\u0301")
	f.Add("ssss", "ßß")
	f.Fuzz(func(t *testing.T, typed, name string) {
		x := build([]search.Entry{{ID: 1, Name: name, Aliases: []string{typed}}, {ID: 2, Name: typed}})
		hits, _ := x.Search(typed, 5)
		if terms := search.Terms(typed); len(terms) > 0 && len(search.Terms(typed+" x")) == len(terms)+1 && len(hits) == 0 {
			t.Errorf("%q does not find itself", typed)
		}
		for _, text := range []string{name, typed} {
			pieces, _ := search.Mark(text, search.Terms(typed))
			var whole strings.Builder
			for _, piece := range pieces {
				whole.WriteString(piece.Text)
			}
			if whole.String() != text {
				t.Errorf("marked, %q becomes %q", text, whole.String())
			}
		}
	})
}

var word = rapid.StringOfN(rapid.RuneFrom([]rune("abcklnoth")), 1, 9, -1)

func drawEntries(t *rapid.T, least int) []search.Entry {
	entries := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) search.Entry {
		e := search.Entry{
			Name:   strings.Join(rapid.SliceOfN(word, 1, 3).Draw(t, "name"), " "),
			Races:  rapid.IntRange(0, 3).Draw(t, "races"),
			Active: rapid.Bool().Draw(t, "active"),
		}
		if rapid.IntRange(0, 4).Draw(t, "aliased") == 0 {
			e.Aliases = []string{word.Draw(t, "alias")}
		}
		return e
	}), least, 30).Draw(t, "entries")
	return numbered(entries)
}

// An index with changed entries finds the same as one built from the current
// entries.
func TestWithIsBuild(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawEntries(t, 3)
		before := slices.Clone(entries)
		var changed []search.Entry
		for i := range before {
			if rapid.Bool().Draw(t, "changes") {
				before[i].Name = word.Draw(t, "old name")
				changed = append(changed, entries[i])
			}
		}
		gone := search.Entry{ID: int64(len(entries) + 1), Name: entries[0].Name}
		x := build(append(before[:len(before)-1], gone))
		x = x.With(changed, nil).With(entries[len(entries)-1:], []int64{gone.ID})
		y := build(entries)
		if x.Built() != len(entries) || x.Changed() != len(changed)+2 && x.Changed() != len(changed)+1 {
			t.Fatalf("built of %d with %d changes, want %d with %d or one more", x.Built(), x.Changed(), len(entries), len(changed)+1)
		}
		typed := strings.Join(rapid.SliceOfN(word, 1, 3).Draw(t, "typed"), " ")
		got, gotMore := x.Search(typed, 8)
		want, wantMore := y.Search(typed, 8)
		same := func(a, b search.Hit) bool { return a.ID == b.ID && a.Match == b.Match }
		if !slices.EqualFunc(got, want, same) || gotMore != wantMore {
			t.Fatalf("%q: got %v, want %v", typed, namesOf(entries, got), namesOf(entries, want))
		}
	})
}

// Prefixes of different words of a name find it. Anything else is found only by
// aliases, spellings and slips.
func TestBeginningsFind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawEntries(t, 1)
		typed := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("abcklnoth")), 1, 3, -1), 1, 3).Draw(t, "typed")
		hits, _ := build(entries).Search(strings.Join(typed, " "), 100)
		for _, e := range entries {
			at := slices.IndexFunc(hits, func(h search.Hit) bool { return h.ID == e.ID })
			found := at >= 0 && hits[at].Match <= search.AnyWord
			if want := begins(typed, strings.Fields(e.Name)); want && !found || found && !want && len(hits[at].Terms) == len(typed) && slices.Equal(hits[at].Terms, typed) {
				t.Fatalf("%q: %q found %v, want %v", typed, e.Name, found, want)
			}
		}
	})
}

func begins(typed, words []string) bool {
	if len(typed) == 0 {
		return true
	}
	for i, word := range words {
		if strings.HasPrefix(word, typed[0]) && begins(typed[1:], slices.Delete(slices.Clone(words), i, i+1)) {
			return true
		}
	}
	return false
}

func TestMark(t *testing.T) {
	tests := []struct {
		name, typed, want string
	}{
		{"Karabo Khumalo", "karabo kh", "[Karabo] [Kh]umalo"},
		{"Karabo Khumalo", "kh k", "[K]arabo [Kh]umalo"},
		{"Karabo Khumalo", "kumalo", "Karabo [K]h[umalo]"},
		{"Karabo Khumalo", "khmualo", "Karabo [Khumalo]"},
		{"Lethabo Ndlovu", "ndlv", "Lethabo [Ndl]o[v]u"},
		{"Lethabo Ndlovu", "ndlavu", "Lethabo [Ndl]o[vu]"},
		{"Siobhán O’Brien", "siobhan obr", "[Siobhán] [O’Br]ien"},
		{"José\u0301 Weiß", "jose weis", "[José\u0301] [Weiß]"},
		{"Sarah-Jane Whitfield", "jane", "Sarah-[Jane] Whitfield"},
		{"Thandi (Tee) Mokoena", "tee", "Thandi ([Tee]) Mokoena"},
		{"<b>&", "b", "<[b]>&"},
		{"Karabo Khumalo", "zulu", "Karabo Khumalo"},
		{"", "a", ""},
	}
	for _, test := range tests {
		pieces, _ := search.Mark(test.name, search.Terms(test.typed))
		var got strings.Builder
		for _, piece := range pieces {
			if piece.Marked {
				got.WriteString("[" + piece.Text + "]")
			} else {
				got.WriteString(piece.Text)
			}
		}
		if got.String() != test.want {
			t.Errorf("%q in %q: got %q, want %q", test.typed, test.name, got.String(), test.want)
		}
	}
	if _, left := search.Mark("Nomsa Mthembu", []string{"nomsa", "xaba"}); !slices.Equal(left, []string{"xaba"}) {
		t.Errorf("left are %q, want xaba", left)
	}
}
