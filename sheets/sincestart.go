package sheets

import (
	"fmt"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// settleStart decides whether times must be calculated: if there are only a
// start and a finish, the time is their difference.
func (m *mapper) settleStart() {
	starts, ends := m.all(start), append(m.all(finish), m.all(Time)...)
	if len(starts) != 1 || len(ends) != 1 || m.has(Net, Gun) || m.profiles[starts[0]].clocks == 0 {
		return
	}
	at, end := starts[0], ends[0]
	isFinish := m.columns[end].Field == finish
	if !isFinish && (!strings.HasPrefix(word(m.columns[end].Header), "fin") || !m.isLater(end, at)) {
		return
	}
	m.start = at
	m.drop(at, "the start, which the finish is less by")
	m.columns[end].Field, m.columns[end].Note = Time, "the finish: the start is taken off"
}

// isLater reports whether the times of a column are later than those of another
// in nearly every row.
func (m *mapper) isLater(column, than int) bool {
	later, both := 0, 0
	for row, t := range m.profiles[column].times {
		if other, ok := m.profiles[than].times[row]; ok {
			both++
			if t > other {
				later++
			}
		}
	}
	return both > 0 && later*10 > both*9
}

// sinceStart returns the time from start to finish of a row, also across
// midnight.
func (r *reader) sinceStart(row grid.Row, end clock, e *ResultRow) clock {
	if end.time == 0 || r.start >= len(row.Cells) || row.Text(r.start) == "" {
		if end.time > 0 {
			return clock{problem: "the start is missing, so the time is not known"}
		}
		return end
	}
	began := readClock(row.Cells[r.start], style{})
	if began.problem != "" || began.status != "" {
		return clock{problem: "the start " + quote(row.Text(r.start)) + " can’t be read"}
	}
	since := end.time - began.time
	if since <= 0 {
		since += club.FinishTime(dayMillis)
	}
	if since <= 0 {
		return clock{problem: "the finish is before the start"}
	}
	e.warn(fmt.Sprintf("from the start at %s to the finish at %s", began.time, end.time))
	return clock{time: since}
}
