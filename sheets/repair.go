package sheets

import (
	"fmt"
	"slices"

	"runnerdb/club"
)

// If somebody types 40:09, a spreadsheet reads 40 hours and 9 minutes and
// displays 40:09:00: minutes and seconds have become hours and minutes.

const (
	oneHour   = club.FinishTime(3_600_000)
	oneMinute = club.FinishTime(60_000)
)

// unslip converts hours and minutes back to minutes and seconds. Seconds turn
// back into hundredths.
func unslip(t club.FinishTime) club.FinishTime {
	minutes := t / oneMinute
	rest := t % oneMinute / 1000
	return minutes*1000 + rest*10
}

// slipped reports whether a time over a length is implausibly slow, but
// plausible at a sixtieth.
func slipped(t club.FinishTime, length club.Metres) bool {
	fastest, slowest := club.Plausible(length)
	repaired := unslip(t)
	return t > slowest && repaired >= fastest && repaired <= slowest
}

// widest is the largest plausible ratio of the slowest to the fastest time of a
// race.
const widest = 8

// slippedColumn reports whether a column of times over an unknown length has
// slipped: its times are whole minutes, and some exceed a day, or all exceed
// half a day, or far exceed one that is not whole minutes.
func slippedColumn(times []club.FinishTime) bool {
	const few = 5
	var whole, others []club.FinishTime
	for _, t := range times {
		if t%oneMinute == 0 {
			whole = append(whole, t)
		} else {
			others = append(others, t)
		}
	}
	if len(whole) == 0 {
		return false
	}
	shortest, longest := slices.Min(whole), slices.Max(whole)
	if len(others) > 0 {
		return longest > 12*oneHour && longest > widest*slices.Min(others) || longest > 24*oneHour && len(whole)*4 >= len(times)
	}
	return longest > 24*oneHour || len(whole) >= few && shortest > 12*oneHour
}

// inHoursOver reports whether a time over a length is implausibly fast as
// minutes and seconds, but plausible as hours and minutes: 3:40 for a marathon.
func inHoursOver(t club.FinishTime, length span) bool {
	fastest, _ := club.Plausible(length.shortest)
	_, slowest := club.Plausible(length.longest)
	return t > 0 && t%1000 == 0 && t < fastest && t*60 >= fastest && t*60 <= slowest
}

// hoursColumn reports whether inHoursOver holds for nearly all times of a
// column.
func hoursColumn(times []club.FinishTime, length span) bool {
	n := 0
	for _, t := range times {
		if inHoursOver(t, length) {
			n++
		}
	}
	return n > 0 && n*10 >= len(times)*9
}

// repair proposes corrections for times that a spreadsheet has spoilt.
func (s *Sheet) repair() {
	byEvent := map[int][]*ResultRow{}
	for i := range s.Entries {
		e := &s.Entries[i]
		byEvent[e.Event] = append(byEvent[e.Event], e)
	}
	for event, entries := range byEvent {
		info := s.Events[event]
		likely := span{info.Length, info.Length}
		if info.Length == 0 {
			likely = likelyLength(info.Name + " " + s.titles)
		}
		repairColumn(entries, info.Length, likely, func(e *ResultRow) *club.FinishTime { return &e.Net })
		repairColumn(entries, info.Length, likely, func(e *ResultRow) *club.FinishTime { return &e.Gun })
		if info.Length == 0 {
			warnOfShort(entries, likely)
		}
	}
}

// short is a time in which nobody runs 5 km.
const short = 12*oneMinute + 30_000

// warnOfShort warns of times that may be hours and minutes if the length of the
// race is unknown: all are short, or one is far shorter than the others, or too
// short for a race of that name.
func warnOfShort(entries []*ResultRow, likely span) {
	const far = 10
	times := make([]club.FinishTime, 0, len(entries))
	for _, e := range entries {
		if e.Time() > 0 {
			times = append(times, e.Time())
		}
	}
	if len(times) == 0 {
		return
	}
	slices.Sort(times)
	fastest, _ := club.Plausible(likely.shortest)
	longest, middle := times[len(times)-1], times[len(times)/2]
	for _, e := range entries {
		if t := e.Time(); t > 0 && t%1000 == 0 && (longest < short || t*far < middle || t < fastest) {
			e.warn(fmt.Sprintf("%s is read as minutes and seconds: if it was hours and minutes, say how long the race was", t))
		}
	}
}

// areHours reports whether the times of a race are hours and minutes that were
// read as minutes and seconds. If the length is only likely, one of them must
// be too short for any race.
func areHours(times []club.FinishTime, length club.Metres, likely span) bool {
	return likely.shortest > 0 && hoursColumn(times, likely) && (length > 0 || slices.Min(times) < short)
}

func repairColumn(entries []*ResultRow, length club.Metres, likely span, column func(*ResultRow) *club.FinishTime) {
	var times []club.FinishTime
	for _, e := range entries {
		if t := *column(e); t > 0 {
			times = append(times, t)
		}
	}
	all := length == 0 && slippedColumn(times)
	hours := areHours(times, length, likely)
	for _, e := range entries {
		t := column(e)
		isSlip := length > 0 && slipped(*t, length) || all && *t%oneMinute == 0 && *t >= 6*oneHour
		if hours && inHoursOver(*t, likely) {
			e.warn(fmt.Sprintf("%s is too fast, so it was probably hours and minutes: taken as %s", *t, *t*60))
			*t *= 60
			continue
		}
		if *t == 0 || !isSlip {
			continue
		}
		before := *t
		*t = unslip(before)
		e.warn(fmt.Sprintf("%s was probably typed as minutes and seconds: taken as %s", before, *t))
	}
}
