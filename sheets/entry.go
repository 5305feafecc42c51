package sheets

import (
	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// ResultRow is one runner's result as the sheet gives it.
type ResultRow struct {
	Line int
	// Name is the name for display, given name first. Printed is the name as in
	// the sheet.
	Name, Printed string
	Bib           string
	Licence       string
	Sex           club.Sex
	Age           int
	BirthYear     int
	BirthDate     club.Date
	Category      string
	Club          string
	// Email and Phone are read only if contact details were asked for.
	Email, Phone string
	Position     int
	Net, Gun     club.FinishTime
	Status       club.Status
	// Event is the index of the race in Sheet.Events.
	Event int
	// Warnings need checking by a person. Errors prevent the row from being
	// stored.
	Warnings, Errors []string
	// Same is the line that says exactly the same, or 0.
	Same int
	// inName is the status that stands after the name.
	inName club.Status
}

func (e *ResultRow) warn(reason string) { e.Warnings = append(e.Warnings, reason) }
func (e *ResultRow) fail(reason string) { e.Errors = append(e.Errors, reason) }

// Time returns the net time, or the gun time if the net time is unknown.
func (e *ResultRow) Time() club.FinishTime {
	if e.Net > 0 {
		return e.Net
	}
	return e.Gun
}

// entry reads a row of results.
func (r *reader) entry(row grid.Row) ResultRow {
	e := ResultRow{Line: row.Line}
	var bib string
	e.Printed, e.Name, bib = r.name(row, &e)
	e.Bib = wholeNumber(row.Text(r.at.column(Bib)))
	if e.Bib == "" {
		e.Bib = bib
	}
	e.Licence = licenceOf(row.Text(r.at.column(Licence)))
	if column := r.at.column(Club); column >= 0 {
		e.Club = clip(row.Text(column), 200)
	}
	e.Category = clip(categoryOf(row.Text(r.at.column(Category))), 50)
	if r.at.column(Category) < 0 {
		e.Category = r.below.category
	}
	e.Position = positionOf(row.Text(r.at.column(Position)))
	sex, age := sexAndAge(row.Text(r.at.column(Age)))
	e.Age = age
	e.Sex, _ = sexOf(row.Text(r.at.column(SexOf)))
	if e.Sex == "" {
		e.Sex = sex
	}
	if e.Sex == "" {
		e.Sex = sexOfCategory(row.Text(r.at.column(Category)))
	}
	if e.Sex == "" {
		e.Sex = r.below.sex
	}
	if e.Sex == "" {
		e.Sex = r.sex
	}
	r.born(row, &e)
	r.contact(row, &e)
	r.times(row, &e)
	if !hasLetters(e.Name) {
		e.fail("no name")
	} else if len([]rune(e.Name)) > 200 {
		e.fail("a name has at most 200 letters")
	} else if nobody[word(e.Name)] {
		e.fail("the sheet does not say who it was")
	}
	return e
}

func (r *reader) name(row grid.Row, e *ResultRow) (printed, display, bib string) {
	first, last := r.at.column(First), r.at.column(Last)
	if first >= 0 || last >= 0 {
		given, surname := row.Text(first), row.Text(last)
		printed = grid.Tidy(given + " " + surname)
		surname, e.inName = cutStatus(surname)
		surname, bib = bareName(surname)
		given, other := bareName(given)
		if bib == "" {
			bib = other
		}
		return printed, joinName(given, surname), bib
	}
	printed = row.Text(r.at.column(Name))
	name, status := cutStatus(printed)
	if e.inName = status; r.clubInName {
		name, e.Club = cutClub(name)
	}
	name, bib = bareName(name)
	return printed, displayName(name, r.order), bib
}

// times reads the times and the status of a row.
func (r *reader) times(row grid.Row, e *ResultRow) {
	net, gun := r.clock(row, Net), r.clock(row, Gun)
	if only := r.clock(row, Time); r.start >= 0 {
		net = r.sinceStart(row, only, e)
	} else if gun.empty() {
		gun = only
	}
	e.Net, e.Gun = net.time, gun.time
	r.pass(net, gun, e)
	said, known := statusOf(row.Text(r.at.column(Ending)))
	if !known {
		said, known = firstStatus(gun.status, net.status, r.marked(row), placeStatus(row.Text(r.at.column(Position))), e.inName)
	} else if said == club.Finished && e.Time() == 0 {
		if other, ok := firstStatus(gun.status, net.status); ok {
			said = other
		}
	}
	if !known && r.below.status != "" {
		if e.Time() > 0 {
			e.warn("has a time, but stands below " + quote(r.below.heading))
		}
		if e.Time() == 0 || e.Position == 0 {
			said, known = r.below.status, true
		}
	}
	r.judge(e, said, known, net, gun)
	if position := row.Text(r.at.column(Position)); !known && isTitle(position) {
		e.warn("in place of the position stands " + quote(position))
	}
}

func (r *reader) judge(e *ResultRow, said club.Status, known bool, net, gun clock) {
	problem := gun.problem
	if problem == "" {
		problem = net.problem
	}
	timed := e.Time() > 0
	if !timed && problem != "" && (!known || said == club.Finished) {
		e.Status = Unknown
		e.fail(problem)
		return
	}
	if problem != "" {
		e.warn(problem)
	}
	if !known {
		e.Status = club.Finished
		if !timed {
			e.Status = Unknown
			e.warn("neither a time nor a status")
		}
		return
	}
	e.judgeSaid(said, timed)
}

// judgeSaid applies a status that the sheet gives.
func (e *ResultRow) judgeSaid(said club.Status, timed bool) {
	e.Status = said
	switch {
	case said == club.Finished && !timed:
		e.Status = Unknown
		e.warn("said to have finished, but without a time")
	case said == Unknown && timed:
		e.warn("has a time, but the sheet does not say that it counts")
	case said == Unknown:
		e.warn("started, but the sheet does not say how the race ended")
	case said == club.DidNotStart && timed:
		e.warn("did not start, but has a time")
	}
}

// pass moves on to the next row, and notes how the times of this one were
// interpreted.
func (r *reader) pass(net, gun clock, e *ResultRow) {
	for _, c := range []clock{net, gun} {
		if c.note != "" {
			e.warn(c.note)
		}
	}
	for field, t := range r.trails {
		if field == Net {
			t.pass(net)
		} else {
			t.pass(gun)
		}
	}
}

func firstStatus(statuses ...club.Status) (club.Status, bool) {
	for _, status := range statuses {
		if status != "" {
			return status, true
		}
	}
	return "", false
}

// placeStatus reads a status that stands in place of a position.
func placeStatus(text string) club.Status {
	if positionOf(text) > 0 || text == "" {
		return ""
	}
	switch status, _ := statusOf(text); status {
	case club.DidNotFinish, club.DidNotStart, club.Disqualified, club.OutOfTime, Unknown:
		return status
	default:
		return ""
	}
}

func (r *reader) clock(row grid.Row, field Field) clock {
	column := r.at.column(field)
	if column < 0 || column >= len(row.Cells) {
		return clock{}
	}
	if t := r.trails[field]; t != nil {
		return t.clock(row.Cells[column], r.styles[field])
	}
	return readClock(row.Cells[column], r.styles[field])
}
