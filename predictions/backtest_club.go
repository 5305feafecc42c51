package predictions

import (
	"context"

	"runnerdb/forecasting"
	"runnerdb/forecasting/pooled"
)

// club returns the predictions of the club model. Its constants are estimated
// from the runners with odd ids. The common effect of a race day comes from
// everybody who ran, and is used from the next day on. Without a runner with an
// odd id there is no model.
func (b *backtest) club(ctx context.Context) ([]contestant, error) {
	all := b.history.observations()
	var odd []pooled.Observation
	for _, o := range all {
		if b.history.Runners[o.Series].Odd {
			odd = append(odd, o)
		}
	}
	if len(odd) == 0 || len(b.trials) == 0 {
		return nil, nil
	}
	constants, err := pooled.Estimate(ctx, odd, defaults(b.history.Distance))
	if err != nil {
		return nil, err
	}
	model, err := pooled.NewModel(constants)
	if err != nil {
		return nil, err
	}
	run, err := model.Run(ctx, all)
	if err != nil {
		return nil, err
	}
	c := b.contestant(ClubModel, calibratedInterval)
	c.chances = make([][len(goals)]float32, len(b.trials))
	err = inParallel(ctx, len(b.trials), func(i int) {
		trial := b.trials[i]
		expected := run.Predictions[trial.finish]
		c.said[i] = withLimits(forecasting.ForecastOf(expected))
		c.chances[i] = chances(expected, b.last(trial))
	})
	return []contestant{c}, err
}
