// Package imports brings result sheets into the club's records: it says for
// every row what would happen to it, and does so on request.
//
// A plan depends on a sheet, on people's decisions about it, and on the current
// records. Nothing is written until Commit, which makes the plan again and
// stops if it differs from the one that was shown.
package imports

import (
	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/sheets"
)

// Verdict tells what happens to a row.
type Verdict string

// The verdicts: a new runner; a new result of a known runner; a result that is
// already stored, the same or with changes; a row that somebody must check; one
// that can't be stored; one that is left out.
const (
	New     Verdict = "new"
	Matched Verdict = "matched"
	Present Verdict = "present"
	Changed Verdict = "changed"
	Warning Verdict = "warning"
	Error   Verdict = "error"
	Ignored Verdict = "ignored"
)

// Verdicts lists all verdicts.
var Verdicts = []Verdict{New, Matched, Present, Changed, Warning, Error, Ignored}

// Records are what sheets are compared with. Without a database there are none.
// Sealer recognises people who were erased. If there are any, plans are refused
// without it (queries.ErrSuppressionSealed).
type Records struct {
	DB     *queries.DB
	Sealer *accounts.Sealer
}

// PlanRow is a row of the sheet with its verdict.
type PlanRow struct {
	Entry   *sheets.ResultRow
	Verdict Verdict
	Reasons []string
	// Runner is the id of the runner, or 0 for a new one.
	Runner     int64
	RunnerName string
	// With is the line of another row that creates the same new runner, or 0.
	With int
	// Matches lists the runners whom it may mean.
	Matches []Match
	// Unsure is true if somebody must decide whom it means, and Said if
	// somebody has.
	Unsure, Said bool
	// Erased is true if it may belong to somebody who was erased.
	Erased bool
	// Stored is the result that is already stored, if any.
	Stored *club.Result
	// Contact is the runner's contact with the details that the sheet adds, or
	// nil if it adds none.
	Contact *queries.ImportedContact
}

// Plan is what an import would do.
type Plan struct {
	File  string
	Sheet *sheets.Sheet
	Rows  []PlanRow
	// Races holds the races of the sheet's events. New ones have the id 0.
	Races []club.Race
	// Problems lists what must be known about the races before anything can be
	// stored.
	Problems []string

	choices Choices
	seen    queries.RecordsAt
}

// Ready reports whether the row would be stored.
func (r PlanRow) Ready() bool {
	return r.Verdict == New || r.Verdict == Matched || r.Verdict == Changed
}

// Count returns the number of rows with a verdict.
func (p *Plan) Count(v Verdict) (n int) {
	for _, row := range p.Rows {
		if row.Verdict == v {
			n++
		}
	}
	return n
}

// Acceptable reports whether a row with warnings would be stored if somebody
// accepted it.
func (r PlanRow) Acceptable() bool {
	return len(r.Entry.Warnings) > 0 && !r.Unsure && !r.Erased && r.Entry.Status != sheets.Unknown
}
