package imports

import (
	"fmt"
	"slices"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/search"
	"runnerdb/sheets"
)

// likeness is how likely a row means a runner.
type likeness int

const (
	possible likeness = iota
	likely
	certain
)

// Match is a runner whom a row may mean, with the reasons.
type Match struct {
	Runner queries.Candidate
	Why    string
	how    likeness
}

// compare tells how likely a row of a race on a day means a runner with the
// same name or licence, and why. ok is false if something rules it out.
func compare(e *sheets.ResultRow, c queries.Candidate, day club.Date) (Match, bool) {
	m := Match{Runner: c}
	sameName := club.Fold(e.Name) == c.Key
	sameLicence := e.Licence != "" && club.LicenceKey(e.Licence) == c.LicenceKey
	born, known := bornAlike(e, c, day)
	if e.Sex != "" && c.Sex != "" && e.Sex != c.Sex || known && !born {
		return m, false
	}
	switch {
	case sameLicence && (sameName || search.Alike(e.Name, c.Name)):
		m.how, m.Why = certain, "the same licence"
	case sameLicence:
		m.Why = "the same licence, but another name"
	case known:
		m.how, m.Why = certain, "the same name and age"
	default:
		m.how, m.Why = compareClubs(e.Club, c.Club)
	}
	if !sameName && !sameLicence {
		m.Why = "another name of " + c.Name
	}
	return m, true
}

// compareClubs tells how likely two namesakes are the same person, by their
// clubs.
func compareClubs(a, b string) (likeness, string) {
	switch {
	case a == "" || b == "":
		return likely, "the same name"
	case clubKey(a) == clubKey(b):
		return certain, "the same name and club"
	default:
		return possible, "the same name, but last ran for " + b
	}
}

// bornAlike compares birth dates or years. known is false if either is unknown.
func bornAlike(e *sheets.ResultRow, c queries.Candidate, day club.Date) (alike, known bool) {
	switch {
	case c.BirthDate.IsZero():
		return false, false
	case !e.BirthDate.IsZero():
		return e.BirthDate == c.BirthDate, true
	case e.BirthYear > 0:
		return e.BirthYear == c.BirthDate.Year, true
	case e.Age > 0 && !day.IsZero():
		age := club.AgeOn(c.BirthDate, day)
		return age-e.Age <= 1 && e.Age-age <= 1, true
	default:
		return false, false
	}
}

// identify decides whom a row means: a known runner, a new one or, with
// reasons, that a person must decide.
func (p *planner) identify(row *PlanRow) {
	e := row.Entry
	row.Matches = p.matches(e, p.races[e.Event].HeldOn)
	if id, said := p.choices.Who[e.Line]; said {
		p.takeWord(row, id)
		return
	}
	best := slices.IndexFunc(row.Matches, func(m Match) bool { return m.how == certain })
	certainOnes := 0
	for _, m := range row.Matches {
		if m.how == certain {
			certainOnes++
		}
	}
	switch {
	case certainOnes == 1:
		row.take(row.Matches[best])
	case certainOnes == 0 && len(row.Matches) == 1 && row.Matches[0].how == likely:
		row.take(row.Matches[0])
	case len(row.Matches) > 0:
		row.Unsure = true
		for _, m := range row.Matches[:min(len(row.Matches), 3)] {
			row.reason("may be %s (%d): %s", m.Runner.Name, m.Runner.ID, m.Why)
		}
	}
}

func (r *PlanRow) take(m Match) {
	r.Runner, r.RunnerName = m.Runner.ID, m.Runner.Name
	r.reason("%s", m.Why)
}

// takeWord applies a person's decision about a row.
func (p *planner) takeWord(row *PlanRow, id int64) {
	row.Said = true
	if id == 0 {
		row.reason("a new runner, as you said")
		return
	}
	c, known := p.said[id]
	if !known {
		row.Unsure = true
		row.reason("the runner %d is gone", id)
		return
	}
	row.Runner, row.RunnerName = c.ID, c.Name
	row.reason("%s, as you said", c.Name)
}

// matches returns the runners whom a row may mean.
func (p *planner) matches(e *sheets.ResultRow, day club.Date) (found []Match) {
	key := club.Fold(e.Name)
	seen := map[int64]bool{}
	for _, c := range slices.Concat(p.candidates.ByLicence[club.LicenceKey(e.Licence)], p.candidates.ByName[key]) {
		word, said := p.words[key][c.ID]
		if seen[c.ID] || said && !word {
			continue
		}
		seen[c.ID] = true
		if m, fits := compare(e, c, day); fits {
			if said {
				m.how, m.Why = certain, "you said before that this is the runner"
			}
			found = append(found, m)
		}
	}
	for id, same := range p.words[key] {
		if c, known := p.said[id]; same && known && !seen[id] {
			found = append(found, Match{c, "you said before that this is the runner", certain})
		}
	}
	if len(found) == 0 {
		found = p.near[key]
	}
	return found
}

func (r *PlanRow) reason(format string, args ...any) {
	r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...))
}
