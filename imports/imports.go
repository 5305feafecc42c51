// Package imports is where result sheets meet the club's records: it says of
// every row what would become of it, and does just that when told to.
//
// A plan is made of a sheet, of what somebody decided about it, and of the
// records as they are. Nothing is written until Commit, which makes the plan
// anew and stops when it is not the one that was shown.
package imports

import (
	"slices"

	"runnerdb/sheets"
)

// Verdict says what becomes of a row.
type Verdict string

// The verdicts: a runner or a result that is new; a new result of a runner who
// is known; a result that is there already, or is there otherwise; a row that
// somebody must look at; one that can't be stored; one that is left out.
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

// Row is a row of the sheet with what becomes of it.
type Row struct {
	Entry   sheets.Entry
	Verdict Verdict
	Reasons []string
}

// Plan is what an import would do.
type Plan struct {
	Sheet *sheets.Sheet
	Rows  []Row
}

// PlanAlone is the plan for an empty database.
func PlanAlone(sheet *sheets.Sheet) *Plan {
	p := &Plan{Sheet: sheet, Rows: make([]Row, len(sheet.Entries))}
	for i, e := range sheet.Entries {
		p.Rows[i] = judge(e)
	}
	return p
}

// judge is the verdict of a row by itself.
func judge(e sheets.Entry) Row {
	row := Row{Entry: e, Verdict: New, Reasons: slices.Concat(e.Errors, e.Warnings)}
	switch {
	case e.Same > 0:
		row.Verdict = Ignored
	case len(e.Errors) > 0:
		row.Verdict = Error
	case len(e.Warnings) > 0:
		row.Verdict = Warning
	}
	return row
}
