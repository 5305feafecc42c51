// Package predictions joins results and forecasting: it makes a series of a
// runner's results at one distance and predicts the next, or says why it can't.
// Pages, command line and JSON all call it, so the same data give the same
// answer.
package predictions

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"

	"runnerdb/club"
	"runnerdb/forecasting"
	"runnerdb/forecasting/pooled"
)

// MinRaces is the number of finished races that ARIMA needs.
const MinRaces = 3

// Reasons why a method predicts nothing. Each is an honest answer, not a
// failure.
var (
	ErrNoRaces  = errors.New("no finished race at a standard distance")
	ErrNone     = errors.New("no finished race at this distance")
	ErrTooFew   = fmt.Errorf("fewer than %d finished races at this distance", MinRaces)
	ErrAllEqual = errors.New("the times don't vary, so nobody can tell how far the next one will")
	ErrNoModel  = errors.New("no model fits these times")
)

// Question asks for a runner's next race at a distance, with the data to use.
type Question struct {
	Runner       club.Runner
	Performances []club.Performance
	// Effects maps the ids of races to their known effects.
	Effects map[int64]pooled.Effect
	// Distance is the key of the distance, or "" for the one run most.
	Distance string
	// Today is the earliest possible date of the next race.
	Today club.Date
}

// Prediction is what a runner is expected to run next at one distance. If
// Refusal is set no method can predict, and the fields after it are empty.
type Prediction struct {
	Runner club.Runner
	// Choices has a series for each distance that the runner has run, most
	// races first.
	Choices []Series
	// Series is what the prediction is made from, in date order.
	Series  Series
	Refusal error
	// NextOn is the expected date of the next race: the average gap between
	// races after the last one, but not before today.
	NextOn club.Date
	// Shown is the method that heads the panel: the first of ARIMA, the club
	// model and other distances that can predict.
	Shown Method
	// Outlooks has a forecast for every method, in the order of the constants.
	// A method that can't predict gives its reason.
	Outlooks []MethodForecast
	// Best is the method with the smallest error over the club, or "" if that
	// has not been measured.
	Best Method
	// Next is the prediction of the shown method.
	Next Interval
	// Model and Error are ARIMA's, if it has a model.
	Model *forecasting.Model
	Error *forecasting.RollingOrigin
	// Adjusted holds the times of Series without the effects of the race days,
	// as far as they are known. It is nil if none is.
	Adjusted []club.FinishTime
}

// Outlook returns the forecast of a method. ok is false if the method was not
// tried.
func (p Prediction) Outlook(method Method) (forecast MethodForecast, ok bool) {
	i := slices.IndexFunc(p.Outlooks, func(o MethodForecast) bool { return o.Method == method })
	if i < 0 {
		return MethodForecast{}, false
	}
	return p.Outlooks[i], true
}

// Chance returns the probability, by the shown method, that the next time
// equals or beats the goal. ok is false if there is no prediction.
func (p Prediction) Chance(goal club.FinishTime) (chance float64, ok bool) {
	shown, ok := p.Outlook(p.Shown)
	if !ok || shown.Expected == nil {
		return 0, false
	}
	return shown.Expected.CDF(goal.Minutes()), true
}

// Interval is a predicted time with its 80 and 95 % limits.
type Interval struct {
	Time       club.FinishTime
	Lo80, Hi80 club.FinishTime
	Lo95, Hi95 club.FinishTime
}

// interval converts a forecast in minutes to times. Times are positive, so
// limits below zero are moved up. The predicted time always lies within the
// limits.
func interval(f forecasting.Forecast) Interval {
	const least = club.FinishTime(1000)
	time := club.FinishTimeOfMinutes(f.Mean)
	low := func(minutes float64) club.FinishTime { return max(min(club.FinishTimeOfMinutes(minutes), time), least) }
	high := func(minutes float64) club.FinishTime { return max(club.FinishTimeOfMinutes(minutes), time, least) }
	return Interval{time, low(f.Lo80), high(f.Hi80), low(f.Lo95), high(f.Hi95)}
}

