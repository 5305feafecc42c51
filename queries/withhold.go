package queries

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"runnerdb/club"
)

// withhold is a record of a kind, as the audit log stores it, without what is
// personal of the person; the same text where there is nothing.
func (t traces) withhold(kind, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	switch kind {
	case KindRunner:
		return rewrite(text, t.withholdRunner)
	case KindResult:
		return rewrite(text, t.withholdResult)
	case KindContact:
		return rewrite(text, t.withholdContact)
	default:
		return text, nil
	}
}

func rewrite[Stored any](text string, withhold func(*Stored) bool) (string, error) {
	stored, err := fromJSON[Stored](text)
	if err != nil || !withhold(&stored) {
		return text, err
	}
	return asJSON(stored)
}

// withholdRunner, withholdResult and withholdContact take what is personal out
// of a record, and report whether there was anything.

func (t traces) withholdRunner(r *storedRunner) bool {
	switch {
	case t.ids[r.ID]:
		personal := r.Name != club.NameWithheld || len(r.Aliases) > 0 || !r.BirthDate.IsZero() || r.Licence != ""
		*r = storedRunner{ID: r.ID, Name: club.NameWithheld, Sex: r.Sex, Visibility: club.Erased, Hidden: true, Version: r.Version}
		return personal
	case slices.Contains(t.others, r.ID):
		return t.withholdMerged(r)
	default:
		return false
	}
}

// withholdMerged takes from another runner what came of the person by a merge.
func (t traces) withholdMerged(r *storedRunner) (found bool) {
	if slices.Contains(t.births, r.BirthDate.String()) {
		r.BirthDate, found = club.Date{}, true
	}
	if slices.Contains(t.licences, r.Licence) {
		r.Licence, found = "", true
	}
	before := len(r.Aliases)
	r.Aliases = slices.DeleteFunc(slices.Clone(r.Aliases), t.isName)
	return found || len(r.Aliases) < before
}

func (t traces) withholdResult(r *storedResult) bool {
	if !t.ids[r.RunnerID] || r.Category == "" && r.CategoryPosition == 0 && r.Club == "" {
		return false
	}
	r.Category, r.CategoryPosition, r.Club = "", 0, ""
	return true
}

func (t traces) withholdContact(c *storedContact) bool {
	if withheld := (storedContact{RunnerID: c.RunnerID, Version: c.Version}); t.ids[c.RunnerID] && *c != withheld {
		*c = withheld
		return true
	}
	return false
}

func (t traces) withholdBin(b *storedBin) (found bool) {
	for _, runner := range b.allRunners() {
		found = t.withholdRunner(runner) || found
	}
	for i := range b.Results {
		found = t.withholdResult(&b.Results[i]) || found
	}
	for _, contact := range b.allContacts() {
		found = t.withholdContact(contact) || found
	}
	return found
}

// dropChanges takes out of a change of many what was changed of the person, so
// that the rest of it can still be undone.
func (t traces) dropChanges(b *storedBin) (dropped bool) {
	before := len(b.Runners) + len(b.Results)
	b.Runners = slices.DeleteFunc(b.Runners, func(r storedRunner) bool { return t.ids[r.ID] })
	b.Results = slices.DeleteFunc(b.Results, func(r storedResult) bool { return t.ids[r.RunnerID] })
	return len(b.Runners)+len(b.Results) < before
}

// withholdEntry is an entry of the audit log without what is personal in it.
func (t traces) withholdEntry(e auditEntry) (auditEntry, error) {
	owner, err := e.owner()
	if err != nil {
		return e, err
	}
	switch {
	case t.ids[owner]:
		e.Object = club.NameWithheld
	case e.Action == "split":
		e.Object = t.inText(e.Object)
	}
	if e.Before, err = t.withhold(e.Kind, e.Before); err != nil {
		return e, err
	}
	e.After, err = t.withhold(e.Kind, e.After)
	return e, err
}

// isName reports whether a name is one of the person's.
func (t traces) isName(name string) bool {
	key := club.Fold(name)
	return slices.ContainsFunc(t.names, func(known string) bool { return club.Fold(known) == key })
}

// inText is a text with the person's names withheld.
func (t traces) inText(text string) string {
	byLength := slices.SortedFunc(slices.Values(t.names), func(a, b string) int { return len(b) - len(a) })
	for _, name := range byLength {
		text = replaceName(text, name)
	}
	return text
}

// replaceName withholds a name in a text, not where it is part of a longer word.
func replaceName(text, name string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, name)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		if unicode.IsLetter(last) || unicode.IsLetter(next) {
			out.WriteString(name)
		} else {
			out.WriteString(club.NameWithheld)
		}
		text = after
	}
}

// minCompact is how many letters a name or digits a licence has that is looked
// for within words: fewer are found by chance.
const minCompact = 5

// inFileName is the name of a file, or a title that holds one, withheld where it
// names the person.
func (t traces) inFileName(name string) string {
	file := strings.TrimPrefix(name, importTitle)
	words := fileWords(file)
	compact := strings.Join(words, "")
	found := slices.ContainsFunc(t.names, func(name string) bool { return namesFile(words, compact, club.Words(name)) }) ||
		slices.ContainsFunc(t.licences, func(licence string) bool {
			digits, _, _ := strings.Cut(club.LicenceKey(licence), "|")
			return len(digits) >= minCompact && strings.Contains(compact, digits)
		})
	if !found {
		return name
	}
	return name[:len(name)-len(file)] + club.NameWithheld
}

// namesFile reports whether the words of a file's name are somebody's: the
// first and the last of the name are among them, or the name is written in one.
func namesFile(words []string, compact string, name []string) bool {
	if len(name) == 0 {
		return false
	}
	if slices.Contains(words, name[0]) && slices.Contains(words, name[len(name)-1]) {
		return true
	}
	together := strings.Join(name, "")
	return len(name) > 1 && len(together) >= minCompact && strings.Contains(compact, together)
}

// fileWords are the words of a file's name, folded.
func fileWords(name string) (words []string) {
	parts := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }
	for _, word := range strings.FieldsFunc(name, parts) {
		words = append(words, club.Words(word)...)
	}
	return words
}

// importTitle is what stands before the file's name in the title of a job that
// imports it.
const importTitle = "Import "
