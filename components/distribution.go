package components

import (
	"fmt"
	"strconv"

	"runnerdb/club"
)

// Distribution is a picture of how many finished when.
type Distribution struct {
	Figure
	Bars  []Bar
	Grid  []GridLine
	Ticks []Tick
	// Median is where the middle finisher stands.
	Median     float64
	MedianTime string
	// Own says that some bars have a part of the club's own.
	Own bool
}

// Bar is how many finished within some minutes. Own is the top of the part of
// the club's own.
type Bar struct {
	X, Width, Top, Own float64
	From, To           string
	Finishers, Ours    int
}

// DistributionData are finishers counted by equal spans of minutes from First
// on, with at least one.
type DistributionData struct {
	Title        string
	First, Width int
	Counts, Ours []int
	Median       club.FinishTime
}

// NewDistribution lays the picture out.
func NewDistribution(data DistributionData) Distribution {
	most, all := 0, 0
	for _, n := range data.Counts {
		most, all = max(most, n), all+n
	}
	last := data.First + data.Width*len(data.Counts)
	x := scale{float64(data.First), float64(last), chartLeft - 30, linesRight}
	y := scale{0, float64(most) * 1.06, chartBottom, chartTop}
	d := Distribution{
		Median: x.within(data.Median.Minutes()), MedianTime: data.Median.String(), Grid: countLines(y),
		Figure: Figure{
			ID: "bars", Kind: "bars", Title: data.Title,
			Description: fmt.Sprintf("%d finishers between %s and %s, half of them within %s. Most, %d, came in within the same %d minutes.",
				all, clock(data.First), clock(last), data.Median, most, data.Width),
		},
	}
	for i, n := range data.Counts {
		from := data.First + i*data.Width
		left, right := x.at(float64(from)), x.at(float64(from+data.Width))
		d.Bars = append(d.Bars, Bar{
			X: left + 0.5, Width: right - left - 1, Top: y.at(float64(n)), Own: y.at(float64(data.Ours[i])),
			From: clock(from), To: clock(from + data.Width), Finishers: n, Ours: data.Ours[i],
		})
		d.Own = d.Own || data.Ours[i] > 0 && data.Ours[i] < n
	}
	for i := 0; i <= len(data.Counts); i += max(1, (len(data.Counts)+3)/4) {
		from := data.First + i*data.Width
		d.Ticks = append(d.Ticks, Tick{x.at(float64(from)), clock(from)})
	}
	d.Table = d.table()
	return d
}

func (d Distribution) table() *FigureTable {
	table := FigureTable{Heads: []FigureHead{{Label: "Time"}, {Label: "Finishers", Number: true}}}
	if d.Own {
		table.Heads = append(table.Heads, FigureHead{Label: "For the club", Number: true})
	}
	for _, bar := range d.Bars {
		row := []string{bar.From + " to " + bar.To, strconv.Itoa(bar.Finishers)}
		if d.Own {
			row = append(row, strconv.Itoa(bar.Ours))
		}
		table.Rows = append(table.Rows, row)
	}
	return &table
}

// words are the bar's value; own says that the club's part is told, too.
func (b Bar) words(own bool) string {
	words := fmt.Sprintf("%s to %s: %s", b.From, b.To, plural(b.Finishers, "finisher", "finishers"))
	if own {
		words += fmt.Sprintf(", %d for the club", b.Ours)
	}
	return words
}

func clock(minutes int) string { return fmt.Sprintf("%d:%02d", minutes/60, minutes%60) }

// countLines are at most five levels of a count.
func countLines(y scale) []GridLine {
	step := 1
	for _, factor := range []int{2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000} {
		if y.high/float64(step) > 5 {
			step = factor
		}
	}
	var lines []GridLine
	for level := 0; float64(level) <= y.high && len(lines) < 10; level += step {
		lines = append(lines, GridLine{y.at(float64(level)), fmt.Sprint(level)})
	}
	return lines
}
