package searchtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"runnerdb/club"
)

// ByRule draws the questions of both halves about people, by a rule that
// always draws the same ones. The halves take turns.
func ByRule(records Records, people []Person) []Question {
	r := &rule{records: records, people: people, asked: map[string]bool{}}
	r.Rand = rand.New(rand.NewPCG(Seed, uint64(len(records)))) // #nosec G404 -- the same searches must be drawn again
	for _, p := range people {
		if !p.Hidden && p.Races > 0 {
			r.visible = append(r.visible, p)
		}
	}
	for _, m := range makers {
		r.draw(m)
	}
	return r.questions
}

type rule struct {
	*rand.Rand
	records   Records
	people    []Person
	visible   []Person
	asked     map[string]bool
	questions []Question
}

// maker types something for a person, or nothing where the kind does not suit
// the person. What it expects is the name, unless it says otherwise.
type maker struct {
	kind  Kind
	count int
	from  func(r *rule, p Person) (typed, expected string)
}

var makers = []maker{
	{Exact, 12, func(_ *rule, p Person) (string, string) { return strings.ToLower(p.Name), p.Name }},
	{Prefix, 26, (*rule).prefixes},
	{SurnameFirst, 16, (*rule).surnameFirst},
	{Initials, 14, (*rule).initials},
	{Folded, 14, (*rule).folded},
	{Particle, 10, (*rule).particle},
	{Slip, 40, func(r *rule, p Person) (string, string) { return r.mistyped(p, 4, 1) }},
	{TwoSlips, 16, func(r *rule, p Person) (string, string) { return r.mistyped(p, 8, 2) }},
	{Unfinished, 20, (*rule).unfinished},
	{Nguni, 18, (*rule).respelt},
	{Alias, 12, (*rule).alias},
	{Licence, 10, (*rule).licence},
	{Letter, 10, func(r *rule, p Person) (string, string) { return r.pick(p.words())[:1], "best" }},
	{Common, 10, func(r *rule, p Person) (string, string) { return r.pick(p.words()), "best" }},
}

// draw asks about one person after the other, in an order of its own, until
// there are enough questions that differ.
func (r *rule) draw(m maker) {
	const tries = 40
	drawn := 0
	for range tries {
		for _, at := range r.Perm(len(r.visible)) {
			if drawn == m.count {
				return
			}
			typed, expected := m.from(r, r.visible[at])
			if typed == "" || r.asked[typed] {
				continue
			}
			r.asked[typed] = true
			half := Halves[drawn%len(Halves)]
			r.questions = append(r.questions, Question{half, r.records, m.kind, typed, expected})
			drawn++
		}
	}
}

func (r *rule) pick(words []string) string { return words[r.IntN(len(words))] }

// prefixes types three to five letters of each word, in any order.
func (r *rule) prefixes(p Person) (string, string) {
	var typed []string
	for _, word := range p.words() {
		letters := []rune(word)
		typed = append(typed, string(letters[:min(len(letters), 3+r.IntN(3))]))
	}
	r.Shuffle(len(typed), func(i, j int) { typed[i], typed[j] = typed[j], typed[i] })
	return strings.Join(typed, " "), r.unlessShared(typed, p)
}

// unlessShared expects the person where nobody else can be meant, as in a
// club.
func (r *rule) unlessShared(typed []string, p Person) string {
	if r.records == Federation {
		return "best"
	}
	for _, other := range r.visible {
		if other.key != p.key && tier(typed, other) < noTier {
			return "best"
		}
	}
	return p.Name
}

func (r *rule) surnameFirst(p Person) (string, string) {
	given, surname := split(p)
	return surname + []string{" ", ", "}[r.IntN(2)] + given, p.Name
}

func (r *rule) initials(p Person) (string, string) {
	given, surname := split(p)
	initial := string([]rune(given)[:1])
	typed := initial + []string{" ", ". "}[r.IntN(2)] + surname
	return typed, r.unlessShared(club.Words(typed), p)
}

// split takes a name apart before the surname with its particles.
func split(p Person) (given, surname string) {
	parts := strings.Fields(p.Name)
	last := len(p.surname()) - strings.Count(parts[len(parts)-1], "-")
	return strings.Join(parts[:len(parts)-last], " "), strings.Join(parts[len(parts)-last:], " ")
}

