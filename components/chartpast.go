package components

import (
	"fmt"
	"slices"
	"strings"
)

// ChartPast is what was predicted before each race: up to fewToMark of them a
// hollow mark with a bar for the interval, of more a line within a band.
type ChartPast struct {
	// Marks and Bars are paths, Line and Band points; empty where there is
	// nothing to draw.
	Marks, Bars string
	Line, Band  string
}

func (p ChartPast) intervals() bool { return p.Bars != "" || p.Band != "" }

func (d ChartData) past(x, y scale) ChartPast {
	if len(d.Races) > fewToMark {
		return d.pastBand(x, y)
	}
	return d.pastMarks(x, y)
}

func (d ChartData) pastMarks(x, y scale) ChartPast {
	const half = 4.5 // of a mark
	var marks, bars strings.Builder
	for _, before := range d.Past {
		at := x.at(d.day(d.Races[before.Race]))
		if before.Next.bounded() {
			fmt.Fprintf(&bars, "M%s %sV%s", px(at), px(y.within(before.Next.Low95.Minutes())), px(y.within(before.Next.High95.Minutes())))
		}
		fmt.Fprintf(&marks, "M%s %sl%g %gl-%g %gl-%g-%gz",
			px(at), px(y.within(before.Next.Time.Minutes())-half), half, half, half, half, half, half)
	}
	return ChartPast{Marks: marks.String(), Bars: bars.String()}
}

func (d ChartData) pastBand(x, y scale) ChartPast {
	var line, low, high []Mark
	for _, before := range d.Past {
		at := x.at(d.day(d.Races[before.Race]))
		line = append(line, Mark{X: at, Y: y.within(before.Next.Time.Minutes())})
		if before.Next.bounded() {
			low = append(low, Mark{X: at, Y: y.within(before.Next.Low95.Minutes())})
			high = append(high, Mark{X: at, Y: y.within(before.Next.High95.Minutes())})
		}
	}
	slices.Reverse(high)
	return ChartPast{Line: polyline(line), Band: polyline(append(low, high...))}
}

// record says how many of the past races came within the interval predicted
// before them; nothing where there were no intervals.
func (d ChartData) record() string {
	within, of := 0, 0
	for _, before := range d.Past {
		if !before.Next.bounded() {
			continue
		}
		of++
		if t := d.Races[before.Race].Time; before.Next.Low95 <= t && t <= before.Next.High95 {
			within++
		}
	}
	switch {
	case of == 0:
		return ""
	case of == 1 && within == 1:
		return "The one race predicted before it was run came within its 95 % interval."
	case of == 1:
		return "The one race predicted before it was run missed its 95 % interval."
	default:
		return fmt.Sprintf("%d of %d races came within the 95 %% interval predicted before them.", within, of)
	}
}

// pastWords are the legend of what was predicted.
func (c Chart) pastWords() string {
	if c.Past.intervals() {
		return "predicted before it, with 95 % interval"
	}
	return "predicted before it"
}
