package forecasting

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func roll(t *testing.T, y []float64) *RollingOrigin {
	t.Helper()
	m, err := Auto(t.Context(), y, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Roll(t.Context(), y, m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The first window is a third, at least three; every later value is one fold.
func TestRollHasAFoldForEachLaterValue(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	for n, want := range map[int]int{3: 0, 4: 1, 5: 2, 10: 7, 30: 20, 60: 40} {
		r := roll(t, finishTimes(rng, n))
		if len(r.Folds) != want {
			t.Errorf("n = %d: %d folds, want %d", n, len(r.Folds), want)
		}
		if enough := want >= 2; (r.MAE != nil) != enough || (r.MAEReselected != nil) != enough ||
			(r.MAPE != nil) != enough || (len(r.Baselines) == len(Naive)) != enough {
			t.Errorf("n = %d: %d folds, errors %v %v, baselines %v", n, want, r.MAE, r.MAEReselected, r.Baselines)
		}
	}
}

// By hand: with the mean as model, folds 4 and 5 of 1 2 4 3 5 are predicted by
// 7/3 and 10/4; by the last value 4, 3; by the mean of three 7/3, 3; by smoothing
// 2.75, 2.875.
func TestRollScores(t *testing.T) {
	y := []float64{1, 2, 4, 3, 5}
	m, err := Fit(t.Context(), y, Order{}, Intercept)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Roll(t.Context(), y, m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	want := []Baseline{
		{"last", (1 + 2) / 2.0, 100 * (1/3.0 + 2/5.0) / 2},
		{"mean", (2/3.0 + 2.5) / 2, 100 * (2/9.0 + 2.5/5) / 2},
		{"mean3", (2/3.0 + 2) / 2, 100 * (2/9.0 + 2/5.0) / 2},
		{"smoothing", (0.25 + 2.125) / 2, 100 * (0.25/3 + 2.125/5) / 2},
	}
	if diff := cmp.Diff(want, r.Baselines, near); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[1].MAE, *r.MAE, near); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[1].MAPE, *r.MAPE, near); diff != "" {
		t.Error(diff)
	}
	if f := r.Folds[1]; f.Origin != 4 || f.Actual != 5 || math.Abs(f.Predicted-2.5) > 1e-9 {
		t.Errorf("fold 2 is %+v", f)
	}
}

// A fold sees nothing of what comes after: changing the last value changes no
// prediction that chooses its model anew.
func TestReselectionHasNoHindsight(t *testing.T) {
	y := mixedSeries(rand.New(rand.NewPCG(4, 5)), 25)
	before := roll(t, y)
	y[len(y)-1] += 100
	after := roll(t, y)
	for i, f := range before.Folds {
		if f.Reselected != after.Folds[i].Reselected {
			t.Errorf("fold %d: %v becomes %v", i, f.Reselected, after.Folds[i].Reselected)
		}
	}
}

func TestRollFallsBack(t *testing.T) {
	r := roll(t, []float64{240, 240, 240, 240, 250, 245, 238})
	first := r.Folds[0]
	if first.Predicted != 240 || first.Reselected != 240 || !first.PredictedFellBack || !first.ReselectedFellBack {
		t.Errorf("the first fold is %+v", first)
	}
	if r.Fallbacks != 2 { // the first two windows are constant
		t.Errorf("%d fallbacks: %+v", r.Fallbacks, r.Folds)
	}
}

// On 6 % of the reference's series of ten a fold of the original gave NaN, and
// single folds were off by up to 60,849 minutes.
func TestRollIsFiniteOnAllReferenceSeries(t *testing.T) {
	ref := loadReference(t)
	inParallel(len(ref.Series), func(i int) {
		s := ref.Series[i]
		if len(s.Values) > 12 {
			return
		}
		m, err := Auto(t.Context(), s.Values, Options{})
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			return
		}
		r, err := Roll(t.Context(), s.Values, m, Options{})
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			return
		}
		low, high := limits(s.Values)
		for _, f := range r.Folds {
			for _, v := range []float64{f.Predicted, f.Reselected} {
				if !(low-2*(high-low) < v && v < high+2*(high-low)) {
					t.Errorf("%s: %+v; the series goes from %v to %v", s.Name, f, low, high)
				}
			}
		}
	})
}

