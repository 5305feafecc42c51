package pooled

import (
	"context"

	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// MaxEstimation is the number of results that constants are estimated from;
	// of more, an even share of the runners.
	MaxEstimation = 20_000
	// rounds and patience bound the search.
	rounds        = 12
	leastRounds   = 4
	patience      = 0.05 // of log-likelihood in a round
	narrower      = 2.5
	leastProgress = 1e-6
)

// Estimate finds the constants that predict the results of a club best one day
// ahead: the maximum of the log-likelihood of each day given the days before it,
// less a penalty for departing from the defaults that a few dozen results
// outweigh (a normal prior on each constant, on the logarithm of those above 0).
// The search goes from start along one constant after the other with shrinking
// steps (R. Hooke and T. A. Jeeves 1961, "Direct search" solution of numerical
// and statistical problems, Journal of the ACM 8). Then the predictive
// distributions are straightened, see Calibration.
//
// From more than MaxEstimation results an even share of the runners is used. The
// errors are ErrNoData, ErrTooMany, ErrValue, ErrConstants and that of the
// context.
func Estimate(ctx context.Context, obs []Observation, start Constants) (Constants, error) {
	all, err := newTable(obs)
	if err != nil {
		return Constants{}, err
	}
	if _, err := NewModel(start); err != nil {
		return Constants{}, err
	}
	sample := all.share(MaxEstimation)
	s := search{table: sample, best: start}
	s.best.Calibration = Calibration{}
	s.best.Newcomers = fitNewcomers(all, start.Spread)
	if err := s.run(ctx); err != nil {
		return Constants{}, err
	}
	s.best.Calibration, err = calibration(ctx, &s.best, all)
	return s.best, err
}

// share returns a table of all results of an even share of the series, at most
// so many results.
func (t *table) share(most int) *table {
	if len(t.records) <= most {
		return t
	}
	every := (len(t.records) + most - 1) / most
	part := *t
	part.records = nil
	for _, r := range t.records {
		if int(r.series)%every == 0 {
			part.records = append(part.records, r)
		}
	}
	return &part
}

// search is a maximisation over parameters.
type search struct {
	table *table
	best  Constants
	value float64
	steps [len(parameters)]float64
}

func (s *search) run(ctx context.Context) (err error) {
	if s.value, err = objective(ctx, &s.best, s.table); err != nil {
		return err
	}
	for i, p := range parameters {
		s.steps[i] = p.step
	}
	for round := range rounds {
		before := s.value
		for i := range parameters {
			if err := s.along(ctx, i); err != nil {
				return err
			}
		}
		if s.value-before < patience && round >= leastRounds {
			break
		}
	}
	return nil
}

// along goes as far as it gets better by steps of one parameter, either way, and
// narrows the step where neither is better.
func (s *search) along(ctx context.Context, i int) error {
	for _, step := range [...]float64{s.steps[i], -s.steps[i]} {
		for moved := false; ; moved = true {
			next := s.best
			parameters[i].move(&next, step)
			value, err := objective(ctx, &next, s.table)
			if err != nil {
				return err
			}
			if !(value > s.value+leastProgress) {
				if moved {
					return nil
				}
				break
			}
			s.best, s.value = next, value
		}
	}
	s.steps[i] /= narrower
	return nil
}

// objective is the log-likelihood less the penalty.
func objective(ctx context.Context, c *Constants, t *table) (float64, error) {
	value, err := logLikelihood(ctx, newModel(c, t.shapes), t)
	return value - penalty(c), err
}

// calibration scores each result by the prediction before it.
func calibration(ctx context.Context, c *Constants, t *table) (Calibration, error) {
	m, err := NewModel(*c)
	if err != nil {
		return Calibration{}, err
	}
	var scores [calibrationClasses][]float64
	f := newFilter(m, t)
	first := t.records[0].day
	for day := range t.days {
		if err := ctx.Err(); err != nil {
			return Calibration{}, err
		}
		f.day(day, func(r *record, v *view, o *Outlook) {
			if r.day == first {
				return // what the constants are centred on
			}
			p := m.predict(v, o)
			class := calibrationClass(v.n)
			w := distuv.UnitNormal.Quantile(p.shape.cdf((r.x - p.Location) / p.Scale))
			scores[class] = append(scores[class], max(min(w, scoreLimit), -scoreLimit))
		})
	}
	return calibrate(&scores), nil
}

// scoreLimit keeps scores finite.
const scoreLimit = 8
