package forecasting

import (
	"context"
	"fmt"
	"math"
)

const (
	startOrder = 2  // p and q of the first model tried,
	shortOrder = 1  // and for fewer than shortLength values
	short      = 10 // (Hyndman and Khandakar 2008, section 3.2, and their software)
	maxModels  = 94 // models tried at most, a bound of the same software
	maxSum     = 5  // of p and q in an exhaustive search, as in the same software
	// better is the least improvement of a criterion that counts. Below it two
	// models are equal but for rounding, and the one tried first stays.
	better = 1e-6
	// Detours start from models with p + q of at least detourFrom and must gain
	// detourGain. With these values they find what R finds on all reference
	// series and change no other choice.
	detourFrom = 3
	detourGain = 2
)

// Auto chooses an ARIMA model without season and fits it: d by repeated KPSS
// tests at 5 %, then p, q and the constant by the stepwise search of Hyndman and
// Khandakar (2008), section 3.2: from the best of four or five usual models to
// the first neighbour with less of the criterion, until none has. p and q go up
// to the least of MaxLag and n/3. With opt.Exhaustive every model with p + q ≤ 5
// is tried instead. Models with a root of modulus below 1.01 are
// passed over, as are those that leave no degree of freedom for σ²; each is
// fitted by exact maximum likelihood, see Fit.
//
// y has 2 to MaxLength values (MaxExhaustiveLength) and is not changed. NaN stands for a missing value,
// see Fit; the KPSS tests take those present as if they followed one another. The same values in another
// unit give the same model. The errors are ErrTooShort, ErrTooLong,
// ErrNotFinite, ErrOutOfRange, ErrConstant, ErrLinear, ErrNoFit and that of the
// context. With three values or fewer the criterion is AIC whatever opt says.
func Auto(ctx context.Context, y []float64, opt Options) (*Model, error) {
	limit := MaxLength
	if opt.Exhaustive {
		limit = MaxExhaustiveLength
	}
	o, err := checkSeries(y, limit)
	if err != nil {
		return nil, err
	}
	effort := searchEffort(o.weight())
	if opt.Exhaustive {
		effort = effortFor(o.weight()).paired()
	}
	return auto(ctx, o, differences(present(y)), opt, effort)
}

// auto does the same as Auto for checked input and known d.
func auto(ctx context.Context, o observations, d int, opt Options, effort effort) (*Model, error) {
	s := newSearch(ctx, o, d, opt.Criterion, effort)
	run := s.stepwise
	if opt.Exhaustive {
		run = s.exhaustive
	}
	if err := run(); err != nil {
		return nil, err
	}
	if math.IsInf(s.least, 1) {
		return nil, fmt.Errorf("no order after %d differences: %w", d, ErrNoFit)
	}
	return s.fits.model(o, d, s.chosen, s.winner)
}

// search is the state of a search.
type search struct {
	fits      *estimator
	criterion Criterion
	length    int  // of the series
	limit     int  // of p and q
	constants bool // whether a constant applies at this d

	tried  map[spec]bool
	at     spec // where the search stands
	chosen spec // differs from at in the constant at most
	winner estimate
	least  float64 // criterion of the winner
	margin float64 // by which another must be less
}

func newSearch(ctx context.Context, o observations, d int, criterion Criterion, effort effort) *search {
	n := o.count()
	if n <= 3 || n-d <= 2 {
		criterion = AIC // AICc is infinite for so few, and R does the same
	}
	return &search{
		fits:      newEstimator(ctx, o, d, effort),
		criterion: criterion,
		length:    n,
		limit:     min(MaxLag, n/3),
		constants: constantFor(d) != None,
		tried:     make(map[spec]bool, 16),
		least:     math.Inf(1),
		margin:    better,
	}
}

// exhaustive tries all models with p + q of at most maxSum.
func (s *search) exhaustive() error {
	for p := range s.limit + 1 {
		for q := range min(s.limit, maxSum-p) + 1 {
			for _, mean := range [...]bool{s.constants, false} {
				if _, err := s.try(spec{p, q, mean}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// stepwise tries the usual models, then neighbours until none is better.
func (s *search) stepwise() error {
	if err := s.begin(); err != nil {
		return err
	}
	for {
		moved, err := s.step()
		if err == nil && !moved {
			moved, err = s.detour()
		}
		if err != nil || !moved {
			return err
		}
	}
}

// exchanges lists the moves of a detour: one term of one kind for two of the
// other.
var exchanges = [...][2]int{{-1, 2}, {2, -1}}

// detour leads a search that has ended in a larger model past models that are
// no better to one that is much better. The software of Hyndman and Khandakar
// has no detours, but it skips some of the models that are in the way here,
// because its optimiser can't fit them.
func (s *search) detour() (bool, error) {
	at := s.at
	if at.p+at.q < detourFrom {
		return false, nil
	}
	s.margin = detourGain
	defer func() { s.margin = better }()
	for _, move := range exchanges {
		moved, err := s.try(spec{at.p + move[0], at.q + move[1], at.mean})
		if moved || err != nil {
			return moved, err
		}
	}
	return false, nil
}

// begin tries the usual models. A null model without a constant may win, but
// its neighbours are those with one.
func (s *search) begin() error {
	first := min(startOrder, s.limit)
	if s.length < short {
		first = min(shortOrder, s.limit)
	}
	usual := [...]spec{
		{first, first, s.constants},
		{0, 0, s.constants},
		{1, 0, s.constants},
		{0, 1, s.constants},
		{0, 0, false},
	}
	for _, model := range usual {
		if _, err := s.try(model); err != nil {
			return err
		}
	}
	s.at.mean = s.constants
	return nil
}

// neighbours lists the moves in p and q in the order they are tried.
var neighbours = [...][2]int{{-1, 0}, {0, -1}, {1, 0}, {0, 1}, {-1, -1}, {-1, 1}, {1, -1}, {1, 1}}

// step tries the neighbours and finally the same p and q with the constant
// added or removed. It reports whether one was better.
func (s *search) step() (bool, error) {
	at := s.at
	for _, move := range neighbours {
		moved, err := s.try(spec{at.p + move[0], at.q + move[1], at.mean})
		if moved || err != nil {
			return moved, err
		}
	}
	return s.try(spec{at.p, at.q, !at.mean})
}

// try fits a model unless it has been tried or is impossible, and moves there
// if it is better than the best so far.
func (s *search) try(model spec) (bool, error) {
	if s.tried[model] || !s.possible(model) {
		return false, nil
	}
	s.tried[model] = true
	got, err := s.fits.fit(model, true)
	if err != nil {
		return false, err
	}
	value := s.score(model, got)
	if !(value < s.least-s.margin) {
		return false, nil
	}
	s.least, s.at, s.chosen, s.winner = value, model, model, got
	return true, nil
}

// possible reports whether a model is within the limits of the search.
func (s *search) possible(model spec) bool {
	return len(s.tried) < maxModels &&
		0 <= model.p && model.p <= s.limit &&
		0 <= model.q && model.q <= s.limit &&
		(s.constants || !model.mean) &&
		s.fits.n > model.coefficients() // or nothing is left for σ²
}

// score returns the criterion of an estimate, +Inf if the model must be
// skipped.
func (s *search) score(model spec, got estimate) float64 {
	if !got.admissible || math.IsInf(got.value, 0) {
		return math.Inf(1)
	}
	return s.criterion.penalised(s.fits.logLikelihood(model, got), model.coefficients()+1, s.fits.n)
}
