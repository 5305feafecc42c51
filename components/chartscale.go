package components

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"runnerdb/club"
)

// The drawing's size and the plot's bounds in it, in units of the viewBox.
const (
	chartWidth, chartHeight = 420, 260
	chartLeft, chartRight   = 74.0, 344.0
	chartTop, chartBottom   = 12.0, 228.0
)

// GridLine is a level of time.
type GridLine struct {
	Y     float64
	Label string
}

// Tick is a place on the axis across.
type Tick struct {
	X     float64
	Label string
}

// scale maps values from low to high onto the drawing from start to end.
type scale struct{ low, high, start, end float64 }

func (s scale) at(value float64) float64 {
	if s.high == s.low {
		return (s.start + s.end) / 2
	}
	return s.start + (value-s.low)/(s.high-s.low)*(s.end-s.start)
}

// within is the place of a value, at the edge for one beyond it.
func (s scale) within(value float64) float64 {
	return s.at(min(max(value, s.low), s.high))
}

// scales leave room for all that was run and for what is predicted, and some
// for what was predicted before; where that goes further it ends at the edge.
func (d ChartData) scales() (x, y scale) {
	low, high := d.Next.Low95.Minutes(), d.Next.High95.Minutes()
	for _, race := range d.Races {
		low, high = min(low, d.drawn(race).Minutes()), max(high, d.drawn(race).Minutes())
	}
	room := (high - low) / 2
	lowest, highest := low-room, high+room
	for _, before := range d.Past {
		low = max(min(low, before.Next.lowest().Minutes()), lowest)
		high = min(max(high, before.Next.highest().Minutes()), highest)
	}
	margin := (high - low) * 0.05
	return scale{0, d.nextDay(), chartLeft + 10, chartRight - 10}, scale{low - margin, high + margin, chartBottom, chartTop}
}

// day counts days since the first race.
func (d ChartData) day(race ChartRace) float64 {
	return float64(race.HeldOn.DaysSince(d.Races[0].HeldOn))
}

// nextDay is that of the next race, but leaves the fan the room to be seen.
func (d ChartData) nextDay() float64 {
	const week, share = 7, 0.12
	last := d.Races[len(d.Races)-1]
	gap := float64(d.NextOn.DaysSince(last.HeldOn))
	return d.day(last) + max(gap, d.day(last)*share, week)
}

// dates marks days along the time axis.
func (d ChartData) dates(x scale) []Tick {
	first := d.Races[0].HeldOn
	return dateTicks(first, first.AddDays(int(d.nextDay())), x)
}

// dateTicks marks the beginnings of at most six years or, where fewer than two
// years begin, of at most four months.
func dateTicks(first, last club.Date, x scale) []Tick {
	tick := func(year int, month time.Month, label string) Tick {
		return Tick{x.at(float64(club.Date{Year: year, Month: month, Day: 1}.DaysSince(first))), label}
	}
	var ticks []Tick
	for year := first.Year + 1; year <= last.Year; year += (last.Year-first.Year)/6 + 1 {
		ticks = append(ticks, tick(year, time.January, strconv.Itoa(year)))
	}
	if len(ticks) > 1 {
		return ticks
	}
	ticks = nil
	months := 12*(last.Year-first.Year) + int(last.Month-first.Month)
	for n := 1; n <= months; n += months/4 + 1 {
		begun := int(first.Month) - 1 + n
		year, month := first.Year+begun/12, time.Month(begun%12+1)
		ticks = append(ticks, tick(year, month, fmt.Sprintf("%.3s %d", month, year)))
	}
	return ticks
}

// gridSteps are round distances between levels of time, in minutes.
var gridSteps = []float64{0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 960, 1920}

func gridLines(y scale) []GridLine {
	step := gridSteps[len(gridSteps)-1]
	for _, candidate := range gridSteps {
		if (y.high-y.low)/candidate <= 5 {
			step = candidate
			break
		}
	}
	var lines []GridLine
	for level := math.Ceil(max(y.low, 0)/step) * step; level <= y.high && len(lines) < 10; level += step {
		lines = append(lines, GridLine{y.at(level), club.FinishTimeOfMinutes(level).String()})
	}
	return lines
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
