package components

import (
	"fmt"
	"math"
	"slices"

	"runnerdb/club"
)

// MaxLines is how many lines a drawing tells apart.
const MaxLines = 4

// LinesData are up to MaxLines lines over time, at least one of them with a
// point.
type LinesData struct {
	Title, Description string
	Lines              []LineData
	// Percent says that values are per cent, not minutes.
	Percent bool
	// Steps draws each value on until the next, as a record stands.
	Steps bool
}

// LineData is one line, its points in date order.
type LineData struct {
	Name   string
	Points []LinePoint
}

// LinePoint is a value on a day, and what it is in words. Figure and Note are
// for the table; without figures there is none.
type LinePoint struct {
	On           club.Date
	Value        float64
	Words        string
	Figure, Note string
}

// Lines is such a drawing, laid out.
type Lines struct {
	Figure
	Grid  []GridLine
	Dates []Tick
	Lines []DrawnLine
	Note  string
}

// DrawnLine is a line with its marks; Style tells it from the others, 1 to
// MaxLines.
type DrawnLine struct {
	Name, Points string
	Style        int
	Marks        []DrawnMark
}

// DrawnMark is a mark with its outline.
type DrawnMark struct{ Path, Label string }

const linesRight = 404.0

// NewLines lays the drawing out.
func NewLines(data LinesData) Lines {
	first, last := data.span()
	x := scale{0, float64(max(last.DaysSince(first), 1)), chartLeft + 10, linesRight - 10}
	y := data.values()
	drawing := Lines{
		Figure: Figure{ID: "lines", Kind: "lines", Title: data.Title, Description: data.Description, Table: data.table()},
		Dates:  dateTicks(first, last, x), Note: "lower is faster",
	}
	if data.Percent {
		drawing.Grid, drawing.Note = percentLines(y), "higher is better"
	} else {
		drawing.Grid = gridLines(y)
	}
	for i, line := range data.Lines[:min(len(data.Lines), MaxLines)] {
		drawn := DrawnLine{Name: line.Name, Style: i + 1}
		var marks []Mark
		for _, point := range line.Points {
			mark := Mark{X: x.at(float64(point.On.DaysSince(first))), Y: y.at(point.Value)}
			if data.Steps && len(marks) > 0 {
				marks = append(marks, Mark{X: mark.X, Y: marks[len(marks)-1].Y})
			}
			marks = append(marks, mark)
			drawn.Marks = append(drawn.Marks, DrawnMark{markPath(i, mark), point.Words})
		}
		drawn.Points = polyline(marks)
		drawing.Lines = append(drawing.Lines, drawn)
	}
	return drawing
}

func (d LinesData) span() (first, last club.Date) {
	for _, line := range d.Lines {
		for _, point := range line.Points {
			if first.IsZero() || point.On.Compare(first) < 0 {
				first = point.On
			}
			if last.IsZero() || point.On.Compare(last) > 0 {
				last = point.On
			}
		}
	}
	return first, last
}

// table is what the lines show; nil where the points have no figures.
func (d LinesData) table() *FigureTable {
	table := FigureTable{Heads: []FigureHead{{Label: "Date"}, {Label: "Runner"}, {Label: "Race"}, {Label: "Value", Number: true}}}
	for _, line := range d.Lines {
		for _, p := range line.Points {
			if p.Figure != "" {
				table.Rows = append(table.Rows, []string{p.On.Words(), line.Name, p.Note, p.Figure})
			}
		}
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return &table
}

// values maps them onto the height, with a margin. Better is down for times and
// up for per cent.
func (d LinesData) values() scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, line := range d.Lines {
		for _, point := range line.Points {
			low, high = min(low, point.Value), max(high, point.Value)
		}
	}
	margin := max((high-low)*0.08, high*0.01)
	return scale{low - margin, high + margin, chartBottom, chartTop}
}

func percentLines(y scale) []GridLine {
	steps := []float64{1, 2, 5, 10, 20, 50, 100}
	i := slices.IndexFunc(steps, func(step float64) bool { return (y.high-y.low)/step <= 5 })
	step := steps[max(i, 0)]
	var lines []GridLine
	for level := math.Ceil(y.low/step) * step; level <= y.high && len(lines) < 10; level += step {
		lines = append(lines, GridLine{y.at(level), fmt.Sprintf("%.0f %%", level)})
	}
	return lines
}

// markPath is the outline of a mark: circle, square, diamond and triangle, so
// that lines are told apart without colour.
func markPath(style int, at Mark) string {
	const r = 4.0
	switch style {
	case 0:
		return fmt.Sprintf("M%s %sa%g %g 0 1 0 %g 0a%g %g 0 1 0 -%g 0z", px(at.X-r), px(at.Y), r, r, 2*r, r, r, 2*r)
	case 1:
		return fmt.Sprintf("M%s %sh%gv%gh-%gz", px(at.X-r), px(at.Y-r), 2*r, 2*r, 2*r)
	case 2:
		return fmt.Sprintf("M%s %sl%g %gl-%g %gl-%g-%gz", px(at.X), px(at.Y-r-1), r+1, r+1, r+1, r+1, r+1, r+1)
	default:
		return fmt.Sprintf("M%s %sl%g %gh-%gz", px(at.X), px(at.Y-r-1), r+1, 2*r, 2*(r+1))
	}
}
