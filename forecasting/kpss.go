package forecasting

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// kpssLevel is the level of the tests that choose d, as in Hyndman and
// Khandakar (2008), section 3.1.
const kpssLevel = 0.05

// Upper tail of the KPSS statistic about a level: table 1 of Kwiatkowski et
// al. (1992), with the probabilities in the same order.
var (
	kpssCritical    = [...]float64{0.347, 0.463, 0.574, 0.739}
	kpssProbability = [...]float64{0.10, 0.05, 0.025, 0.01}
)

// differences returns how often y must be differenced until the KPSS test no
// longer rejects, at 5 %, stationarity about a level. It returns at most
// MaxDifferences, and stops once the differenced series is constant.
func differences(y []float64) int {
	d := 0
	for d < MaxDifferences && kpssPValue(kpss(y)) < kpssLevel {
		y = difference(y, 1)
		d++
		if constant(y, 0) {
			break
		}
	}
	return d
}

// kpss returns the statistic of D. Kwiatkowski, P. C. B. Phillips, P. Schmidt
// and Y. Shin (1992), Testing the null hypothesis of stationarity against the
// alternative of a unit root, Journal of Econometrics 54, equation (13):
//
//	Σ S[t]² / (n² s²)
//
// where S are the partial sums of the deviations from the mean and s² is their
// long-run variance with Bartlett weights up to lag trunc(3 √n / 13).
func kpss(y []float64) float64 {
	n := float64(len(y))
	mean := stat.Mean(y, nil)
	var sum, squares float64
	for _, v := range y {
		sum += v - mean
		squares += sum * sum
	}
	return squares / (n * n * longRunVariance(y, mean, int(3*math.Sqrt(n)/13)))
}

// longRunVariance computes equation (10) of Kwiatkowski et al. (1992).
func longRunVariance(y []float64, mean float64, lags int) float64 {
	e := make([]float64, len(y))
	for i, v := range y {
		e[i] = v - mean
	}
	variance := floats.Dot(e, e)
	for lag := 1; lag <= lags; lag++ {
		weight := 1 - float64(lag)/float64(lags+1)
		variance += 2 * weight * floats.Dot(e[lag:], e[:len(e)-lag])
	}
	return variance / float64(len(y))
}

// kpssPValue interpolates linearly between the critical values, and returns 0.1
// or 0.01 outside them.
func kpssPValue(statistic float64) float64 {
	last := len(kpssCritical) - 1
	if !(statistic > kpssCritical[0]) {
		return kpssProbability[0]
	}
	for i := 1; i <= last; i++ {
		if statistic <= kpssCritical[i] {
			share := (statistic - kpssCritical[i-1]) / (kpssCritical[i] - kpssCritical[i-1])
			return kpssProbability[i-1] + share*(kpssProbability[i]-kpssProbability[i-1])
		}
	}
	return kpssProbability[last]
}
