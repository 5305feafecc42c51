package components

import (
	"fmt"
	"strings"

	"runnerdb/club"
)

// Chart is a drawing of a series and its forecast, in units of the viewBox.
type Chart struct {
	Figure
	// Record says in words how the predictions of the past have done.
	Record string

	Grid   []GridLine
	Dates  []Tick
	Line   string
	Points []Mark
	// Crowded says that there are too many races for large marks.
	Crowded bool
	Past    ChartPast
	Last    Mark
	Next    Mark
	// Fan80 and Fan95 are outlines; Low and High the heights of their ends.
	Fan80, Fan95 string
	Low80, Low95 float64
	High80       float64
	High95       float64
	Labels       []Mark
	Adjusted     bool
	// Toggle switches between the times as run and those without the effects of
	// the days; nil where those are not known.
	Toggle *ChartToggle
}

// ChartToggle leads to the chart's other form.
type ChartToggle struct{ Label, URL string }

// Mark is one race.
type Mark struct {
	X, Y  float64
	Label string
}

// ChartData is what a chart shows: races in date order, at least one, and the
// forecast of the next.
type ChartData struct {
	RunnerName string
	Distance   string
	Races      []ChartRace
	Next       ChartInterval
	NextOn     club.Date
	Past       []ChartForecast
	// Adjusted says that the races are drawn without the effects of the days on
	// which they were run.
	Adjusted bool
	Toggle   *ChartToggle
}

// ChartRace is one race of the series.
type ChartRace struct {
	HeldOn club.Date
	Name   string
	Time   club.FinishTime
	// Adjusted is the time without the effect of the day, where it is known.
	Adjusted club.FinishTime
}

// ChartInterval is a predicted time and its limits, 0 where there are none.
type ChartInterval struct {
	Time, Low80, High80, Low95, High95 club.FinishTime
}

func (i ChartInterval) bounded() bool            { return i.High95 > 0 }
func (i ChartInterval) highest() club.FinishTime { return max(i.Time, i.High95) }
func (i ChartInterval) lowest() club.FinishTime {
	if i.bounded() {
		return i.Low95
	}
	return i.Time
}

// ChartForecast is what was predicted before a race.
type ChartForecast struct {
	Race int // in ChartData.Races
	Next ChartInterval
}

// fewToMark is the number of races up to which each has a large mark, and so
// has what was predicted before it; more would hide each other.
const fewToMark = 40

// drawn is the time that the race stands at.
func (d ChartData) drawn(race ChartRace) club.FinishTime {
	if d.Adjusted {
		return race.Adjusted
	}
	return race.Time
}

// NewChart lays the drawing out. Races stand at their dates; the forecast
// stands at NextOn, or somewhat later where that is too near to be drawn.
func NewChart(data ChartData) Chart {
	x, y := data.scales()
	next := x.at(data.nextDay())
	chart := Chart{
		Figure:   Figure{ID: "chart", Title: data.title(), Description: data.description(), Table: data.table()},
		Record:   data.record(),
		Grid:     gridLines(y),
		Dates:    data.dates(x),
		Points:   data.points(x, y),
		Crowded:  len(data.Races) > fewToMark,
		Past:     data.past(x, y),
		Next:     Mark{next, y.at(data.Next.Time.Minutes()), data.nextWords()},
		Low80:    y.at(data.Next.Low80.Minutes()),
		High80:   y.at(data.Next.High80.Minutes()),
		Low95:    y.at(data.Next.Low95.Minutes()),
		High95:   y.at(data.Next.High95.Minutes()),
		Adjusted: data.Adjusted,
		Toggle:   data.Toggle,
	}
	if chart.Crowded {
		chart.Kind = "crowded"
	}
	chart.Line = polyline(chart.Points)
	chart.Last = chart.Points[len(chart.Points)-1]
	chart.Fan80 = polyline([]Mark{chart.Last, {X: next, Y: chart.Low80}, {X: next, Y: chart.High80}})
	chart.Fan95 = polyline([]Mark{chart.Last, {X: next, Y: chart.Low95}, {X: next, Y: chart.High95}})
	chart.Labels = data.labels(chart)
	return chart
}

func (d ChartData) title() string {
	title := fmt.Sprintf("%s over %s", d.RunnerName, d.Distance)
	if d.Adjusted {
		title += ", without the effects of the days"
	}
	return title
}

func (d ChartData) description() string {
	first, last := d.Races[0], d.Races[len(d.Races)-1]
	words := fmt.Sprintf("%s since %s, the fastest in %s, the last in %s. Next: %s, between %s and %s. %s",
		races(len(d.Races)), first.HeldOn.Words(), d.fastest(), d.drawn(last), d.Next.Time, d.Next.Low95, d.Next.High95, d.record())
	return strings.TrimSpace(words)
}

func (d ChartData) nextWords() string {
	return fmt.Sprintf("next: %s (95 %%: %s to %s; 80 %%: %s to %s)",
		d.Next.Time, d.Next.Low95, d.Next.High95, d.Next.Low80, d.Next.High80)
}

func (d ChartData) points(x, y scale) []Mark {
	predicted := map[int]string{}
	for _, before := range d.Past {
		predicted[before.Race] = "; predicted " + before.Next.Time.String()
	}
	marks := make([]Mark, len(d.Races))
	for i, race := range d.Races {
		words := fmt.Sprintf("%s: %s, %s%s", race.HeldOn.Words(), race.Time, race.Name, predicted[i])
		if d.Adjusted {
			words += "; without the day " + race.Adjusted.String()
		}
		marks[i] = Mark{x.at(d.day(race)), y.at(d.drawn(race).Minutes()), words}
	}
	return marks
}

// labels are the predicted time and, where there is room, its limits, right
// of the bar.
func (d ChartData) labels(chart Chart) []Mark {
	const lineHeight, gap = 16, 11
	x := chart.Next.X + gap
	labels := []Mark{{x, chart.Next.Y, d.Next.Time.String()}}
	if chart.Low95-chart.Next.Y > lineHeight {
		labels = append(labels, Mark{x, chart.Low95, d.Next.Low95.String()})
	}
	if chart.Next.Y-chart.High95 > lineHeight {
		labels = append(labels, Mark{x, chart.High95, d.Next.High95.String()})
	}
	return labels
}

func (d ChartData) fastest() club.FinishTime {
	fastest := d.drawn(d.Races[0])
	for _, race := range d.Races {
		fastest = min(fastest, d.drawn(race))
	}
	return fastest
}

// polyline are the points of a line or an outline.
func polyline(marks []Mark) string {
	var b strings.Builder
	for i, mark := range marks {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(px(mark.X) + "," + px(mark.Y))
	}
	return b.String()
}
