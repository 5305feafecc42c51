package imports

import (
	"io"
	"strings"

	"runnerdb/sheets"
)

// WriteRest writes the rows that are neither stored now nor already present as
// CSV, with the reasons.
func (p *Plan) WriteRest(out io.Writer) error {
	w, err := sheets.NewWriter(out, sheets.CSV, "Line", "Name", "Time", "Status", "Club", "Category", "Verdict", "Reasons")
	if err != nil {
		return err
	}
	for _, row := range p.Rows {
		if row.Ready() || row.Verdict == Present {
			continue
		}
		e := row.Entry
		err := w.Row(sheets.PlaceOf(e.Line), e.Printed, e.Time(), string(e.Status), e.Club, e.Category, string(row.Verdict), strings.Join(row.Reasons, "; "))
		if err != nil {
			return err
		}
	}
	return w.Close()
}
