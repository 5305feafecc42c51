package predictions

import (
	"context"
	"errors"

	"runnerdb/club"
	"runnerdb/forecasting"
)

// Before is the prediction that could have been made on the day before a race.
type Before struct {
	Method Method
	Next   Interval
	// Races is the number of earlier races at the distance that it uses.
	Races int
}

// BeforeRace predicts a race from the runner's own earlier results alone: no
// results of that day or later, and nothing learnt from the club since. All
// runners share the constants that come with the program. ok is false if no
// prediction was possible. The error is that of the context.
func BeforeRace(ctx context.Context, runner club.Runner, performances []club.Performance, race club.Race) (before Before, ok bool, err error) {
	distance, standard := club.DistanceOf(race.Length)
	if !standard || race.ShortCourse {
		return Before{}, false, nil
	}
	var earlier []club.Performance
	for _, p := range performances {
		if p.Race.HeldOn.Compare(race.HeldOn) < 0 {
			earlier = append(earlier, p)
		}
	}
	p := Prediction{Runner: runner, Choices: SeriesOf(earlier), NextOn: race.HeldOn}
	if p.Series, err = choose(p.Choices, distance.Key); err != nil || len(p.Series.Races) == 0 {
		return Before{}, false, nil //nolint:nilerr // a distance that was not run says nothing
	}
	p.Series = p.Series.newest(forecasting.MaxRollLength)
	before = Before{Races: len(p.Series.Races)}
	next, err := p.arimaBefore(ctx)
	switch {
	case err == nil:
		before.Method, before.Next = ARIMA, next
		return before, true, nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Before{}, false, err
	}
	forecast, err := (&Club{}).clubModelForecast(Question{Runner: runner, Today: race.HeldOn}, &p)
	if err != nil || forecast.Refusal != nil {
		return Before{}, false, nil //nolint:nilerr // the model says nothing of such a series
	}
	before.Method, before.Next = ClubModel, forecast.Next
	return before, true, nil
}

// arimaBefore returns ARIMA's prediction without measuring its past errors.
func (p *Prediction) arimaBefore(ctx context.Context) (Interval, error) {
	if len(p.Series.Races) < MinRaces {
		return Interval{}, ErrTooFew
	}
	if err := working.Acquire(ctx, 1); err != nil {
		return Interval{}, err
	}
	defer working.Release(1)
	y := p.Series.Minutes()
	model, err := forecasting.Auto(ctx, y, forecasting.Options{})
	if err != nil {
		return Interval{}, err
	}
	steps, err := model.Forecast(1)
	if err != nil {
		return Interval{}, err
	}
	next, _, err := around(steps[0].Mean, y, forecasting.Prior{})
	if err == nil && next.Time <= 0 {
		err = ErrNoModel
	}
	return next, err
}
