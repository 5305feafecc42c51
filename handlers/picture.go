package handlers

import (
	"runnerdb/components"
	"runnerdb/predictions"
)

// chartProps draws the series of a prediction; nothing where no race was run
// at the distance.
func chartProps(p predictions.Prediction, at place) *components.Chart {
	if len(p.Series.Races) == 0 {
		return nil
	}
	data := components.ChartData{
		RunnerName: p.Runner.Name,
		Distance:   p.Series.Distance.Name,
		Next:       chartInterval(p.Next),
		NextOn:     p.NextOn,
		Adjusted:   adjusted(p, at),
		Toggle:     raceDays(p, at),
	}
	for i, race := range p.Series.Races {
		drawn := components.ChartRace{HeldOn: race.Race.HeldOn, Name: race.Race.Name, Time: race.Result.Time()}
		if data.Adjusted {
			drawn.Adjusted = p.Adjusted[i]
		}
		data.Races = append(data.Races, drawn)
	}
	shown, _ := p.Outlook(p.Shown)
	for _, past := range shown.Past {
		data.Past = append(data.Past, components.ChartForecast{Race: past.Race, Next: chartInterval(past.Next)})
	}
	chart := components.NewChart(data)
	return &chart
}

func chartInterval(next predictions.Interval) components.ChartInterval {
	return components.ChartInterval{Time: next.Time, Low80: next.Lo80, High80: next.Hi80, Low95: next.Lo95, High95: next.Hi95}
}

// adjusted reports whether the chart shows the times without the effects of
// the days.
func adjusted(p predictions.Prediction, at place) bool {
	return at.params.Get("adjusted") == "1" && known(p)
}

// known reports whether the effects of the days are.
func known(p predictions.Prediction) bool {
	return len(p.Adjusted) > 0 && len(p.Adjusted) == len(p.Series.Races)
}

// raceDays is the way between the times as run and those without the effects
// of the days.
func raceDays(p predictions.Prediction, at place) *components.ChartToggle {
	switch {
	case !known(p):
		return nil
	case adjusted(p, at):
		return &components.ChartToggle{Label: "Show the times as they were run", URL: at.with("adjusted", "")}
	default:
		return &components.ChartToggle{Label: "Take out heat, wind and hills of each day", URL: at.with("adjusted", "1")}
	}
}
