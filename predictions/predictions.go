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
	"runnerdb/queries"
)

// MinRaces is the number of finished races from which a prediction is made.
const MinRaces = 3

// Why there is no prediction. Each is an honest answer, not a failure.
var (
	ErrNoRaces  = errors.New("no finished race at a standard distance")
	ErrTooFew   = fmt.Errorf("fewer than %d finished races at this distance", MinRaces)
	ErrAllEqual = errors.New("the times don't vary, so nobody can tell how far the next one will")
	ErrNoModel  = errors.New("no model fits these times")
)

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
	// Shown is the method that heads the panel: the first of ARIMA, the club
	// model and other distances that has anything to say.
	Shown Method
	// Outlooks are what every method says, in the order of the constants; one
	// that has nothing to say tells why.
	Outlooks []Outlook
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

// Outlook is what a method says, or ok = false where it was not asked.
func (p Prediction) Outlook(method Method) (outlook Outlook, ok bool) {
	i := slices.IndexFunc(p.Outlooks, func(o Outlook) bool { return o.Method == method })
	if i < 0 {
		return Outlook{}, false
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

// For predicts a visible runner's next race at the distance with this key, or
// at the one run most where the key is empty. Errors are those of the
// database and of the context; a runner with too few races is no error.
func For(ctx context.Context, db *queries.DB, runnerID int64, distanceKey string) (Prediction, error) {
	runner, err := db.Runner(ctx, runnerID)
	if err != nil {
		return Prediction{}, err
	}
	performances, err := db.Performances(ctx, runnerID)
	if err != nil {
		return Prediction{}, err
	}
	return Of(ctx, runner, performances, distanceKey)
}

// Of predicts from performances that have been read already.
func Of(ctx context.Context, runner club.Runner, performances []club.Performance, distanceKey string) (Prediction, error) {
	p := Prediction{Runner: runner, Choices: SeriesOf(performances)}
	if distanceKey == "" && len(p.Choices) == 0 {
		p.Refusal = ErrNoRaces
		return p, nil
	}
	var err error
	if p.Series, err = choose(p.Choices, distanceKey); err != nil {
		return Prediction{}, err
	}
	err = p.predict(ctx)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Prediction{}, err
	case err != nil:
		p = Prediction{Runner: p.Runner, Choices: p.Choices, Series: p.Series, Refusal: refusal(err)}
	}
	return p, nil
}

// working bounds how many predictions are computed at once: one for every two
// cores, as each of them uses several where it can. The others wait their
// turn, so that in a crowd nobody waits much longer than all do.
var working = semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0)/2)))

func (p *Prediction) predict(ctx context.Context) error {
	if len(p.Series.Races) < MinRaces {
		return ErrTooFew
	}
	if err := working.Acquire(ctx, 1); err != nil {
		return err
	}
	defer working.Release(1)
	p.Series = p.Series.newest(forecasting.MaxRollLength)
	y := p.Series.Minutes()
	var err error
	if p.Model, err = forecasting.Auto(ctx, y, forecasting.Options{}); err != nil {
		return err
	}
	steps, err := p.Model.Forecast(1)
	if err != nil {
		return err
	}
	if p.Next = interval(steps[0]); p.Next.Time <= 0 || p.Next.Hi95-p.Next.Lo95 < club.FinishTimeOf(time.Second) {
		return ErrNoModel
	}
	if p.Error, err = forecasting.Roll(ctx, y, p.Model, forecasting.Options{}); err != nil {
		return err
	}
	p.Shown = ARIMA
	p.Outlooks = append([]Outlook{p.arima()}, naive(p.Series)...)
	return nil
}

// arima is what the fitted model says.
func (p *Prediction) arima() Outlook {
	outlook := Outlook{Method: ARIMA, Next: p.Next}
	for _, fold := range p.Error.Folds {
		next := Interval{Time: club.FinishTimeOfMinutes(fold.Reselected)}
		outlook.Past = append(outlook.Past, Past{fold.Origin, next})
	}
	outlook.Own = score(p.Series.Races, outlook.Past)
	return outlook
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

// interval reads a forecast in minutes as times. A time is more than zero:
// limits below it are drawn in.
func interval(f forecasting.Forecast) Interval {
	const least = club.FinishTime(1000)
	limit := func(minutes float64) club.FinishTime { return max(club.FinishTimeOfMinutes(minutes), least) }
	return Interval{
		Time: club.FinishTimeOfMinutes(f.Mean),
		Lo80: limit(f.Lo80), Hi80: limit(f.Hi80),
		Lo95: limit(f.Lo95), Hi95: limit(f.Hi95),
	}
}
