package predictions

import (
	"context"
	"errors"
	"math"

	"runnerdb/forecasting"
)

// Kinds of intervals: the textbook's normal one, and one that is made to
// cover what it says.
const (
	normalInterval     = "normal"
	calibratedInterval = "calibrated"
)

// said is what a method said before a race, in minutes; limits are NaN where
// it gave none.
type said struct{ time, lo80, hi80, lo95, hi95 float32 }

func justTime(minutes float64) said {
	none := float32(math.NaN())
	return said{float32(minutes), none, none, none, none}
}

func withLimits(f forecasting.Forecast) said {
	return said{float32(f.Mean), float32(f.Lo80), float32(f.Hi80), float32(f.Lo95), float32(f.Hi95)}
}

// predict lets every method predict every trial.
func (b *backtest) predict(ctx context.Context, predicted func()) error {
	normal, calibrated := b.contestant(ARIMA, normalInterval), b.contestant(ARIMA, calibratedInterval)
	calibrated.chances = make([][len(goals)]float32, len(b.trials))
	b.methods = []contestant{normal, calibrated}
	for _, naive := range forecasting.Naive {
		b.methods = append(b.methods, b.contestant(Method(naive.Name), ""))
	}
	err := inParallel(ctx, len(b.trials), func(i int) {
		y := b.earlier(b.trials[i], nil)
		for m, naive := range forecasting.Naive {
			b.methods[2+m].said[i] = justTime(naive.Predict(y))
		}
		says := arimaSays(ctx, y)
		normal.said[i], calibrated.said[i], calibrated.chances[i] = says.normal, says.calibrated, says.chances
		predicted()
	})
	if err != nil {
		return err
	}
	b.methods = append(b.methods, b.chosen())
	return nil
}

func (b *backtest) contestant(method Method, interval string) contestant {
	return contestant{method: method, interval: interval, said: make([]said, len(b.trials))}
}

// arimaSaid is what ARIMA said, with either interval.
type arimaSaid struct {
	normal, calibrated said
	chances            [len(goals)]float32
}

// arimaSays is the prediction of automatic ARIMA from at least one time. Where
// no model can be fitted it is, as in forecasting.Roll, the last time when the
// times lie on a line, or else their mean, without limits.
func arimaSays(ctx context.Context, y []float64) arimaSaid {
	y = y[max(0, len(y)-forecasting.MaxRollLength):]
	model, err := forecasting.Auto(ctx, y, forecasting.Options{})
	if err != nil {
		return fallBack(y, err)
	}
	steps, err := model.Forecast(1)
	if err != nil || !(steps[0].Mean > 0) {
		return fallBack(y, err)
	}
	says := fallBack(y, nil)
	says.normal = withLimits(steps[0])
	says.calibrated = justTime(steps[0].Mean)
	if limits, err := model.Calibrated(y, 1, forecasting.Prior{}); err == nil {
		says.calibrated = withLimits(limits[0].Forecast)
		says.chances = chances(limits[0].Distribution, y[len(y)-1])
	}
	return says
}

// fallBack is what is said without a model.
func fallBack(y []float64, err error) arimaSaid {
	naive := forecasting.Naive[1]
	if errors.Is(err, forecasting.ErrLinear) {
		naive = forecasting.Naive[0]
	}
	says := justTime(naive.Predict(y))
	return arimaSaid{says, says, noChances}
}

// noChances stand where a method gives none.
var noChances = func() (none [len(goals)]float32) {
	for g := range none {
		none[g] = float32(math.NaN())
	}
	return none
}()
