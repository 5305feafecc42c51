package sheets

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

var (
	footer = words(`total totals average averages mean median fastest slowest count starters finishers finisher results timing timed printed records record summary
		gesamt durchschnitt schnitt summe anzahl teilnehmer zeitnahme moyenne temps promedio media mittelwert totaal gemiddeld gemiddelde aantal gemiddeld totale
		totaux participants participantes partecipanti deelnemers key legend note notes sum winners sponsored referee course totalfinishers dns dnf`)
	sums    = words(`total totals average averages median fastest slowest finishers finisher results record records time times moyenne schnitt gemiddeld gemiddelde`)
	address = regexp.MustCompile(`(?i)https?://|www\.|\S+@\S+\.\S+|\b\w+\.(?:com|org|net|co\.za|de|fr)\b`)
)

// isResult reports whether a row below the header is a result, and not a title,
// a heading, a total or a note.
func (r *reader) isResult(row grid.Row) bool {
	if r.isBetween(row) {
		return false
	}
	name, position := r.rawName(row), row.Text(r.at.column(Position))
	timed, ended := r.outcome(row)
	numbered := r.isNumbered(row)
	if !hasLetters(name) {
		return timed && numbered && !hasDigit(name)
	}
	said := timed || ended || r.below.status != ""
	switch {
	case isCaption(name) && !timed && !ended && row.Filled() <= 2:
		return false
	case !numbered && isNote(name, timed):
		return false
	case !numbered && isTitle(position):
		return isBeside(position, said)
	default:
		return r.isRunner(row, said, numbered)
	}
}

// isBeside reports whether the words in place of a position describe a runner:
// Guest does, Average does not.
func isBeside(position string, said bool) bool {
	return !isNote(position, false) && (said || besides[word(position)])
}

func (r *reader) isNumbered(row grid.Row) bool {
	return positionOf(row.Text(r.at.column(Position))) > 0 || hasDigit(row.Text(r.at.column(Bib)))
}

// isBetween reports whether a row repeats the column names or belongs to a
// team.
func (r *reader) isBetween(row grid.Row) bool {
	return isHeading(row, r.header) || r.below.teams && row.Filled() > 1
}

// isRunner reports whether a row that is neither heading nor note belongs to a
// runner, with or without a time or status.
func (r *reader) isRunner(row grid.Row, said, numbered bool) bool {
	if said {
		return row.Filled() > 1 || r.below.status != ""
	}
	if row.Filled() < 3 {
		bib := row.Text(r.at.column(Bib))
		return numbered && (len(r.at) <= 3 || hasDigit(bib) && strings.Contains(r.rawName(row), " "))
	}
	return numbered || r.at.column(Bib) < 0 && r.at.column(Position) < 0 || row.Text(r.at.column(SexOf)) != ""
}

// besides lists words in place of a position that describe runners.
var besides = words(`last lanternerouge sweep sweeper tailend tailender tailrunner tailwalker backmarker broom guest visitor invitation invited pacer pacers pacemaker
	pacesetter hare rabbit haas bus busdriver buddy guide guiderunner assistant unofficial unplaced unranked exhibition noncompetitive nc wheelchair walker
	laaste gas pasaangeer besemwa`)

// isTitle reports whether words stand in place of a position.
func isTitle(position string) bool {
	return positionOf(position) == 0 && placeStatus(position) == "" && (hasWords(position) || besides[word(position)])
}

// outcome reports whether a row has a time, and whether it has a status.
func (r *reader) outcome(row grid.Row) (timed, ended bool) {
	_, ended = statusOf(row.Text(r.at.column(Ending)))
	for _, field := range []Field{Net, Gun, Time} {
		c := r.clock(row, field)
		timed, ended = timed || c.time > 0, ended || c.status != ""
	}
	_, inName := cutStatus(r.rawName(row))
	return timed, ended || inName != "" || r.marked(row) != "" || placeStatus(row.Text(r.at.column(Position))) != ""
}

// isCaption reports whether the text in place of a name is a heading: DNF,
// Women.
func isCaption(name string) bool {
	_, isStatus := statusOf(name)
	return isStatus || len(club.Words(name)) == 1 && sexInWords(club.Words(name)) != ""
}

func (r *reader) rawName(row grid.Row) string {
	return grid.Tidy(row.Text(r.at.column(Name)) + " " + row.Text(r.at.column(First)) + " " + row.Text(r.at.column(Last)))
}

func hasWords(text string) bool {
	letters := 0
	for _, c := range text {
		if unicode.IsLetter(c) {
			letters++
		}
	}
	return letters >= 4
}

// isNote reports whether the text of a row is a summary or an explanation
// rather than a name.
func isNote(text string, timed bool) bool {
	if timed {
		return sumsUp(text)
	}
	if strings.ContainsAny(text, ":=") || address.MatchString(text) {
		return true
	}
	parts := club.Words(text)
	if len(parts) > 6 {
		return true
	}
	for _, part := range parts {
		if footer[part] {
			return true
		}
	}
	return false
}

// sumsUp reports whether words beside a time can't be a name. Average time
// can't; John Legend is one, and has run.
func sumsUp(text string) bool {
	parts := club.Words(text)
	if strings.ContainsAny(text, ":=") || address.MatchString(text) || len(parts) > 10 || len(parts) == 0 || footer[parts[0]] {
		return true
	}
	return slices.ContainsFunc(parts, func(part string) bool { return sums[part] })
}

// check looks for doubtful times, and for runners who appear twice.
func (s *Sheet) check() {
	type key struct {
		event int
		name  string
	}
	seen := map[key]int{}
	for i := range s.Entries {
		e := &s.Entries[i]
		if doubt := club.Doubt(e.Time(), s.Events[e.Event].Length); doubt != "" && e.Status == club.Finished {
			e.warn(strings.TrimSuffix(doubt, "."))
		}
		if e.Name == "" {
			continue
		}
		k := key{e.Event, club.Fold(e.Name)}
		first, twice := seen[k]
		if !twice {
			seen[k] = i
			continue
		}
		other := s.Entries[first]
		if other.Bib == e.Bib && other.Time() == e.Time() && other.Status == e.Status && other.Club == e.Club && other.Category == e.Category {
			e.Same = other.Line
			continue
		}
		if other.Bib != "" && other.Bib == e.Bib {
			e.warn("the race number and the name stand in line " + PlaceOf(other.Line) + " too, with another result")
			continue
		}
		e.warn("a namesake stands in line " + PlaceOf(other.Line))
	}
}