// folded leaves out or changes what is folded in a name that has such signs.
func (r *rule) folded(p Person) (string, string) {
	if strings.EqualFold(club.Fold(p.Name), p.Name) {
		return "", ""
	}
	changes := []func(string) string{
		club.Fold, strings.ToUpper,
		strings.NewReplacer("'", "’", "-", " - ").Replace,
		func(name string) string { return "  " + strings.ToLower(strings.ReplaceAll(name, " ", "  ")) },
	}
	return changes[r.IntN(len(changes))](p.Name), p.Name
}

// particle types a surname of several words first, without them, or in one
// word.
func (r *rule) particle(p Person) (string, string) {
	given, surname := split(p)
	parts := strings.Fields(strings.ToLower(surname))
	if len(parts) < 2 {
		return "", ""
	}
	given = strings.ToLower(given)
	return r.pick([]string{
		strings.Join(parts, " ") + " " + given,
		given + " " + parts[len(parts)-1],
		given + " " + strings.Join(parts, ""),
		parts[len(parts)-1] + " " + given,
	}), p.Name
}

// mistyped has so many slips in one word of at least so many letters.
func (r *rule) mistyped(p Person, letters, slips int) (string, string) {
	words := p.words()
	at := r.IntN(len(words))
	if len(words[at]) < letters {
		return "", ""
	}
	word := words[at]
	for range slips {
		word = r.slip(word)
	}
	if len(word) < letters || distance(word, words[at], false) != slips || strings.HasPrefix(words[at], word) {
		return "", ""
	}
	words[at] = word
	return strings.Join(words, " "), p.Name
}

// slip puts in, leaves out, replaces or swaps a letter, but for the first.
func (r *rule) slip(word string) string {
	letters := []rune(word)
	at := 1 + r.IntN(len(letters)-1)
	other := rune("aeioulnmshtkbd"[r.IntN(14)])
	switch r.IntN(4) {
	case 0:
		letters = slices.Insert(letters, at, other)
	case 1:
		letters = slices.Delete(letters, at, at+1)
	case 2:
		letters[at] = other
	default:
		letters[at], letters[max(1, at-1)] = letters[max(1, at-1)], letters[at]
	}
	return string(letters)
}

// unfinished types the given name and the beginning of the surname, with a
// slip in it.
func (r *rule) unfinished(p Person) (string, string) {
	words := p.words()
	last := words[len(words)-1]
	if len(last) < 6 {
		return "", ""
	}
	begun := last[:4+r.IntN(len(last)-5)]
	slipped := r.slip(begun)
	if len(slipped) < 4 || distance(slipped, last, true) != 1 {
		return "", ""
	}
	words[len(words)-1] = slipped
	return strings.Join(words, " "), p.Name
}

// older are the spellings of Nguni names that stand for each other: the older
// ones wrote aspirated letters plain. A blank is where a word begins.
var older = [][2]string{
	{" th", " t"},
	{" ph", " p"},
	{" tsh", " sh"},
	{"mth", "mt"},
	{"mph", "mp"},
	{"kh", "k"},
	{"bh", "b"},
	{"dl", "dhl"},
	{"ithole", "itole"},
	{"uthu", "utu"},
}

// respelt writes one word of those that end as Nguni words do, on a vowel, as
// it was written.
func (r *rule) respelt(p Person) (string, string) {
	words := p.words()
	pair := older[r.IntN(len(older))]
	at := max(0, len(words)-1-r.IntN(2))
	word := " " + words[at]
	if !strings.Contains(word, pair[0]) || !strings.ContainsAny(word[len(word)-1:], "aeiou") {
		return "", ""
	}
	words[at] = strings.TrimSpace(strings.Replace(word, pair[0], pair[1], 1))
	return strings.Join(words, " "), p.Name
}

func (r *rule) alias(p Person) (string, string) {
	if len(p.Aliases) == 0 {
		return "", ""
	}
	return strings.ToLower(p.Aliases[0]), p.Name
}

func (r *rule) licence(p Person) (string, string) {
	if p.Licence == "" {
		return "", ""
	}
	province, number, _ := strings.Cut(p.Licence, " ")
	return r.pick([]string{p.Licence, strings.ToLower(province) + number, number}), p.Name
}

// TSV writes questions a line each.
func TSV(questions []Question) string {
	var b strings.Builder
	for _, q := range questions {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", q.Records, q.Kind, q.Typed, q.Expected)
	}
	return b.String()
}