func limits(y []float64) (low, high float64) {
	low, high = y[0], y[0]
	for _, v := range y {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// With an actual value of 0 the percentage is over the others; with none left
// it is absent.
func TestPercentagesNeedValuesOtherThanZero(t *testing.T) {
	if r := roll(t, []float64{1, 2, 1, 0, 4, 0}); r.MAPE == nil || math.IsInf(*r.MAPE, 0) || math.IsNaN(*r.MAPE) {
		t.Errorf("MAPE is %v", r.MAPE)
	}
	r := roll(t, []float64{1, -1, 2, 0, 0, 0})
	if r.MAPE != nil || r.MAPEReselected != nil || r.Baselines[0].MAPE != 0 {
		t.Errorf("MAPE is %v, %v, %v", r.MAPE, r.MAPEReselected, r.Baselines)
	}
}

// Missing values are no folds; those before the first change nothing.
func TestRollTakesMissingValues(t *testing.T) {
	gap := math.NaN()
	r := roll(t, []float64{gap, 240, 251, gap, 245, 238, gap, gap, 249, 243, gap})
	var got []int
	for _, f := range r.Folds {
		got = append(got, f.Origin)
		if math.IsNaN(f.Actual + f.Predicted + f.Reselected) {
			t.Errorf("a fold is %+v", f)
		}
	}
	if diff := cmp.Diff([]int{5, 8, 9}, got); diff != "" {
		t.Error(diff)
	}
	for _, b := range r.Baselines {
		if math.IsNaN(b.MAE + b.MAPE) {
			t.Errorf("a baseline is %+v", b)
		}
	}
	// By hand: the last values present before 238, 249, 243 are 245, 238, 249.
	if want := (7 + 11 + 6) / 3.0; math.Abs(r.Baselines[0].MAE-want) > 1e-9 {
		t.Errorf("the error of the last value is %v, want %v", r.Baselines[0].MAE, want)
	}
	plain := roll(t, []float64{240, 251, gap, 245, 238, gap, gap, 249, 243})
	if *plain.MAE != *r.MAE || *plain.MAEReselected != *r.MAEReselected {
		t.Errorf("the errors are %v and %v, without missing ends %v and %v", *r.MAE, *r.MAEReselected, *plain.MAE, *plain.MAEReselected)
	}
}

func TestRollRefuses(t *testing.T) {
	m := &Model{}
	if _, err := Roll(t.Context(), make([]float64, MaxRollLength+1), m, Options{}); !errors.Is(err, ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	y := finishTimes(rand.New(rand.NewPCG(1, 1)), 20)
	if _, err := Roll(ctx, y, m, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// patient is a context that is cancelled while the work is under way: after it
// has been asked so many times.
type patient struct {
	context.Context
	left atomic.Int64
}

func (p *patient) Err() error {
	if p.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// R088: work that nobody waits for any more stops, and soon: each of its parts
// asks once more at most.
func TestWorkUnderWayStopsWhenCancelled(t *testing.T) {
	y := hardSeries(30)
	m, err := Auto(t.Context(), y, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, work := range map[string]func(context.Context) error{
		"Auto": func(ctx context.Context) error { _, err := Auto(ctx, y, Options{}); return err },
		"exhaustive": func(ctx context.Context) error {
			_, err := Auto(ctx, y, Options{Exhaustive: true})
			return err
		},
		"Roll": func(ctx context.Context) error { _, err := Roll(ctx, y, m, Options{}); return err },
	} {
		whole := &patient{Context: t.Context()}
		whole.left.Store(math.MaxInt64)
		if err := work(whole); err != nil {
			t.Fatal(err)
		}
		asked := math.MaxInt64 - whole.left.Load()
		ctx := &patient{Context: t.Context()}
		ctx.left.Store(asked / 2)
		if err := work(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", name, err)
		}
		if more := -ctx.left.Load(); more > 200 {
			t.Errorf("%s: asked %d times, cancelled at %d, it asked %d times more", name, asked, asked/2, more)
		}
	}
}
