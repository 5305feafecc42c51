// Package imports is where result sheets meet the club's records: it says of
// every row what would become of it, and does just that when told to.
//
// A plan is made of a sheet, of what somebody decided about it, and of the
// records as they are. Nothing is written until Commit, which makes the plan
// anew and stops when it is not the one that was shown.
package imports

import (
	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/sheets"
)

// Verdict says what becomes of a row.
type Verdict string

// The verdicts: a runner who is new; a new result of a runner who is known; a
// result that is there already, or is there otherwise; a row that somebody must
// look at; one that can't be stored; one that is left out.
const (
	New     Verdict = "new"
	Matched Verdict = "matched"
	Present Verdict = "present"
	Changed Verdict = "changed"
	Warning Verdict = "warning"
	Error   Verdict = "error"
	Ignored Verdict = "ignored"
)

// Verdicts are all of them.
var Verdicts = []Verdict{New, Matched, Present, Changed, Warning, Error, Ignored}

// Records are what sheets are compared with. Without a database they are empty.
// By the sealer people who were erased are recognised; without it plans are
// refused where somebody was (queries.ErrSuppressionSealed).
type Records struct {
	DB     *queries.DB
	Sealer *accounts.Sealer
}

// PlanRow is a row of the sheet with what becomes of it.
type PlanRow struct {
	Entry   *sheets.ResultRow
	Verdict Verdict
	Reasons []string
	// Runner is who it means, 0 for a new one.
	Runner     int64
	RunnerName string
	// With is the line of the row that brings the same new runner, 0 for none.
	With int
	// Matches are those whom it may mean.
	Matches []Match
	// Unsure says that somebody must decide whom it means, Said that somebody
	// has.
	Unsure, Said bool
	// Erased says that it may be of somebody who was erased.
	Erased bool
	// Stored is the result that is there already.
	Stored *club.Result
	// Contact is how to reach the runner, as it shall be, where the sheet says
	// something that is not known.
	Contact *queries.ImportedContact
}

// Plan is what an import would do.
type Plan struct {
	File  string
	Sheet *sheets.Sheet
	Rows  []PlanRow
	// Races are those of the sheet's events, with the number 0 where they are
	// new.
	Races []club.Race
	// Problems are what must be said of the races before anything can be stored.
	Problems []string

	choices Choices
	seen    queries.RecordsAt
}

// Ready reports whether a row would be stored.
func (r PlanRow) Ready() bool {
	return r.Verdict == New || r.Verdict == Matched || r.Verdict == Changed
}

// Count counts the rows of a verdict.
func (p *Plan) Count(v Verdict) (n int) {
	for _, row := range p.Rows {
		if row.Verdict == v {
			n++
		}
	}
	return n
}

// Acceptable reports whether a row that is warned of would be stored if
// somebody agreed.
func (r PlanRow) Acceptable() bool {
	return len(r.Entry.Warnings) > 0 && !r.Unsure && !r.Erased && r.Entry.Status != sheets.Unknown
}
