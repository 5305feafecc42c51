// Package predictions is the one place where results meet forecasting: it
// takes a runner's results, makes a series of those at one distance, and says
// what the next one will be, or why nobody can tell. Page, command line and
// JSON all call it: same data, same answer.
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

// MinRaces is the number of finished races from which ARIMA predicts.
const MinRaces = 3

// Why a method predicts nothing. Each is an honest answer, not a failure.
var (
	ErrNoRaces  = errors.New("no finished race at a standard distance")
	ErrNone     = errors.New("no finished race at this distance")
	ErrTooFew   = fmt.Errorf("fewer than %d finished races at this distance", MinRaces)
	ErrAllEqual = errors.New("the times don't vary, so nobody can tell how far the next one will")
	ErrNoModel  = errors.New("no model fits these times")
)

// Question is whose next race is to be predicted, at which distance, and what
// there is to go by.
type Question struct {
	Runner       club.Runner
	Performances []club.Performance
	// Effects are those of the races, as far as they are known, by their ids.
	Effects map[int64]pooled.Effect
	// Distance is its key; none asks for the distance run most.
	Distance string
	// Today is a day that the next race is not before.
	Today club.Date
}

// Prediction is what a runner will run next at one distance. Where Refusal is
// set no method has anything to say: what follows it is then empty.
type Prediction struct {
	Runner club.Runner
	// Choices are the series of all distances that the runner has run, the
	// one with most races first.
	Choices []Series
	// Series is what the prediction was made from, in date order.
	Series  Series
	Refusal error
	// NextOn is the day that the next race is expected on: as long after the
	// last as the others were apart, but not before today.
	NextOn club.Date
	// Shown is the method that heads the panel: the first of ARIMA, the club
	// model and other distances that has anything to say.
	Shown Method
	// Outlooks are what every method says, in the order of the constants; one
	// that has nothing to say tells why.
	Outlooks []MethodForecast
	// Best is the method with the smallest error over the club, or none where
	// that has not been measured.
	Best Method
	// Next is what the shown method predicts.
	Next Interval
	// Model and Error are those of ARIMA, where it has a model.
	Model *forecasting.Model
	Error *forecasting.RollingOrigin
	// Adjusted are the times of Series with the effect of each race's day taken
	// out, as far as it is known; nil where none is.
	Adjusted []club.FinishTime
}

// MethodForecast is what a method says, or ok = false where it was not asked.
func (p Prediction) Outlook(method Method) (forecast MethodForecast, ok bool) {
	i := slices.IndexFunc(p.Outlooks, func(o MethodForecast) bool { return o.Method == method })
	if i < 0 {
		return MethodForecast{}, false
	}
	return p.Outlooks[i], true
}

// Chance is the probability that the next time is the goal or better, by the
// method shown; ok = false where there is no prediction.
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

// interval reads a forecast in minutes as times. A time is more than zero:
// limits below it are drawn in. The time itself is always within the limits.
func interval(f forecasting.Forecast) Interval {
	const least = club.FinishTime(1000)
	time := club.FinishTimeOfMinutes(f.Mean)
	low := func(minutes float64) club.FinishTime { return max(min(club.FinishTimeOfMinutes(minutes), time), least) }
	high := func(minutes float64) club.FinishTime { return max(club.FinishTimeOfMinutes(minutes), time, least) }
	return Interval{time, low(f.Lo80), high(f.Hi80), low(f.Lo95), high(f.Hi95)}
}

// Predict answers a question. The errors are club.ErrNoDistance and that of the
// context; a runner with too few races is no error.
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

// ask asks every method that might know. Races over other distances are only
// asked where there are few over this one.
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

// working bounds how many series are fitted at once: one for every two cores,
// as each of them uses several where it can. The others wait their turn, so
// that in a crowd nobody waits much longer than all do.
var working = semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0)/2)))

// askARIMA is what ARIMA says, with limits by a prior relative to the mean. The
// error is that of the context.
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

// arima fits and rolls.
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

// around is a prediction with the calibrated limits of the next time, and its
// distribution.
func around(mean float64, before []float64, prior forecasting.Prior) (Interval, forecasting.Distribution, error) {
	f, d, err := expected(before, prior)
	f.Mean = mean
	return interval(f), d, err
}

// refusal is the reason for the runner behind an error of forecasting.
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
