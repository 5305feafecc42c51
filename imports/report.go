package imports

import (
	"runnerdb/club"
	"runnerdb/sheets"
)

// Report is a plan for programs, as printed by `runnerdb import --dry-run
// --json`.
type Report struct {
	Sheet     string            `json:"sheet"`
	HeaderRow *int              `json:"header_row"`
	Mapping   map[string]string `json:"mapping"`
	Events    []ReportEvent     `json:"events"`
	Rows      []ReportRow       `json:"rows"`
	Summary   map[string]int    `json:"summary"`
}

// ReportEvent is a race of the sheet.
type ReportEvent struct {
	Name   string `json:"name"`
	Metres int    `json:"metres,omitempty"`
	Date   string `json:"date,omitempty"`
	Rows   int    `json:"rows"`
}

// ReportRow is a row of the sheet. Unknown times are null.
type ReportRow struct {
	Line    int      `json:"line"`
	Name    string   `json:"name"`
	TimeMS  *int64   `json:"time_ms"`
	GunMS   *int64   `json:"gun_ms"`
	Status  string   `json:"status"`
	Verdict Verdict  `json:"verdict"`
	Reasons []string `json:"reasons"`
}

// Report converts the plan for programs.
func (p *Plan) Report() Report {
	r := Report{Sheet: p.Sheet.Name, Mapping: map[string]string{}, Events: []ReportEvent{}, Rows: make([]ReportRow, 0, len(p.Rows)), Summary: map[string]int{}}
	if p.Sheet.Header > 0 {
		r.HeaderRow = &p.Sheet.Header
	}
	for _, c := range p.Sheet.Columns {
		if c.Field == sheets.Skip || c.Field == sheets.Private {
			continue
		}
		r.Mapping[c.Key()] = string(c.Field)
	}
	for _, e := range p.Sheet.Events {
		r.Events = append(r.Events, ReportEvent{e.Name, int(e.Length), e.HeldOn.String(), e.Rows})
	}
	for _, row := range p.Rows {
		r.Rows = append(r.Rows, reportRow(row))
		r.Summary[string(row.Verdict)]++
	}
	r.Summary["rows"], r.Summary["skipped"] = len(p.Rows), len(p.Sheet.Skipped)
	return r
}

func reportRow(row PlanRow) ReportRow {
	status := string(row.Entry.Status)
	if row.Entry.Status == club.OutOfTime {
		status = "OOT"
	}
	return ReportRow{
		Line: sheets.LineOf(row.Entry.Line), Name: row.Entry.Name, TimeMS: known(row.Entry.Time()), GunMS: known(row.Entry.Gun),
		Status: status, Verdict: row.Verdict, Reasons: append([]string{}, row.Reasons...),
	}
}

func known(t club.FinishTime) *int64 {
	if t == 0 {
		return nil
	}
	ms := int64(t)
	return &ms
}
