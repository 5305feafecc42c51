package handlers

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/predictions"
)

// place is where a panel stands: a page, with what its address says.
type place struct {
	path   string
	params url.Values
}

// panelParams are the parameters that a panel itself reads.
var panelParams = []string{"distance", "goal", "adjusted"}

// placeOf is the page at path, with the named parameters of the request's
// address and those of the panel.
func placeOf(c *fiber.Ctx, path string, names ...string) (place, error) {
	at := place{path, url.Values{}}
	for _, name := range append(names, panelParams...) {
		value := c.Query(name)
		switch {
		case value == "":
		case isText(value):
			at.params.Set(name, value)
		case name == "runner" || name == "distance":
			return place{}, fiber.ErrNotFound // what is no text names nobody
		default:
			return place{}, fiber.ErrBadRequest
		}
	}
	return at, nil
}

// with is the address with parameters, given as names and values, set anew; an
// empty one is left out.
func (at place) with(pairs ...string) string {
	params := url.Values{}
	for name := range at.params {
		params.Set(name, at.params.Get(name))
	}
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		name, value := pairs[0], pairs[1]
		if params.Set(name, value); value == "" {
			params.Del(name)
		}
	}
	if len(params) == 0 {
		return at.path
	}
	return at.path + "?" + params.Encode()
}

// fields are the parameters for a form that sets some of them itself.
func (at place) fields(without ...string) []components.Field {
	var fields []components.Field
	for _, name := range slices.Sorted(maps.Keys(at.params)) {
		if !slices.Contains(without, name) {
			fields = append(fields, components.Field{Name: name, Value: at.params.Get(name)})
		}
	}
	return fields
}

// targetOf is the id of the element that htmx puts the answer into.
func targetOf(c *fiber.Ctx) string {
	_, id, _ := strings.Cut(c.Get("HX-Target"), "#")
	return id
}

// panelPart is what htmx asks for: the answer to a goal, the chart or the
// whole panel.
func panelPart(c *fiber.Ctx, props components.PanelProps) templ.Component {
	id := targetOf(c)
	switch {
	case id == "goal" && props.Goal != nil:
		return components.Goal(*props.Goal)
	case id == "chart" && props.Chart != nil:
		return components.ChartFigure(*props.Chart)
	default:
		return components.Panel(props)
	}
}

// panelStatus is 422 where the goal can't be answered.
func panelStatus(props components.PanelProps) int {
	if props.Goal != nil && props.Goal.Problem != "" {
		return fiber.StatusUnprocessableEntity
	}
	return fiber.StatusOK
}

// panelProps words a prediction.
func panelProps(p predictions.Prediction, at place) components.PanelProps {
	props := components.PanelProps{
		RunnerName: p.Runner.Name,
		RunnerURL:  fmt.Sprintf("/runners/%d", p.Runner.ID),
		Distance:   p.Series.Distance.Name,
		Choices:    choiceProps(p, at),
		Others:     otherDistances(p, at),
	}
	props.Here = at.path == props.RunnerURL
	if p.Refusal != nil {
		props.Refusal = refusalProps()
		return props
	}
	props.Time = p.Next.Time.String()
	props.Low, props.High = p.Next.Lo95.String(), p.Next.Hi95.String()
	props.Pace = p.Next.Time.Pace(p.Series.Distance.Length)
	props.Rung, props.Warning = rung(p)
	props.ErrorName, props.MAE = headError(p)
	props.HowFar, props.Better = howFar(p)+leaning(p), better(p)
	props.Methods = methodTable(p)
	props.Data = dataWords(p)
	if p.Shown == predictions.ARIMA && p.Model != nil {
		props.Model, props.Criterion = p.Model.String(), fmt.Sprintf("AIC %.2f", p.Model.AIC)
	}
	props.Goal = goalProps(p, at)
	props.Chart = chartProps(p, at)
	return props
}

// dataWords says which races the prediction was made from; of those over other
// distances the rung does.
func dataWords(p predictions.Prediction) string {
	switch n := len(p.Series.Races); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("From 1 race, %s.", p.Series.First().Words())
	default:
		return fmt.Sprintf("From %d races, %s to %s.", n, p.Series.First().Words(), p.Series.Last().Words())
	}
}

func choiceProps(p predictions.Prediction, at place) []components.Choice {
	choices := make([]components.Choice, len(p.Choices))
	for i, series := range shortestFirst(p.Choices) {
		choices[i] = components.Choice{
			Key:     series.Distance.Key,
			Label:   fmt.Sprintf("%s (%d)", series.Distance.Name, len(series.Races)),
			URL:     at.with("distance", series.Distance.Key, "goal", "", "adjusted", ""),
			Current: series.Distance.Key == p.Series.Distance.Key,
			Few:     len(series.Races) < predictions.MinRaces,
		}
	}
	return choices
}

func shortestFirst(all []predictions.Series) []predictions.Series {
	return slices.SortedFunc(slices.Values(all), func(a, b predictions.Series) int {
		return cmp.Compare(a.Distance.Length, b.Distance.Length)
	})
}

// otherDistances are those not run, for somebody who has run another.
func otherDistances(p predictions.Prediction, at place) components.OtherDistances {
	if len(p.Choices) == 0 {
		return components.OtherDistances{}
	}
	others := components.OtherDistances{Action: at.path, Hidden: at.fields(panelParams...)}
	for _, d := range club.Distances {
		if slices.ContainsFunc(p.Choices, func(s predictions.Series) bool { return s.Distance.Key == d.Key }) {
			continue
		}
		others.Options = append(others.Options, components.Field{Name: d.Key, Value: d.Name})
		if d.Key == p.Series.Distance.Key {
			others.Current = d.Key
		}
	}
	return others
}

// otherNames are the distances that the runner has run beside the one
// predicted: "5 km, 10 km and 21.1 km".
func otherNames(p predictions.Prediction) string {
	var names []string
	for _, series := range shortestFirst(p.Choices) {
		if series.Distance.Key != p.Series.Distance.Key {
			names = append(names, series.Distance.Name)
		}
	}
	return list(names)
}

// list joins words as one says them: "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
