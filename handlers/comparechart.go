package handlers

import (
	"fmt"
	"slices"
	"strings"

	"runnerdb/club"
	"runnerdb/components"
)

// fillChart draws the times over one distance, or the age grades of all.
func (who compared) fillChart(props *components.CompareProps, key string, graded bool) {
	distances := who.distances()
	if len(distances) == 0 {
		return
	}
	chosen := distances[0]
	for _, d := range distances {
		if d.Key == key {
			chosen = d
		}
	}
	at := listAddress("/compare", "runners", props.IDs)
	slices.SortFunc(distances, func(a, b club.Distance) int { return int(a.Length - b.Length) })
	for _, d := range distances {
		at.params.Set("distance", d.Key)
		props.Choices = append(props.Choices, components.Choice{Label: d.Name, URL: at.page(1), Current: d.Key == chosen.Key && !graded})
	}
	data := components.LinesData{Title: "Times over " + chosen.Name, Percent: graded}
	if graded {
		data.Title = "Age grades over all distances"
	}
	for i := range who.runners {
		data.Lines = append(data.Lines, who.line(i, chosen, graded))
	}
	props.Graded = who.otherChart(at.params.Get("runners"), chosen, graded)
	if !slices.ContainsFunc(data.Lines, func(line components.LineData) bool { return len(line.Points) > 0 }) {
		return
	}
	data.Description = chartWords(data)
	chart := components.NewLines(data)
	props.Chart = &chart
}

// distances are those that most of the runners have finished, the one with most
// runners and finishes first.
func (who compared) distances() []club.Distance {
	weight := map[string]int{}
	var run []club.Distance
	for _, career := range who.careers {
		for _, best := range career.Bests {
			if weight[best.Distance.Key] == 0 {
				run = append(run, best.Distance)
			}
			weight[best.Distance.Key] += 10_000 + best.Finishes
		}
	}
	slices.SortStableFunc(run, func(a, b club.Distance) int { return weight[b.Key] - weight[a.Key] })
	return run
}

// line is that of one runner, in date order.
func (who compared) line(i int, distance club.Distance, graded bool) components.LineData {
	line := components.LineData{Name: who.runners[i].Name}
	for _, p := range slices.Backward(who.all[i]) {
		at, counted := p.Counted()
		if !counted || !graded && at.Key != distance.Key {
			continue
		}
		point := components.LinePoint{On: p.Race.HeldOn, Value: p.Result.Time().Minutes(), Figure: p.Result.Time().String(), Note: p.Race.Name}
		if graded {
			percent, ok := gradeFigure(who.runners[i], p)
			if !ok {
				continue
			}
			point.Value, point.Figure = percent, fmt.Sprintf("%.1f\u00a0%%", percent)
		}
		point.Words = fmt.Sprintf("%s, %s: %s, %s", line.Name, p.Race.HeldOn.Words(), point.Figure, p.Race.Name)
		line.Points = append(line.Points, point)
	}
	return line
}

// otherChart leads from times to age grades and back; nothing where there are
// no grades.
func (who compared) otherChart(ids string, distance club.Distance, graded bool) *components.ChartToggle {
	if graded {
		return &components.ChartToggle{
			Label: "Show times over one distance", URL: listAddress("/compare", "runners", ids, "distance", distance.Key).page(1),
		}
	}
	for i := range who.runners {
		if len(who.line(i, distance, true).Points) > 0 {
			return &components.ChartToggle{
				Label: "Show age grades over all distances", URL: listAddress("/compare", "runners", ids, "graded", "1").page(1),
			}
		}
	}
	return nil
}

// chartWords say in short what the lines show.
func chartWords(data components.LinesData) string {
	var words []string
	for _, line := range data.Lines {
		if n := len(line.Points); n > 0 {
			words = append(words, fmt.Sprintf("%s: %s, from %s to %s.", line.Name, manyRaces(n), line.Points[0].Figure, line.Points[n-1].Figure))
		} else {
			words = append(words, line.Name+": none.")
		}
	}
	return strings.Join(words, " ")
}
