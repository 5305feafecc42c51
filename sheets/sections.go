package sheets

import (
	"regexp"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// section is what a heading between results says about the rows below it, such
// as that they did not finish, or their category.
type section struct {
	heading  string
	status   club.Status
	sex      club.Sex
	category string
	// teams is true if the rows below are teams.
	teams bool
}

var (
	teamWords   = regexp.MustCompile(`(?i)\b(?:teams?|clubs?|span|spanne|mannschaft\w*|[eé]quipes?|equipos?) ?(?:results?|standings?|scores?|points|competition|prizes?|winners?|placings?|positions?|uitslae|wertung)\b`)
	groupWords  = regexp.MustCompile(`(?i)\b(?:seniors?|juniors?|veterans?|vets?|masters?|grandmasters?|walk(?:ers?|ing)?|wheelchairs?|handcycles?|stappers|open|u\d\d|\d\d ?[-–+])`)
	plainWords  = words(`k km kms kilometer kilometre m miles mile mi half marathon results result race run overall open senior seniors junior juniors veteran veterans vet vets master masters`)
	longestHead = 6
)

// sectionOf reads a heading: DNF, Senior women.
func sectionOf(row grid.Row) section {
	text := rowText(row)
	if status, known := statusOf(text); known {
		if status == club.Finished {
			status = ""
		}
		return section{heading: text, status: status}
	}
	parts := club.Words(text)
	if len(parts) > longestHead {
		return section{}
	}
	if teamWords.MatchString(text) {
		return section{teams: true}
	}
	s := section{sex: sexInWords(parts)}
	if lengthIn(text) == 0 && (s.sex != "" || groupWords.MatchString(text)) {
		s.category = clip(text, 50)
	}
	return s
}

// sexInWords returns the sex that words name, unless they name both.
func sexInWords(parts []string) club.Sex {
	found := map[club.Sex]bool{}
	for _, part := range parts {
		if sex, known := sexWords[part]; known && len(part) > 2 {
			found[sex] = true
		}
	}
	switch {
	case found[club.Male] && !found[club.Female]:
		return club.Male
	case found[club.Female] && !found[club.Male]:
		return club.Female
	default:
		return club.SexUnknown
	}
}

// withoutSex removes the sex from a heading that says nothing else but a
// length, because the men and women of the 10 km ran one race. It returns other
// headings as they are.
func withoutSex(text string) string {
	parts := club.Words(text)
	if sexInWords(parts) == "" {
		return text
	}
	for _, part := range parts {
		if sexWords[part] == "" && !plainWords[part] && strings.Trim(part, "0123456789km") != "" {
			return text
		}
	}
	return grid.Tidy(strings.Join(keepWords(text), " "))
}

// keepWords returns the words of a text that don't name a sex.
func keepWords(text string) (kept []string) {
	for _, part := range strings.Fields(text) {
		if key := word(part); sexWords[key] == "" || len(key) < 3 {
			kept = append(kept, part)
		}
	}
	return kept
}

// noneOf lists the words that mean "no" in a column of check marks.
var noneOf = words(`0 no n false nee nein non none nil`)

// flagged lists the names of columns of check marks, such as a cross under DNF.
var flagged = words(`dnf dns dsq dq disq didnotfinish didnotstart disqualified retired withdrawn noshow`)

// flags maps columns of check marks to the statuses that they mean.
func (m *mapper) flags() map[int]club.Status {
	found := map[int]club.Status{}
	for i, c := range m.columns {
		if c.Note == noteFlag {
			found[i], _ = statusOf(c.Header)
		}
	}
	return found
}

const noteFlag = "marks how the race ended"

// isFlag reports whether a column holds check marks rather than statuses.
func (m *mapper) isFlag(column int) bool {
	p := m.profiles[column]
	return flagged[word(m.columns[column].Header)] && len(p.distinct) > 0 && len(p.distinct) <= 3 && !p.mostly(p.clocks) &&
		(p.statuses == 0 || len(p.distinct) == 1)
}

// marked returns the status that a check mark gives a row.
func (r *reader) marked(row grid.Row) club.Status {
	for column, status := range r.flags {
		text := row.Text(column)
		if text != "" && !noneOf[word(text)] && strings.Trim(text, "-–—") != "" {
			return status
		}
	}
	return ""
}
