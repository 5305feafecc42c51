package predictions

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"runnerdb/forecasting"
)

// prior estimates from some of the runners how far a runner's times vary,
// relative to their mean time. It returns the zero value if they have too few
// races.
func (h *History) prior(ctx context.Context, careers [][]int, these func(Entrant) bool) (forecasting.Prior, error) {
	var told []int
	for runner, career := range careers {
		if len(career) > MinRaces && these(h.Runners[runner]) {
			told = append(told, runner)
		}
	}
	slices.SortFunc(told, func(i, j int) int { return cmp.Compare(h.Runners[i].lot, h.Runners[j].lot) })
	series := make([][]float64, len(told))
	for k, runner := range told {
		for _, finish := range careers[runner] {
			series[k] = append(series[k], h.Finishes[finish].Minutes)
		}
	}
	prior, err := forecasting.EstimatePrior(ctx, series)
	if errors.Is(err, forecasting.ErrTooShort) {
		return forecasting.Prior{}, nil
	}
	return prior, err
}

func odd(e Entrant) bool   { return e.Odd }
func anybody(Entrant) bool { return true }

// expected returns the combined forecast of the models of forecasting.Predict
// for the next time, with a prior relative to the mean.
func expected(minutes []float64, prior forecasting.Prior) (forecasting.Forecast, forecasting.Distribution, error) {
	predictive, err := forecasting.Predict(minutes, prior.Times(meanOf(minutes)))
	if err != nil {
		return forecasting.Forecast{}, nil, err
	}
	next, err := predictive.Distributions(1)
	if err != nil {
		return forecasting.Forecast{}, nil, err
	}
	return forecasting.ForecastOf(next[0]), next[0], nil
}

func meanOf(minutes []float64) float64 { return forecasting.Naive[1].Predict(minutes) }
