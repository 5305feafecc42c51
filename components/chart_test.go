package components_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"pgregory.net/rapid"

	"runnerdb/club"
	"runnerdb/components"
)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Context() context.Context
	Fatal(args ...any)
	Helper()
}

// draw renders a chart and gives back its drawing.
func draw(t tester, data components.ChartData) *goquery.Selection {
	t.Helper()
	var b strings.Builder
	if err := components.ChartFigure(components.NewChart(data)).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	document, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return document.Find("svg[role=img]")
}

// around is a prediction in minutes, its 80 % limits half-way to those of 95 %.
func around(low, next, high float64) components.ChartInterval {
	at := club.FinishTimeOfMinutes
	return components.ChartInterval{
		Time: at(next), Low80: at((low + next) / 2), High80: at((next + high) / 2), Low95: at(low), High95: at(high),
	}
}

func aChart(races int, minutes func(i int) float64, gap func(i int) int) components.ChartData {
	data := components.ChartData{RunnerName: "Karabo Khumalo", Distance: "42.2 km"}
	held := club.Date{Year: 2015, Month: time.March, Day: 1}
	for i := range races {
		data.Races = append(data.Races, components.ChartRace{HeldOn: held, Name: "Marathon", Time: club.FinishTimeOfMinutes(minutes(i))})
		held = held.AddDays(gap(i))
	}
	return data
}

// Whatever was run, everything drawn lies on the drawing, with a mark for
// each race and a few lines to read them by.
func TestChartStaysOnTheDrawing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		races := rapid.IntRange(3, 150).Draw(t, "races")
		data := aChart(races,
			func(int) float64 { return rapid.Float64Range(0.1, 50_000).Draw(t, "minutes") },
			func(int) int { return rapid.IntRange(0, 900).Draw(t, "gap") })
		low, next, high := rapid.Float64Range(0.1, 100).Draw(t, "low"), rapid.Float64Range(100, 300).Draw(t, "next"), rapid.Float64Range(300, 90_000).Draw(t, "high")
		data.Next = around(low, next, high)
		svg := draw(t, data)
		for _, name := range []string{"x", "x1", "x2", "cx"} {
			inside(t, svg, name, 420)
		}
		for _, name := range []string{"y", "y1", "y2", "cy"} {
			inside(t, svg, name, 260)
		}
		if got := svg.Find("circle.point").Length(); got != races {
			t.Fatalf("%d marks for %d races", got, races)
		}
		if got := svg.Find("line.grid").Length(); got > 20 {
			t.Fatalf("%d lines to read by", got)
		}
	})
}

func inside(t *rapid.T, svg *goquery.Selection, name string, limit float64) {
	svg.Find("[" + name + "]").Each(func(_ int, mark *goquery.Selection) {
		value, err := strconv.ParseFloat(mark.AttrOr(name, ""), 64)
		if err != nil || value < 0 || value > limit {
			t.Fatalf("%s = %s, want 0 to %v", name, mark.AttrOr(name, ""), limit)
		}
	})
}

func TestChartInWords(t *testing.T) {
	times := []float64{240, 231.5, 250}
	data := aChart(3, func(i int) float64 { return times[i] }, func(int) int { return 180 })
	data.Next = around(220, 240, 260)
	svg := draw(t, data)
	want := "3 races since 1 Mar 2015, the fastest in 3:51:30, the last in 4:10:00. Next: 4:00:00, between 3:40:00 and 4:20:00."
	if got := svg.Find("desc").Text(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := svg.Find("text.limit").Text(); got != "4:00:003:40:004:20:00" {
		t.Errorf("got %q; want the time and its limits", got)
	}
}