// Predict answers a question. Errors wrap club.ErrNoDistance or come from the
// context; too few races are not an error.
func (c *Club) Predict(ctx context.Context, ask Question) (Prediction, error) {
	p := Prediction{Runner: ask.Runner, Choices: SeriesOf(ask.Performances)}
	if ask.Distance == "" && len(p.Choices) == 0 {
		p.Refusal = ErrNoRaces
		return p, nil
	}
	var err error
	if p.Series, err = choose(p.Choices, ask.Distance); err != nil {
		return Prediction{}, err
	}
	p.Series = p.Series.newest(forecasting.MaxRollLength)
	p.NextOn = nextOn(p.Series, p.Choices, ask.Today)
	if err := c.ask(ctx, ask, &p); err != nil {
		return Prediction{}, err
	}
	i := slices.IndexFunc(p.Outlooks, func(o MethodForecast) bool { return o.Refusal == nil })
	if i < 0 {
		return Prediction{Runner: p.Runner, Choices: p.Choices, Series: p.Series, Refusal: ErrNoRaces}, nil
	}
	p.Shown, p.Next = p.Outlooks[i].Method, p.Outlooks[i].Next
	c.setRecords(&p)
	return p, nil
}

// ask asks every method. It uses other distances only if there are few races
// over this one.
func (c *Club) ask(ctx context.Context, ask Question, p *Prediction) error {
	own, err := p.askARIMA(ctx, c.prior(p.Series))
	if err != nil {
		return err
	}
	shared, err := c.clubModelForecast(ask, p)
	if err != nil {
		return err
	}
	p.Outlooks = []MethodForecast{own, shared}
	if len(p.Series.Races) < MinRaces {
		other, err := c.otherDistances(ask, p)
		if err != nil {
			return err
		}
		p.Outlooks = append(p.Outlooks, other)
	}
	if len(p.Series.Races) > 0 {
		p.Outlooks = append(p.Outlooks, naive(p.Series)...)
	}
	return nil
}

// working limits the number of series fitted at once to one for every two
// cores, because a fit uses several cores when it can. The others wait, so that
// under load nobody waits much longer than anybody else.
var working = semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0)/2)))

// askARIMA returns ARIMA's forecast with limits from a prior relative to the
// mean. The error is that of the context.
func (p *Prediction) askARIMA(ctx context.Context, prior forecasting.Prior) (MethodForecast, error) {
	if err := working.Acquire(ctx, 1); err != nil {
		return MethodForecast{}, err
	}
	defer working.Release(1)
	forecast, err := p.arima(ctx, prior)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return MethodForecast{}, err
	case err != nil:
		p.Model, p.Error = nil, nil
		return MethodForecast{Method: ARIMA, Refusal: refusal(err)}, nil
	}
	return forecast, nil
}

// arima fits a model and measures its error by rolling forecast origin.
func (p *Prediction) arima(ctx context.Context, prior forecasting.Prior) (MethodForecast, error) {
	forecast := MethodForecast{Method: ARIMA}
	if len(p.Series.Races) < MinRaces {
		return forecast, ErrTooFew
	}
	y := p.Series.Minutes()
	var err error
	if p.Model, err = forecasting.Auto(ctx, y, forecasting.Options{}); err != nil {
		return forecast, err
	}
	steps, err := p.Model.Forecast(1)
	if err != nil {
		return forecast, err
	}
	if forecast.Next, forecast.Expected, err = around(steps[0].Mean, y, prior); err != nil {
		return forecast, err
	}
	if forecast.Next.Time <= 0 || forecast.Next.Hi95-forecast.Next.Lo95 < club.FinishTimeOf(time.Second) {
		return forecast, ErrNoModel
	}
	if p.Error, err = forecasting.Roll(ctx, y, p.Model, forecasting.Options{}); err != nil {
		return forecast, err
	}
	for _, fold := range p.Error.Folds {
		next, _, err := around(fold.Reselected, y[:fold.Origin], prior)
		if err != nil {
			next = Interval{Time: club.FinishTimeOfMinutes(fold.Reselected)}
		}
		forecast.Past = append(forecast.Past, Past{fold.Origin, next})
	}
	forecast.Own = score(p.Series.Races, forecast.Past)
	return forecast, nil
}

// around returns a prediction with calibrated limits around a mean, and its
// distribution.
func around(mean float64, before []float64, prior forecasting.Prior) (Interval, forecasting.Distribution, error) {
	f, d, err := expected(before, prior)
	f.Mean = mean
	return interval(f), d, err
}

// refusal translates an error of forecasting into the reason shown for a
// runner.
func refusal(err error) error {
	switch {
	case errors.Is(err, ErrTooFew), errors.Is(err, ErrNoModel):
		return err
	case errors.Is(err, forecasting.ErrTooShort):
		return ErrTooFew
	case errors.Is(err, forecasting.ErrConstant), errors.Is(err, forecasting.ErrLinear):
		return ErrAllEqual
	default:
		return fmt.Errorf("%w: %w", ErrNoModel, err)
	}
}
