package predictions

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"runnerdb/forecasting"
)

// learnPrior is what the runners with odd ids say about how far a runner's
// times vary, relative to his mean time; the zero value where they have run too
// little.
func (b *backtest) learnPrior(ctx context.Context) (forecasting.Prior, error) {
	var odd []int
	for runner, career := range b.careers {
		if b.history.Runners[runner].Odd && len(career) > MinRaces {
			odd = append(odd, runner)
		}
	}
	slices.SortFunc(odd, func(i, j int) int { return cmp.Compare(b.history.Runners[i].lot, b.history.Runners[j].lot) })
	series := make([][]float64, len(odd))
	for k, runner := range odd {
		for _, finish := range b.careers[runner] {
			series[k] = append(series[k], b.history.Finishes[finish].Minutes)
		}
	}
	prior, err := forecasting.EstimatePrior(ctx, series)
	if errors.Is(err, forecasting.ErrTooShort) {
		return forecasting.Prior{}, nil
	}
	return prior, err
}

// expected is what the models of forecasting.Predict say together about the
// next time, with a prior relative to the mean.
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
