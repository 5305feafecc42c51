package forecasting

import (
	"context"
	"math"
	"runtime"
	"sync"
)

const (
	firstWindow = 3 // least number of values before the first origin
	firstShare  = 3 // the first window is the length of the series divided by this, or firstWindow
	leastFolds  = 2 // fewer tell nothing about the error
	// Longer series are rolled with less effort at each origin.
	rollThorough = 60
	rollFrugal   = 80
)

// Fold is one origin of a rolling evaluation: the prediction of value Origin
// (counted from 0) from the Origin values before it.
type Fold struct {
	Origin int
	Actual float64
	// Predicted uses the order and constant of the model given to Roll, with
	// coefficients estimated from the values before the origin.
	Predicted float64
	// Reselected also chooses d, p, q and the constant from the values before
	// the origin. It is what could have been predicted at the time.
	Reselected float64
	// PredictedFellBack and ReselectedFellBack are true if no model could be
	// fitted. The prediction is then the mean of the values before or, if they
	// are differenced, the last of them.
	PredictedFellBack, ReselectedFellBack bool
}

// RollingOrigin is the error of predicting one step ahead, measured on the
// series itself: mean absolute error in the unit of the series and mean
// absolute percentage error in per cent, the latter over the folds whose actual
// value is not 0. With fewer than two folds (with none for the percentages) the
// errors are absent: nil pointers and no baselines.
type RollingOrigin struct {
	Folds                         []Fold
	MAE, MAPE                     *float64 // of Fold.Predicted
	MAEReselected, MAPEReselected *float64 // of Fold.Reselected
	Baselines                     []Baseline
	Fallbacks                     int // folds where either prediction fell back
}

// Roll evaluates a model by rolling forecast origin (L. J. Tashman 2000,
// Out-of-sample tests of forecasting accuracy, International Journal of
// Forecasting 16): the first window is a third of the series, at least three
// values; then every later value is predicted from all before it, one step
// ahead. A missing value (NaN) is not predicted. The folds are shared out to as many goroutines as may run at once; the
// result does not depend on how many.
//
// y is the series that m was fitted to, of 2 to MaxRollLength values, NaN for
// those missing. The errors
// are ErrTooLong, ErrTooShort, ErrNotFinite, ErrOutOfRange, ErrConstant,
// ErrLinear and that of the context; a fold that can't be fitted is not an error.
func Roll(ctx context.Context, y []float64, m *Model, opt Options) (*RollingOrigin, error) {
	o, err := checkSeries(y, MaxRollLength)
	if err != nil {
		return nil, err
	}
	effort := rollEffort(o.weight())
	origins := origins(y)
	folds := make([]Fold, len(origins))
	var group sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(folds)) {
		group.Go(func() {
			for i := range next {
				folds[i] = fold(ctx, y, origins[i], m, opt, effort)
			}
		})
	}
	for i := len(folds) - 1; i >= 0; i-- { // the longest first
		next <- i
	}
	close(next)
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return summarise(y, folds), nil
}

// origins returns the indices of the values to be predicted: all those present
// after the first window.
func origins(y []float64) []int {
	var places []int
	for t, v := range y {
		if !math.IsNaN(v) {
			places = append(places, t)
		}
	}
	return places[min(max(len(places)/firstShare, firstWindow), len(places)):]
}

// fold predicts y[origin] in both ways.
func fold(ctx context.Context, y []float64, origin int, m *Model, opt Options, effort effort) Fold {
	f := Fold{Origin: origin, Actual: y[origin]}
	window := y[:origin]
	refitted, err := refit(ctx, window, m, effort)
	f.Predicted, f.PredictedFellBack = oneAhead(refitted, err, window, m.Order.D)
	d := differences(present(window))
	reselected, err := reselect(ctx, window, d, opt, effort)
	f.Reselected, f.ReselectedFellBack = oneAhead(reselected, err, window, d)
	return f
}

// rollEffort returns the effort for one origin in a series of n values.
func rollEffort(n int) effort {
	switch {
	case n <= rollThorough:
		return searchEffort(n)
	case n <= rollFrugal:
		return effort{screened: 8, climbs: 1}
	}
	return single
}

// refit re-estimates the coefficients of a model from part of its series.
func refit(ctx context.Context, window []float64, m *Model, effort effort) (*Model, error) {
	o, err := checkSeries(window, MaxRollLength)
	if err != nil {
		return nil, err
	}
	return fit(ctx, o, m.Order, m.Constant, effort)
}

// reselect chooses a model with d differences from part of the series.
func reselect(ctx context.Context, window []float64, d int, opt Options, effort effort) (*Model, error) {
	o, err := checkSeries(window, MaxRollLength)
	if err != nil {
		return nil, err
	}
	return auto(ctx, o, d, opt, effort)
}

// oneAhead returns the prediction of a model fitted to window or, if there is
// none, of the fallback with the same number of differences.
func oneAhead(m *Model, err error, window []float64, d int) (prediction float64, fellBack bool) {
	if err == nil {
		var forecasts []Forecast
		if forecasts, err = m.Forecast(1); err == nil {
			return forecasts[0].Mean, false
		}
	}
	if d == 0 {
		return mean(present(window)), true
	}
	return last(present(window)), true
}

// summarise scores the folds.
func summarise(y []float64, folds []Fold) *RollingOrigin {
	r := &RollingOrigin{Folds: folds}
	for _, f := range folds {
		if f.PredictedFellBack || f.ReselectedFellBack {
			r.Fallbacks++
		}
	}
	if len(folds) < leastFolds {
		return r
	}
	mae, mape := score(folds, func(f Fold) float64 { return f.Predicted })
	r.MAE, r.MAPE = &mae, mape
	mae2, mape2 := score(folds, func(f Fold) float64 { return f.Reselected })
	r.MAEReselected, r.MAPEReselected = &mae2, mape2
	r.Baselines = scoreBaselines(y, folds)
	return r
}

// score returns the mean absolute error of a prediction, and the percentage
// error over the folds for which it is defined, nil if there are none.
func score(folds []Fold, predict func(Fold) float64) (mae float64, mape *float64) {
	share, defined := 0.0, 0
	for _, f := range folds {
		miss := math.Abs(f.Actual - predict(f))
		mae += miss
		if relative := miss / math.Abs(f.Actual); !math.IsInf(relative, 0) && !math.IsNaN(relative) {
			share += relative
			defined++
		}
	}
	if defined > 0 {
		share *= 100 / float64(defined)
		mape = &share
	}
	return mae / float64(len(folds)), mape
}
