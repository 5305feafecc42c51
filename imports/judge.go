package imports

import (
	"fmt"
	"strconv"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets"
)

// claimPresent finds the rows whose results are already stored: the same race,
// name, time and status. Importing a file twice therefore changes nothing, even
// with namesakes in it.
func (p *planner) claimPresent(rows []PlanRow) {
	claimed := make([]map[int64]bool, len(p.stored))
	for i := range rows {
		row := &rows[i]
		e := row.Entry
		stored := p.stored[e.Event]
		if stored == nil || len(e.Errors) > 0 || e.Same > 0 {
			continue
		}
		if claimed[e.Event] == nil {
			claimed[e.Event] = map[int64]bool{}
		}
		for _, c := range append(p.candidates.ByName[club.Fold(e.Name)], p.candidates.ByLicence[club.LicenceKey(e.Licence)]...) {
			result := stored[c.ID]
			if result != nil && !claimed[e.Event][c.ID] && len(differences(*result, resultOf(e))) == 0 {
				claimed[e.Event][c.ID] = true
				row.Runner, row.RunnerName, row.Stored, row.Verdict = c.ID, c.Name, result, Present
				break
			}
		}
	}
}

// resultOf returns the result that a row would store.
func resultOf(e *sheets.ResultRow) club.Result {
	return club.Result{Status: e.Status, Net: e.Net, Gun: e.Gun, Position: e.Position, Category: e.Category, Club: e.Club, Counts: true}
}

// differences lists the fields in which a result differs from the stored one.
// Fields that the sheet leaves empty don't count.
func differences(stored, sheet club.Result) (found []string) {
	differ := func(what, was, is string) {
		if is != "" && was != is {
			found = append(found, fmt.Sprintf("%s %s instead of %s", what, is, orNone(was)))
		}
	}
	differ("status", string(stored.Status), string(sheet.Status))
	differ("net time", exact(stored.Net), exact(sheet.Net))
	differ("gun time", exact(stored.Gun), exact(sheet.Gun))
	differ("place", whole(stored.Position), whole(sheet.Position))
	differ("category", stored.Category, sheet.Category)
	differ("club", stored.Club, sheet.Club)
	return found
}

func exact(t club.FinishTime) string {
	if t == 0 {
		return ""
	}
	return t.Exact()
}

func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// judge sets the verdict of a row.
func (p *planner) judge(row *PlanRow) {
	e := row.Entry
	switch {
	case p.choices.Skip[e.Line]:
		row.Verdict = Ignored
		row.reason("left out, as you said")
	case e.Same > 0:
		row.Verdict = Ignored
		row.reason("says the same as line %s", sheets.PlaceOf(e.Same))
	case row.Verdict == Present:
		row.reason("is there already")
	case len(e.Errors) > 0:
		row.Verdict, row.Reasons = Error, append(row.Reasons, e.Errors...)
	default:
		p.judgeWho(row)
	}
}

func (p *planner) judgeWho(row *PlanRow) {
	e := row.Entry
	p.identify(row)
	if !p.isOurs(e) && !row.Said && !strings.Contains(strings.Join(row.Reasons, " "), "licence") {
		*row = PlanRow{Entry: e, Verdict: Ignored, Reasons: []string{"runs for " + orNone(e.Club)}}
		return
	}
	row.Verdict = New
	if row.Runner != 0 {
		row.Verdict = Matched
		if row.Stored = p.storedOf(e.Event, row.Runner); row.Stored != nil {
			row.Verdict = Changed
			differ := differences(*row.Stored, resultOf(e))
			if len(differ) == 0 {
				row.Verdict = Present
				row.reason("is there already")
				return
			}
			row.Reasons = append(row.Reasons, differ...)
		}
	}
	row.Reasons = append(row.Reasons, e.Warnings...)
	if row.Unsure || e.Status == sheets.Unknown || len(e.Warnings) > 0 && !p.choices.accepts(e.Line) {
		row.Verdict = Warning
	}
}

func (p *planner) storedOf(event int, runner int64) *club.Result {
	if p.stored[event] == nil {
		return nil
	}
	return p.stored[event][runner]
}

// oneRowEach holds back rows of one race that mean the same runner, so that
// namesakes are never merged automatically.
func (p *planner) oneRowEach(rows []PlanRow) {
	type key struct {
		event  int
		runner int64
	}
	byRunner := map[key][]*PlanRow{}
	for i := range rows {
		row := &rows[i]
		if row.Runner != 0 && row.Verdict != Ignored && row.Verdict != Error {
			k := key{row.Entry.Event, row.Runner}
			byRunner[k] = append(byRunner[k], row)
		}
	}
	for _, same := range byRunner {
		if len(same) < 2 {
			continue
		}
		for _, row := range same {
			if row.Verdict == Present {
				continue
			}
			row.Verdict, row.Unsure = Warning, true
			row.reason("%d rows of this race mean %s", len(same), row.RunnerName)
		}
	}
}
