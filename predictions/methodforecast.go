package predictions

import (
	"math"

	"runnerdb/club"
	"runnerdb/forecasting"
)

// Method is a method of predicting a race.
type Method string

// The methods, in order of precedence: the first that can predict heads the
// panel. The naive ones are those of forecasting.Naive.
const (
	ARIMA          Method = "arima"     // automatic ARIMA on the runner's own series
	ClubModel      Method = "club"      // a local level whose constants all runners of the club share
	OtherDistances Method = "distances" // the runner's results at other distances, by Riegel's formula
	LastTime       Method = "last"
	MeanTime       Method = "mean"
	MeanOfThree    Method = "mean3"
	Smoothing      Method = "smoothing"
)

// MethodForecast is one method's prediction of the next race. If Refusal is set
// there is none.
type MethodForecast struct {
	Method  Method
	Refusal error
	// Next is the prediction. Naive methods give only the time.
	Next Interval
	// Expected is the distribution of the next time in minutes. Naive methods
	// give none.
	Expected forecasting.Distribution
	// Doubt is true if the prediction extrapolates beyond the range in which
	// such formulas agree.
	Doubt bool
	// Past holds the predictions before each race of the series for which the
	// method made one, oldest first.
	Past []Past
	// Own is the error on this runner's races, each predicted from those
	// before. Club is the error over the whole club at this distance in the
	// last backtest.
	Own, Club Score
}

// Past is a prediction made before a race.
type Past struct {
	Race int // in Series.Races
	Next Interval
}

// Score is the error over a number of predicted races: mean absolute error in
// minutes and in per cent. It means nothing without races.
type Score struct {
	Races     int
	MAE, MAPE float64
}

// firstOrigin returns the index of the first predicted race when methods are
// compared on a series of n.
func firstOrigin(n int) int { return max(n/3, MinRaces) }

// score returns the error of the predictions from the first origin on, or the
// zero Score if there are fewer than two.
func score(races []club.Performance, past []Past) Score {
	var s Score
	for _, before := range past {
		if before.Race < firstOrigin(len(races)) {
			continue
		}
		actual := races[before.Race].Result.Time().Minutes()
		miss := math.Abs(before.Next.Time.Minutes() - actual)
		s.Races++
		s.MAE += miss
		s.MAPE += 100 * miss / actual
	}
	if s.Races < 2 {
		return Score{}
	}
	s.MAE /= float64(s.Races)
	s.MAPE /= float64(s.Races)
	return s
}

// naive returns the forecasts that need no model.
func naive(series Series) []MethodForecast {
	minutes := series.Minutes()
	var forecasts []MethodForecast
	for _, method := range forecasting.Naive {
		forecast := MethodForecast{Method: Method(method.Name)}
		for origin := range minutes {
			if origin > 0 {
				next := Interval{Time: club.FinishTimeOfMinutes(method.Predict(minutes[:origin]))}
				forecast.Past = append(forecast.Past, Past{origin, next})
			}
		}
		forecast.Next.Time = club.FinishTimeOfMinutes(method.Predict(minutes))
		forecast.Own = score(series.Races, forecast.Past)
		forecasts = append(forecasts, forecast)
	}
	return forecasts
}
