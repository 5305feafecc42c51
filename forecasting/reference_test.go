package forecasting

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// reference is testdata/arima.json.gz: see the README there.
type reference struct {
	Series     []referenceSeries
	FixedOrder []referenceFit `json:"fixed_order_ml"`
	byName     map[string][]float64
}

type referenceSeries struct {
	Name   string
	Values []float64
	Future []float64
	AIC    referenceFit `json:"auto_aic"`
	AICc   referenceFit `json:"auto_aicc"`

	Exhaustive *referenceFit `json:"exhaustive_aic"`
}

type referenceFit struct {
	Name       string
	Order      [3]int
	Constant   string
	Coef       referenceCoefficients
	LogLik     float64
	AIC, AICc  float64
	Mean1      float64
	Lo80, Hi80 float64
	Lo95, Hi95 float64
}

func (f referenceFit) order() Order { return Order{f.Order[0], f.Order[1], f.Order[2]} }

// polynomials returns R's φ and θ.
func (f referenceFit) polynomials() (phi, theta []float64) {
	for i := range f.Order[0] {
		phi = append(phi, f.Coef[fmt.Sprintf("ar%d", i+1)])
	}
	for i := range f.Order[2] {
		theta = append(theta, f.Coef[fmt.Sprintf("ma%d", i+1)])
	}
	return phi, theta
}

// referenceCoefficients is an object, or an empty list when there are none.
type referenceCoefficients map[string]float64

func (c *referenceCoefficients) UnmarshalJSON(b []byte) error {
	*c = nil
	if strings.HasPrefix(string(b), "[") {
		return nil
	}
	return json.Unmarshal(b, (*map[string]float64)(c))
}

var readReference = sync.OnceValues(func() (*reference, error) {
	file, err := os.Open("testdata/arima.json.gz")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	r := &reference{byName: map[string][]float64{}}
	if err := json.NewDecoder(unpacked).Decode(r); err != nil {
		return nil, err
	}
	for _, s := range r.Series {
		r.byName[s.Name] = s.Values
	}
	if raced {
		r.Series = everyTenth(r.Series)
		r.FixedOrder = everyTenth(r.FixedOrder)
	}
	return r, nil
})

func everyTenth[T any](all []T) []T {
	var some []T
	for i := 0; i < len(all); i += 10 {
		some = append(some, all[i])
	}
	return some
}

func loadReference(t testing.TB) *reference {
	t.Helper()
	r, err := readReference()
	if err != nil {
		t.Fatal(err)
	}
	return r
}
