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
		data.NextOn = data.Races[races-1].HeldOn.AddDays(rapid.IntRange(-5, 4000).Draw(t, "next on"))
		for race := rapid.IntRange(0, races).Draw(t, "first predicted"); race < races; race++ {
			said := components.ChartForecast{Race: race, Next: components.ChartInterval{Time: club.FinishTimeOfMinutes(next)}}
			if rapid.Bool().Draw(t, "bounded") {
				said.Next = around(low, next, high*float64(race+1))
			}
			data.Past = append(data.Past, said)
		}
		svg := draw(t, data)
		checkPaths(t, svg)
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

// checkPaths checks that lines, outlines and marks lie on the drawing.
func checkPaths(t *rapid.T, svg *goquery.Selection) {
	svg.Find("[points], [d]").Each(func(_ int, drawn *goquery.Selection) {
		points := drawn.AttrOr("points", "") + strings.NewReplacer("l", " l").Replace(drawn.AttrOr("d", ""))
		for _, field := range strings.Fields(points) {
			if strings.HasPrefix(field, "l") || strings.HasSuffix(field, "z") {
				continue // from one point of a mark to the next
			}
			for _, number := range strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune("MV,", r) }) {
				if v, err := strconv.ParseFloat(number, 64); err != nil || v < 0 || v > 420 {
					t.Fatalf("%s: %s in %s", drawn.AttrOr("class", ""), number, points)
				}
			}
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

// What was predicted before a race has a mark of its own, with a bar where
// there was an interval; of many races it is a line in a band.
func TestChartOfWhatWasPredicted(t *testing.T) {
	for _, test := range []struct {
		races            int
		bounded          bool
		marks, bars      int
		line, band       int
		record, inLegend string
	}{
		{races: 10, bounded: true, marks: 7, bars: 7, record: "6 of 7 races came within the 95 % interval predicted before them.", inLegend: "predicted before it, with 95 % interval"},
		{races: 10, marks: 7, inLegend: "predicted before it"},
		{races: 40, bounded: true, marks: 37, bars: 37, record: "36 of 37 races came within the 95 % interval predicted before them.", inLegend: "predicted before it, with 95 % interval"},
		{races: 41, bounded: true, line: 38, band: 76, record: "37 of 38 races came within the 95 % interval predicted before them.", inLegend: "predicted before it, with 95 % interval"},
		{races: 41, line: 38, inLegend: "predicted before it"},
		{races: 4, bounded: true, marks: 1, bars: 1, record: "The one race predicted before it was run missed its 95 % interval.", inLegend: "predicted before it, with 95 % interval"},
		{races: 3},
	} {
		data := aChart(test.races, func(i int) float64 { return 240 + 30*float64(max(i+2-test.races, 0)) }, func(int) int { return 30 })
		data.Next = around(220, 240, 260)
		for i := 3; i < test.races; i++ {
			said := around(220, 240, 260)
			if !test.bounded {
				said = components.ChartInterval{Time: said.Time}
			}
			data.Past = append(data.Past, components.ChartForecast{Race: i, Next: said})
		}
		svg := draw(t, data)
		figure := svg.Closest("figure")
		numbers := map[string][2]int{
			"marks": {strings.Count(svg.Find("path.before").AttrOr("d", ""), "M"), test.marks},
			"bars":  {strings.Count(svg.Find("path.past-bar").AttrOr("d", ""), "V"), test.bars},
			"line":  {len(strings.Fields(svg.Find("polyline.past-line").AttrOr("points", ""))), test.line},
			"band":  {len(strings.Fields(svg.Find("polygon.past-band").AttrOr("points", ""))), test.band},
		}
		for name, n := range numbers {
			if n[0] != n[1] {
				t.Errorf("%d races: %d in %s, want %d", test.races, n[0], name, n[1])
			}
		}
		if got := figure.Find(".within").Text(); got != test.record {
			t.Errorf("%d races: got %q, want %q", test.races, got, test.record)
		}
		if got := strings.TrimSpace(figure.Find(".legend li").FilterFunction(func(_ int, li *goquery.Selection) bool {
			return strings.Contains(li.Text(), "predicted")
		}).Text()); got != test.inLegend {
			t.Errorf("%d races: the legend says %q, want %q", test.races, got, test.inLegend)
		}
		if got, want := figure.HasClass("crowded"), test.races > 40; got != want {
			t.Errorf("%d races: crowded: got %v, want %v", test.races, got, want)
		}
	}
}

func TestChartOfOneRace(t *testing.T) {
	data := aChart(1, func(int) float64 { return 48 }, func(int) int { return 0 })
	data.Next, data.NextOn = around(42, 47, 53), data.Races[0].HeldOn.AddDays(90)
	svg := draw(t, data)
	if got := svg.Find("polygon.fan95").AttrOr("points", ""); strings.Count(got, ",") != 3 || strings.Contains(got, "NaN") {
		t.Errorf("the fan is %q", got)
	}
	if got, want := svg.Find("desc").Text(), "1 race since 1 Mar 2015, the fastest in 0:48:00, the last in 0:48:00. Next: 0:47:00, between 0:42:00 and 0:53:00."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The 80 % interval lies within that of 95 % in the drawing, too.
func TestFanOpensFromTheLastRace(t *testing.T) {
	data := aChart(3, func(i int) float64 { return 240 + float64(i) }, func(int) int { return 180 })
	data.Next = around(220, 240, 260)
	svg := draw(t, data)
	last := svg.Find("circle.point").Last()
	for _, fan := range []string{"polygon.fan80", "polygon.fan95"} {
		if got, want := strings.Fields(svg.Find(fan).AttrOr("points", ""))[0], last.AttrOr("cx", "")+","+last.AttrOr("cy", ""); got != want {
			t.Errorf("%s opens from %s, want %s", fan, got, want)
		}
	}
	if svg.Find("line.interval").Length() != 4 || svg.Find("line.interval.thin").Length() != 3 {
		t.Error("want a thick bar for 80 %, a thin one with two ends for 95 %")
	}
}

// A chart of less than two years names months, so that none is without a day.
func TestShortChartsNameMonths(t *testing.T) {
	for _, test := range []struct {
		days int
		want string
	}{{40, "Feb 2022, Mar 2022"}, {300, "Feb 2022, May 2022, Aug 2022, Nov 2022"}, {900, "2023, 2024"}} {
		first := club.Date{Year: 2022, Month: time.January, Day: 23}
		points := []components.LinePoint{{On: first, Value: 50}, {On: first.AddDays(test.days), Value: 40}}
		var got []string
		for _, tick := range components.NewLines(components.LinesData{Lines: []components.LineData{{Points: points}}}).Dates {
			got = append(got, tick.Label)
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%d days: got %q, want %q", test.days, got, test.want)
		}
	}
}
