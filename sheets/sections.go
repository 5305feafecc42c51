package sheets

import (
	"regexp"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// section is what a heading between the results says of the rows below it: that
// they did not finish, or who they are.
type section struct {
	heading  string
	status   club.Status
	sex      club.Sex
	category string
	// teams says that those below are teams.
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

// sexInWords is the sex that words name, and not the other one too.
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

// withoutSex is a heading that says nothing but the length and the sex without
// the latter: the men and the women of 10 km ran one race.
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

// keepWords are the words of a text that name no sex.
func keepWords(text string) (kept []string) {
	for _, part := range strings.Fields(text) {
		if key := word(part); sexWords[key] == "" || len(key) < 3 {
			kept = append(kept, part)
		}
	}
	return kept
}

// noneOf are the words by which a mark says that it marks nobody.
var noneOf = words(`0 no n false nee nein non none nil`)

// flagged are the words that head a column of marks: a cross in the column DNF.
var flagged = words(`dnf dns dsq dq disq didnotfinish didnotstart disqualified retired withdrawn noshow`)

// flags are the columns whose marks say how the race ended.
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

// isFlag reports whether a column holds marks rather than statuses.
func (m *mapper) isFlag(column int) bool {
	p := m.profiles[column]
	return flagged[word(m.columns[column].Header)] && len(p.distinct) > 0 && len(p.distinct) <= 3 && !p.mostly(p.clocks) &&
		(p.statuses == 0 || len(p.distinct) == 1)
}

// marked is the status that a row is marked with.
func (r *reader) marked(row grid.Row) club.Status {
	for column, status := range r.flags {
		text := row.Text(column)
		if text != "" && !noneOf[word(text)] && strings.Trim(text, "-–—") != "" {
			return status
		}
	}
	return ""
}
