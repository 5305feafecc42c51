package handlers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/forecasting"
	"runnerdb/predictions"
)

// fewForAnInterval is the number of races below which the interval covers
// noticeably less than it says; docs/forecasting.md has the figures.
const fewForAnInterval = 20

// panelProps words a prediction. base is the address of the page, to which a
// choice of distance is added.
func panelProps(p predictions.Prediction, base string) components.PanelProps {
	props := components.PanelProps{
		RunnerName: p.Runner.Name,
		RunnerURL:  fmt.Sprintf("/runners/%d", p.Runner.ID),
		Distance:   p.Series.Distance.Name,
		Choices:    choiceProps(p, base),
	}
	props.Here = strings.HasPrefix(base, props.RunnerURL+"?")
	if p.Refusal != nil {
		props.Refusal = refusalProps(p)
		return props
	}
	props.Time = p.Next.Time.String()
	props.Low, props.High = p.Next.Lo95.String(), p.Next.Hi95.String()
	props.Pace = p.Next.Time.Pace(p.Series.Distance.Length)
	props.Data = fmt.Sprintf("From %d races, %s to %s.", len(p.Series.Races), p.Series.First().Words(), p.Series.Last().Words())
	if len(p.Series.Races) < fewForAnInterval {
		props.Data += " From so few the interval is rather too narrow."
	}
	props.Model = p.Model.String()
	props.Criterion = fmt.Sprintf("AIC %.2f", p.Model.AIC)
	props.HowFar, props.NoErrors = howFar(p), "Too few races to say how far off such predictions have been."
	props.Errors = errorRows(p.Error)
	if p.Error.MAE != nil {
		props.MAE = club.FinishTimeOfMinutes(*p.Error.MAE).String()
	}
	props.Chart = components.NewChart(chartData(p))
	return props
}

func choiceProps(p predictions.Prediction, base string) []components.Choice {
	shortestFirst := slices.SortedFunc(slices.Values(p.Choices), func(a, b predictions.Series) int {
		return cmp.Compare(a.Distance.Length, b.Distance.Length)
	})
	choices := make([]components.Choice, len(shortestFirst))
	for i, series := range shortestFirst {
		choices[i] = components.Choice{
			Key:     series.Distance.Key,
			Label:   fmt.Sprintf("%s (%d)", series.Distance.Name, len(series.Races)),
			URL:     distanceURL(base, series.Distance.Key),
			Current: series.Distance.Key == p.Series.Distance.Key,
			Few:     len(series.Races) < predictions.MinRaces,
		}
	}
	return choices
}

// howFar says in one plain sentence how far off to expect the prediction.
func howFar(p predictions.Prediction) string {
	if p.Error.MAEReselected == nil {
		return "There are too few races to say how far off this will be."
	}
	off := club.FinishTimeOfMinutes(*p.Error.MAEReselected)
	return fmt.Sprintf("Expect it to be off by about %s, one way or the other: so far off, on average and without hindsight, were such predictions of %s’s last %d races.",
		off.Words(), p.Runner.Name, len(p.Error.Folds))
}

// errorRows are how far off the prediction and the plain baselines have been.
func errorRows(r *forecasting.RollingOrigin) []components.ErrorRow {
	if r.MAE == nil {
		return nil
	}
	folds := fmt.Sprintf("%d races predicted from those before", len(r.Folds))
	rows := []components.ErrorRow{
		errorRow("This model", folds, *r.MAE, r.MAPE),
		errorRow("Without hindsight", "the model chosen anew before each race", *r.MAEReselected, r.MAPEReselected),
	}
	rows[0].Primary = true
	for _, baseline := range r.Baselines {
		rows = append(rows, errorRow(baselineNames[baseline.Name], "", baseline.MAE, &baseline.MAPE))
	}
	return rows
}

var baselineNames = map[string]string{
	"last":      "The last time again",
	"mean":      "The mean of all times",
	"mean3":     "The mean of the last three",
	"smoothing": "Exponential smoothing",
}

func errorRow(name, note string, mae float64, mape *float64) components.ErrorRow {
	row := components.ErrorRow{Name: name, Note: note, MAE: club.FinishTimeOfMinutes(mae).String()}
	if mape != nil {
		row.MAPE = fmt.Sprintf("%.1f %%", *mape)
	}
	return row
}

func chartData(p predictions.Prediction) components.ChartData {
	data := components.ChartData{
		RunnerName: p.Runner.Name,
		Distance:   p.Series.Distance.Name,
		Next:       p.Next.Time,
		Low:        p.Next.Lo95,
		High:       p.Next.Hi95,
	}
	for _, race := range p.Series.Races {
		data.Races = append(data.Races, components.ChartRace{
			HeldOn: race.Race.HeldOn, Name: race.Race.Name, Time: race.Result.Time(),
		})
	}
	return data
}
