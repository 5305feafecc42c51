package components

import (
	"fmt"
	"math"
)

// Reliability is a picture of stated chances against what came: on the diagonal
// they are right.
type Reliability struct {
	Figure
	Grid   []GridLine
	Ticks  []Tick
	Points []Mark
	Line   string
}

// ReliabilityPoint is so many goals with a mean stated chance, and the share of
// them that was reached, both in per cent.
type ReliabilityPoint struct {
	Goals           int
	Stated, Reached float64
}

// reliabilityRight leaves room for the half of "100 %" that stands beyond it.
const reliabilityRight = 396.0

// NewReliability lays the picture out; there is at least one point.
func NewReliability(title string, points []ReliabilityPoint) Reliability {
	x, y := scale{0, 100, chartLeft, reliabilityRight}, scale{0, 100, chartBottom, chartTop}
	picture := Reliability{Figure: Figure{ID: "reliability", Kind: "reliability", Title: title}}
	farthest := 0.0
	for _, p := range points {
		farthest = max(farthest, math.Abs(p.Stated-p.Reached))
		picture.Points = append(picture.Points, Mark{
			X: x.at(p.Stated), Y: y.at(p.Reached),
			Label: fmt.Sprintf("said %.0f %%, came %.0f %%, %d goals", p.Stated, p.Reached, p.Goals),
		})
	}
	for level := 0; level <= 100; level += 25 {
		picture.Grid = append(picture.Grid, GridLine{y.at(float64(level)), fmt.Sprintf("%d %%", level)})
		picture.Ticks = append(picture.Ticks, Tick{x.at(float64(level)), fmt.Sprintf("%d %%", level)})
	}
	picture.Line = polyline([]Mark{{X: x.at(0), Y: y.at(0)}, {X: x.at(100), Y: y.at(100)}})
	picture.Description = fmt.Sprintf("Goals in %d classes by the chance that was stated. What came differs from it by at most %.0f points.", len(points), farthest)
	return picture
}
