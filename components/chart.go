package components

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"runnerdb/club"
)

// The drawing's size and the plot's bounds in it, in units of the viewBox.
const (
	chartWidth, chartHeight = 420, 260
	chartLeft, chartRight   = 64.0, 362.0
	chartTop, chartBottom   = 12.0, 228.0
)

// Chart is a drawing of a series and its forecast, in units of the viewBox.
type Chart struct {
	Title, Description, Caption string

	Grid      []GridLine
	Years     []Tick
	Line      string
	Points    []Mark
	Last      Mark
	Next      Mark
	Low, High float64
	Labels    []Mark
}

// GridLine is a level of time.
type GridLine struct {
	Y     float64
	Label string
}

// Tick is a year on the time axis.
type Tick struct {
	X     float64
	Label string
}

// Mark is one race.
type Mark struct {
	X, Y  float64
	Label string
}

// ChartData is what a chart shows: races in date order, at least two, and the
// forecast of the next.
type ChartData struct {
	RunnerName string
	Distance   string
	Races      []ChartRace
	Next       club.FinishTime
	Low, High  club.FinishTime
}

// ChartRace is one race of the series.
type ChartRace struct {
	HeldOn club.Date
	Name   string
	Time   club.FinishTime
}

// NewChart lays the drawing out. Races stand at their dates; the forecast
// stands where the next race would be if the runner goes on as often as so
// far.
func NewChart(data ChartData) Chart {
	x, y := data.scales()
	last := data.Races[len(data.Races)-1]
	chart := Chart{
		Title: fmt.Sprintf("%s over %s", data.RunnerName, data.Distance),
		Description: fmt.Sprintf("%s since %s, the fastest in %s, the last in %s. Next: %s, between %s and %s.",
			races(len(data.Races)), data.Races[0].HeldOn.Words(), data.fastest(), last.Time, data.Next, data.Low, data.High),
		Caption: "Dots are races; the large one is the prediction, the bar its 95 % interval. Lower is faster.",
		Next: Mark{
			x.at(data.nextDay()), y.at(data.Next.Minutes()),
			fmt.Sprintf("next: %s (%s to %s)", data.Next, data.Low, data.High),
		},
		Low:   y.at(data.Low.Minutes()),
		High:  y.at(data.High.Minutes()),
		Grid:  gridLines(y),
		Years: data.years(x),
	}
	var line strings.Builder
	for _, race := range data.Races {
		mark := Mark{
			x.at(data.day(race)), y.at(race.Time.Minutes()),
			fmt.Sprintf("%s: %s, %s", race.HeldOn.Words(), race.Time, race.Name),
		}
		chart.Points = append(chart.Points, mark)
		fmt.Fprintf(&line, "%s,%s ", px(mark.X), px(mark.Y))
	}
	chart.Line = strings.TrimSpace(line.String())
	chart.Last = chart.Points[len(chart.Points)-1]
	chart.Labels = data.labels(chart)
	return chart
}

// labels are the predicted time and, where there is room, its limits, right
// of the bar.
func (d ChartData) labels(chart Chart) []Mark {
	const lineHeight, gap = 16, 11
	x := chart.Next.X + gap
	labels := []Mark{{x, chart.Next.Y, d.Next.String()}}
	if chart.Low-chart.Next.Y > lineHeight {
		labels = append(labels, Mark{x, chart.Low, d.Low.String()})
	}
	if chart.Next.Y-chart.High > lineHeight {
		labels = append(labels, Mark{x, chart.High, d.High.String()})
	}
	return labels
}

func (Chart) viewBox() string { return fmt.Sprintf("0 0 %d %d", chartWidth, chartHeight) }

// scale maps values from low to high onto the drawing from start to end.
type scale struct{ low, high, start, end float64 }

func (s scale) at(value float64) float64 {
	if s.high == s.low {
		return (s.start + s.end) / 2
	}
	return s.start + (value-s.low)/(s.high-s.low)*(s.end-s.start)
}

func (d ChartData) scales() (x, y scale) {
	low, high := d.Low.Minutes(), d.High.Minutes()
	for _, race := range d.Races {
		low, high = min(low, race.Time.Minutes()), max(high, race.Time.Minutes())
	}
	margin := (high - low) * 0.05
	return scale{0, d.nextDay(), chartLeft + 10, chartRight - 10}, scale{low - margin, high + margin, chartBottom, chartTop}
}

// day counts days since the first race.
func (d ChartData) day(race ChartRace) float64 {
	return float64(race.HeldOn.DaysSince(d.Races[0].HeldOn))
}

func (d ChartData) nextDay() float64 {
	last := d.day(d.Races[len(d.Races)-1])
	return last + max(last/float64(len(d.Races)-1), 7)
}

func (d ChartData) fastest() club.FinishTime {
	fastest := d.Races[0].Time
	for _, race := range d.Races {
		fastest = min(fastest, race.Time)
	}
	return fastest
}

// years marks the beginnings of at most six years.
func (d ChartData) years(x scale) []Tick {
	first := d.Races[0].HeldOn
	last := first.AddDays(int(d.nextDay())).Year
	step := (last-first.Year)/6 + 1
	var ticks []Tick
	for year := first.Year + 1; year <= last; year += step {
		at := x.at(float64(club.Date{Year: year, Month: 1, Day: 1}.DaysSince(first)))
		ticks = append(ticks, Tick{at, strconv.Itoa(year)})
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
