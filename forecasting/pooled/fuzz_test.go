package pooled

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
)

// oddities are values that a byte may stand for.
var (
	oddAges   = []float64{0, -5, math.NaN(), math.Inf(1), 3, 40, 200}
	oddValues = []float64{1e-100, 1e-3, 25, 25.000001, 26, 90, 1e4, 1e100}
)

// decodeObservations makes four bytes one result of few runners on few days.
func decodeObservations(data []byte) []Observation {
	var obs []Observation
	for ; len(data) >= 4 && len(obs) < 200; data = data[4:] {
		w := binary.LittleEndian.Uint32(data)
		day := int(w>>4&15) * int(1+w>>28*w>>28*40_000)
		obs = append(obs, Observation{
			Series: int(w & 7), Event: 2*day + int(w>>3&1), Course: int(w >> 3 & 1), Day: day,
			Value: oddValues[w>>8&7], Age: oddAges[w>>12%7], Group: int8(w >> 16 & 3),
		})
	}
	return obs
}

// Whatever runs, predictions are distributions.
func FuzzRun(f *testing.F) {
	f.Add([]byte("any bytes at all, such as these, make results of runners"))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 16, 7, 0, 0})
	m, err := NewModel(Default())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		club, err := m.Run(t.Context(), decodeObservations(data))
		if errors.Is(err, ErrNoData) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range club.Predictions {
			checkDistribution(t, p)
		}
		for _, e := range club.Effects {
			if math.IsNaN(e.Mean) || !(e.Variance >= 0) || math.IsInf(e.Mean, 0) {
				t.Fatalf("effect %v", e)
			}
		}
	})
}

// checkDistribution fails unless quantiles increase and are inverted by CDF.
func checkDistribution(t *testing.T, p Prediction) {
	t.Helper()
	if math.IsNaN(p.Location) || math.IsInf(p.Location, 0) || !(p.Scale > 0) || math.IsInf(p.Scale, 0) {
		t.Fatalf("prediction %v", p)
	}
	before := 0.0
	for _, q := range []float64{0.001, 0.025, 0.1, 0.5, 0.9, 0.975, 0.999} {
		x := p.Quantile(q)
		if x < before || math.IsNaN(x) {
			t.Fatalf("%v: quantile %g is %g, after %g", p, q, x, before)
		}
		if u := p.CDF(x); x > 0 && !math.IsInf(x, 1) && math.Abs(u-q) > 1e-6 {
			t.Fatalf("%v: CDF of quantile %g is %g", p, q, u)
		}
		before = x
	}
}

func TestQuantilesAtTheEnds(t *testing.T) {
	m, err := NewModel(Default())
	if err != nil {
		t.Fatal(err)
	}
	p := m.Predict(State{}, Outlook{}, 0, Men, 40)
	checkDistribution(t, p)
	if p.Quantile(0) != 0 || !math.IsInf(p.Quantile(1), 1) || !math.IsNaN(p.Quantile(-1)) || !math.IsNaN(p.Quantile(2)) {
		t.Error("quantiles at the ends")
	}
	if p.CDF(-1) != 0 || p.CDF(0) != 0 || p.CDF(math.Inf(1)) != 1 || !math.IsNaN(p.CDF(math.NaN())) {
		t.Error("CDF at the ends")
	}
}
