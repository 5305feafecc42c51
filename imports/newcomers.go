package imports

import (
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/sheets"
)

// joinNewcomers gives the same new runner to rows of several races that would
// be matched if they came in successive sheets. It never does so for rows of
// one race.
func (p *planner) joinNewcomers(rows []PlanRow) {
	if len(p.races) < 2 {
		return
	}
	known := map[string][]*PlanRow{}
	at := map[[2]int]bool{}
	for i := range rows {
		row := &rows[i]
		if row.Runner != 0 || row.Verdict != New && row.Verdict != Warning {
			continue
		}
		key := club.Fold(row.Entry.Name)
		first := p.sameNewcomer(row.Entry, known[key])
		if first != nil && first.Verdict == New && row.Verdict == New && !row.Said && !at[[2]int{first.Entry.Line, row.Entry.Event}] {
			row.With = first.Entry.Line
			row.reason("the same new runner as line %s", sheets.PlaceOf(row.With))
			at[[2]int{row.With, row.Entry.Event}] = true
			continue
		}
		known[key] = append(known[key], row)
		at[[2]int{row.Entry.Line, row.Entry.Event}] = true
	}
}

// sameNewcomer returns the row whose new runner another row means too, or nil
// if there is none or more than one.
func (p *planner) sameNewcomer(e *sheets.ResultRow, firsts []*PlanRow) (same *PlanRow) {
	for _, first := range firsts {
		f := first.Entry
		newcomer := queries.Candidate{
			Name: f.Name, Key: club.Fold(f.Name), Sex: f.Sex, BirthDate: f.BirthDate, LicenceKey: club.LicenceKey(f.Licence), Club: f.Club,
		}
		m, fits := compare(e, newcomer, p.races[e.Event].HeldOn)
		if !fits || m.how == possible || otherAge(e, f) {
			continue
		}
		if same != nil {
			return nil
		}
		same = first
	}
	return same
}

// otherAge reports whether the runners of two rows were born in different
// years.
func otherAge(a, b *sheets.ResultRow) bool {
	if a.BirthYear > 0 && b.BirthYear > 0 {
		return a.BirthYear != b.BirthYear
	}
	return a.Age > 0 && b.Age > 0 && (a.Age-b.Age > 1 || b.Age-a.Age > 1)
}

// numbered numbers the new runners of a plan. Rows that join another row share
// its number.
type numbered struct {
	next    int
	byLine  map[int]int
	company map[int]bool
}

func (p *Plan) numbered() numbered {
	n := numbered{byLine: map[int]int{}, company: map[int]bool{}}
	for _, row := range p.Rows {
		if row.With != 0 {
			n.company[row.With] = true
		}
	}
	return n
}

func (n *numbered) of(row PlanRow) int {
	if row.With != 0 {
		return n.byLine[row.With]
	}
	index := n.next
	n.next++
	if n.company[row.Entry.Line] {
		n.byLine[row.Entry.Line] = index
	}
	return index
}
