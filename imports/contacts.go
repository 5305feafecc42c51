package imports

import (
	"cmp"
	"context"

	"runnerdb/club"
	"runnerdb/queries"
)

// fillContacts adds the contact details in a sheet, if they were asked for.
// Known details stay as they are.
func (p *planner) fillContacts(ctx context.Context, rows []PlanRow) error {
	var saying []*PlanRow
	var ids []int64
	for i := range rows {
		row := &rows[i]
		if (row.Ready() || row.Verdict == Present) && row.Entry.Email+row.Entry.Phone != "" {
			saying, ids = append(saying, row), append(ids, row.Runner)
		}
	}
	if len(saying) == 0 {
		return nil
	}
	known := map[int64]club.Contact{}
	if p.db != nil {
		var err error
		if known, err = p.db.Contacts(ctx, ids); err != nil {
			return err
		}
	}
	filled := map[int64]*queries.ImportedContact{}
	for _, row := range saying {
		whose := row.Runner
		if whose == 0 {
			whose = -int64(cmp.Or(row.With, row.Entry.Line))
		}
		contact := filled[whose]
		if contact == nil {
			contact = &queries.ImportedContact{Contact: known[row.Runner], New: -1}
			contact.RunnerID = row.Runner
			filled[whose] = contact
		}
		row.fill(contact)
	}
	return nil
}

// fill adds the contact details in a row to those of its runner.
func (r *PlanRow) fill(contact *queries.ImportedContact) {
	add := func(what string, known *string, says string, added *bool) {
		switch {
		case says == "" || says == *known:
		case *known != "":
			r.reason("another %s is known, and stays", what)
		default:
			*known, *added, r.Contact = says, true, contact
			r.reason("with %s", what)
		}
	}
	add("e-mail address", &contact.Email, r.Entry.Email, &contact.FromSheet.Email)
	add("telephone number", &contact.Phone, r.Entry.Phone, &contact.FromSheet.Phone)
	if r.Contact != nil && r.Verdict == Present {
		r.Verdict = Changed
	}
}
