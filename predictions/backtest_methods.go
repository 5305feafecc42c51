package predictions

import (
	"context"
	"errors"
	"math"
	"slices"

	"runnerdb/forecasting"
)

// Kinds of intervals: the normal one of the textbooks, and one calibrated for
// coverage.
const (
	normalInterval     = "normal"
	calibratedInterval = "calibrated"
)

// said is a prediction for a race in minutes. Its limits are NaN if the method
// gave none.
type said struct{ time, lo80, hi80, lo95, hi95 float32 }

func justTime(minutes float64) said {
	none := float32(math.NaN())
	return said{float32(minutes), none, none, none, none}
}

func withLimits(f forecasting.Forecast) said {
	return said{float32(f.Mean), float32(f.Lo80), float32(f.Hi80), float32(f.Lo95), float32(f.Hi95)}
}

// predict makes every method predict every trial.
func (b *backtest) predict(ctx context.Context, predicted func()) error {
	normal, calibrated := b.contestant(ARIMA, normalInterval), b.contestant(ARIMA, calibratedInterval)
	calibrated.chances = make([][len(goals)]float32, len(b.trials))
	var naive []contestant
	for _, method := range forecasting.Naive {
		naive = append(naive, b.contestant(Method(method.Name), ""))
	}
	var err error
	if b.prior, err = b.history.prior(ctx, b.careers, odd); err != nil {
		return err
	}
	clubModel, err := b.club(ctx)
	if err != nil {
		return err
	}
	err = inParallel(ctx, len(b.trials), func(i int) {
		y := b.earlier(b.trials[i])
		for m, method := range forecasting.Naive {
			naive[m].said[i] = justTime(method.Predict(y))
		}
		says := arimaSays(ctx, y, b.prior)
		normal.said[i], calibrated.said[i], calibrated.chances[i] = says.normal, says.calibrated, says.chances
		predicted()
	})
	if err != nil {
		return err
	}
	b.methods = slices.Concat([]contestant{normal, calibrated}, clubModel, naive)
	b.methods = append(b.methods, b.chosen())
	return nil
}

func (b *backtest) contestant(method Method, interval string) contestant {
	return contestant{method: method, interval: interval, said: make([]said, len(b.trials))}
}

// arimaSaid is what ARIMA predicted, with both kinds of interval.
type arimaSaid struct {
	normal, calibrated said
	chances            [len(goals)]float32
}

// arimaSays predicts by automatic ARIMA from at least one time. The calibrated
// limits are those of forecasting.Predict with the club's prior for how far
// times vary. The normal ones are those of the model, if there is one.
func arimaSays(ctx context.Context, y []float64, prior forecasting.Prior) arimaSaid {
	y = y[max(0, len(y)-forecasting.MaxRollLength):]
	says := arimaSaid{normal: arimaNormal(ctx, y), chances: noChances}
	says.calibrated = justTime(float64(says.normal.time))
	if limits, distribution, err := expected(y, prior); err == nil {
		limits.Mean = float64(says.normal.time)
		says.calibrated = withLimits(limits)
		says.chances = chances(distribution, y[len(y)-1])
	}
	return says
}

// arimaNormal returns the time and normal limits of the model. If no model can
// be fitted it returns, like forecasting.Roll, the last time if the times lie
// on a line, and otherwise their mean, without limits.
func arimaNormal(ctx context.Context, y []float64) said {
	model, err := forecasting.Auto(ctx, y, forecasting.Options{})
	if err == nil {
		if steps, err := model.Forecast(1); err == nil && steps[0].Mean > 0 {
			return withLimits(steps[0])
		}
	}
	if errors.Is(err, forecasting.ErrLinear) {
		return justTime(y[len(y)-1])
	}
	return justTime(meanOf(y))
}

// noChances stands for a method that gives no probabilities.
var noChances = func() (none [len(goals)]float32) {
	for g := range none {
		none[g] = float32(math.NaN())
	}
	return none
}()
