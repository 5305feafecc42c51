package predictions

import (
	"math"

	"runnerdb/club"
	"runnerdb/forecasting"
)

// Method is a way to predict a race.
type Method string

// The methods, in the order in which they head a panel: the first that has
// anything to say does. The naive ones are those of forecasting.Naive.
const (
	ARIMA          Method = "arima"     // automatic ARIMA on the runner's own series
	ClubModel      Method = "club"      // the local level that all the club's runners share the constants of
	OtherDistances Method = "distances" // the runner's results at other distances, by Riegel's formula
	LastTime       Method = "last"
	MeanTime       Method = "mean"
	MeanOfThree    Method = "mean3"
	Smoothing      Method = "smoothing"
)

// MethodForecast is what one method says about the next race. Where Refusal is set
// that is nothing.
type MethodForecast struct {
	Method  Method
	Refusal error
	// Next is the prediction; of a naive method only the time.
	Next Interval
	// Expected is the distribution of the next time, in minutes; a naive method
	// has none.
	Expected forecasting.Distribution
	// Doubt says that the prediction reaches beyond where such formulas agree.
	Doubt bool
	// Past is what the method said before each race of the series that it had
	// something to say about, oldest first.
	Past []Past
	// Own is how far off it was on this runner's races, each predicted from
	// those before, and Club the same over the whole club at this distance, by
	// the last backtest.
	Own, Club Score
}

// Past is what was predicted before a race.
type Past struct {
	Race int // in Series.Races
	Next Interval
}

// Score is how far off predictions of so many races were: mean absolute error
// in minutes and in per cent. Without races it says nothing.
type Score struct {
	Races     int
	MAE, MAPE float64
}

// firstOrigin is the number of races before the first that is predicted when
// methods are compared on a series of n.
func firstOrigin(n int) int { return max(n/3, MinRaces) }

// score is the error of what was predicted before the races from the first
// origin on; with fewer than two of them it says nothing.
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

// naive are the outlooks that need no model.
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
