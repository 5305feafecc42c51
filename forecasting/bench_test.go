package forecasting

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"
)

// finishTimes draws n times about a mean of 240 minutes, as the demo's are.
func finishTimes(rng *rand.Rand, n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = 240 + 15*rng.NormFloat64()
	}
	return y
}

// medianOf runs work on one series after the other and reports the median time.
func medianOf(b *testing.B, n int, work func(y []float64) error) {
	rng := rand.New(rand.NewPCG(10, uint64(n)))
	series := make([][]float64, 200)
	for i := range series {
		series[i] = finishTimes(rng, n)
	}
	b.ReportAllocs()
	var times []time.Duration
	i := 0
	for b.Loop() {
		start := time.Now()
		if err := work(series[i%len(series)]); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
		i++
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "median-ns/op")
}

func BenchmarkAuto(b *testing.B) {
	for _, n := range []int{10, 60} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			medianOf(b, n, func(y []float64) error {
				_, err := Auto(context.Background(), y, Options{})
				return err
			})
		})
	}
}

// BenchmarkLength fits ARIMA(2,0,1) from one start to series of 10 to 10,000
// values and reports the median of each and the slope of its logarithm by that of
// n: 1 is linear.
func BenchmarkLength(b *testing.B) {
	lengths := []int{10, 30, 100, 300, 1000, 10_000}
	times := make([][]time.Duration, len(lengths))
	rng := rand.New(rand.NewPCG(1, 9))
	for b.Loop() {
		for i, n := range lengths {
			o := observe(mixedSeries(rng, n))
			start := time.Now()
			if _, err := fit(context.Background(), o, Order{2, 0, 1}, Intercept, single); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(start))
		}
	}
	x, y := make([]float64, len(lengths)), make([]float64, len(lengths))
	for i, n := range lengths {
		slices.Sort(times[i])
		median := float64(times[i][len(times[i])/2].Nanoseconds())
		b.ReportMetric(median, fmt.Sprintf("ns/n=%d", n))
		x[i], y[i] = math.Log(float64(n)), math.Log(median)
	}
	_, slope := stat.LinearRegression(x, y, nil, false)
	b.ReportMetric(slope, "slope")
}

func BenchmarkRoll(b *testing.B) {
	for _, n := range []int{10, 60} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			medianOf(b, n, func(y []float64) error {
				m, err := Auto(context.Background(), y, Options{})
				if err == nil {
					_, err = Roll(context.Background(), y, m, Options{})
				}
				return err
			})
		})
	}
}

// hardSeries is what costs most of the kinds tried: three waves and noise, which
// only large models fit.
func hardSeries(n int) []float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	y := make([]float64, n)
	for i := range y {
		t := float64(i)
		y[i] = math.Sin(0.5*t) + math.Sin(1.3*t) + math.Sin(2.1*t) + 0.3*rng.NormFloat64()
	}
	return y
}

// BenchmarkLimits measures the longest series accepted; each should take less
// than a second on one core.
func BenchmarkLimits(b *testing.B) {
	b.Run("Auto", func(b *testing.B) {
		y := hardSeries(MaxLength)
		for b.Loop() {
			if _, err := Auto(context.Background(), y, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Exhaustive", func(b *testing.B) {
		y := hardSeries(MaxExhaustiveLength)
		for b.Loop() {
			if _, err := Auto(context.Background(), y, Options{Exhaustive: true}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Missing", func(b *testing.B) {
		y := hardSeries(300)
		for i := 5; i < len(y); i += 18 {
			y[i] = math.NaN()
		}
		for b.Loop() {
			if _, err := Auto(context.Background(), y, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Fit", func(b *testing.B) {
		y := hardSeries(MaxFitLength)
		for b.Loop() {
			if _, err := Fit(context.Background(), y, Order{MaxLag, 0, MaxLag}, Intercept); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, n := range []int{rollThorough, rollFrugal, MaxRollLength} {
		b.Run(fmt.Sprintf("Roll/n=%d", n), func(b *testing.B) {
			y := hardSeries(n)
			m, err := Auto(context.Background(), y, Options{})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := Roll(context.Background(), y, m, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
