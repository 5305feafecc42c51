package sheets

import (
	"cmp"
	"slices"

	"runnerdb/club"
)

// settleTimes decides which of several times is the result: the one with the
// clearest name, unless it copies another.
func (m *mapper) settleTimes() {
	m.settleStatuses()
	times := m.all(Time)
	for _, i := range times {
		for _, other := range append(m.all(Net), m.all(Gun)...) {
			if m.sameTimes(i, other) && len(m.all(Time)) > 0 && m.columns[i].Field == Time {
				m.drop(i, "a copy of another time")
			}
		}
	}
	times = m.all(Time)
	if len(times) < 2 {
		return
	}
	best := slices.MinFunc(times, func(a, b int) int { return cmp.Compare(m.timeRank(a), m.timeRank(b)) })
	for _, i := range times {
		switch {
		case i == best:
		case m.sameTimes(i, best):
			m.drop(i, "a copy of another time")
		default:
			m.drop(i, "another time is the result")
		}
	}
}

// settleStatuses treats a column of times that holds only statuses as the
// status, if another column holds times: Result.
func (m *mapper) settleStatuses() {
	for _, i := range m.all(Time) {
		p := m.profiles[i]
		if p.clocks == 0 && p.mostly(p.statuses) && m.hasOtherTimes(i) && !m.has(Ending) {
			m.columns[i].Field = Ending
		}
	}
}

// timeRank ranks a column as the result; lower is clearer.
func (m *mapper) timeRank(column int) int {
	rank := 3
	switch key := word(m.columns[column].Header); key {
	case "actualtime", "actualt", "actual", "officialtime", "totaltime", "finaltime", "endzeit", "eindtyd":
		rank = 0
	case "time", "zeit", "temps", "tiempo", "tempo", "tijd", "tyd", "racetime", "finishtime", "χρονος":
		rank = 1
	case "result", "finish":
		rank = 2
	}
	if m.profiles[column].style.behind {
		rank += 5
	}
	if m.profiles[column].clocks == 0 {
		rank += 10
	}
	return rank
}

// sameTimes reports whether two columns hold the same times in nearly every
// row.
func (m *mapper) sameTimes(a, b int) bool {
	same, both := 0, 0
	for row, t := range m.profiles[a].times {
		if other, ok := m.profiles[b].times[row]; ok {
			both++
			if t == other {
				same++
			}
		}
	}
	return both > 0 && same*10 > both*9
}

// findMissing looks for the fields that results need among the columns whose
// names don't tell.
func (m *mapper) findMissing(rows int) {
	if !m.has(Time, Net, Gun) {
		m.findTime(rows)
	}
	if !m.has(Time, Net, Gun) {
		m.findBehind()
	}
	if !m.has(Time, Net, Gun, Ending) {
		m.takeBack()
	}
	if !m.has(Name, First, Last) {
		m.findName(rows)
	}
	for i := range m.columns {
		if m.columns[i].Field == "" && m.profiles[i].filled > 0 {
			m.guess(i)
		}
	}
}

// guess sets the field of an unnamed column by its values.
func (m *mapper) guess(column int) {
	p := m.profiles[column]
	nameless, numbers := m.columns[column].Header == "", p.mostly(p.numbers)
	for _, g := range []struct {
		field Field
		fits  bool
	}{
		{SexOf, p.sexes*10 > p.filled*9},
		{Ending, p.mostly(p.statuses)},
		{Category, nameless && p.mostly(p.grouped) && !numbers},
		{Position, nameless && numbers && m.counts(column) && len(p.distinct)*10 > p.filled*8},
		{Bib, nameless && numbers && len(p.distinct)*10 > p.filled*9},
	} {
		if g.fits && !m.has(g.field) {
			m.find(column, g.field)
			return
		}
	}
}

func (m *mapper) find(column int, field Field) {
	m.columns[column].Field, m.columns[column].Note = field, "told by its values"
}

// findBehind takes a column that is called a gap but holds the winner's time.
func (m *mapper) findBehind() {
	for i, c := range m.columns {
		if c.Field == Skip && c.Note == "" && m.profiles[i].style.behind {
			m.find(i, Time)
			return
		}
	}
}

// takeBack takes a column that is called a time although none can be read, so
// that each row says why.
func (m *mapper) takeBack() {
	for i, c := range m.columns {
		if field := fieldOf(c.Header); c.Note == noteNoTimes && isTimeField(field) && field != finish && m.profiles[i].mostly(m.profiles[i].coded) {
			m.columns[i].Field, m.columns[i].Note = field, ""
			return
		}
	}
}

// findTime takes the column with the longest times as the result, because a
// finish comes after all splits. Times of day are longer still, but close
// together.
func (m *mapper) findTime(rows int) {
	best := -1
	for i, p := range m.profiles {
		if m.columns[i].Field != "" || p.clocks == 0 || !p.mostly(p.clocks+p.statuses) || p.filled*3 < rows {
			continue
		}
		if m.looksLikeDay(p) {
			m.drop(i, "a time of day")
			continue
		}
		if best < 0 || m.median(i) > m.median(best) {
			best = i
		}
	}
	if best >= 0 {
		m.find(best, Time)
	}
}

// looksLikeDay reports whether times lie close together, as times of day do.
func (m *mapper) looksLikeDay(p profile) bool {
	const hour = club.FinishTime(3_600_000)
	shortest := p.longest
	for _, t := range p.times {
		shortest = min(shortest, t)
	}
	return len(p.times) > 2 && shortest > 5*hour && p.longest < 24*hour && p.longest-shortest < 3*hour && p.longest < shortest*14/10
}

func (m *mapper) median(column int) club.FinishTime {
	times := make([]club.FinishTime, 0, len(m.profiles[column].times))
	for _, t := range m.profiles[column].times {
		times = append(times, t)
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// findName takes the column with the most distinct words as the name, and a
// similar one beside it as the rest of the name.
func (m *mapper) findName(rows int) {
	best := -1
	for i := range m.columns {
		if v := m.variety(i, rows); v > 0 && (best < 0 || v > m.variety(best, rows)) {
			best = i
		}
	}
	if best < 0 || len(m.profiles[best].distinct)*2 < m.profiles[best].filled {
		return
	}
	for _, other := range []int{best + 1, best - 1} {
		if !m.fullNames(best) && other >= 0 && other < len(m.columns) && m.variety(other, rows)*2 >= m.variety(best, rows) {
			m.find(min(best, other), First)
			m.find(max(best, other), Last)
			return
		}
	}
	m.find(best, Name)
}

// variety counts the distinct words of a column that may be names.
func (m *mapper) variety(column, rows int) int {
	p := m.profiles[column]
	if m.columns[column].Field != "" || !p.mostly(p.worded) || p.filled*3 < rows*2 ||
		p.mostly(p.sexes) || p.mostly(p.statuses) || p.mostly(p.grouped) {
		return 0
	}
	return len(p.distinct) + 2*p.twoWords
}
