package forecasting

import "gonum.org/v1/gonum/stat"

// Baseline is the error of a naive prediction, measured on the same folds as
// the model's.
type Baseline struct {
	Name string  // of one of Naive
	MAE  float64 // mean absolute error, in the unit of the series
	MAPE float64 // in per cent; 0 when RollingOrigin.MAPE is nil
}

// NaiveMethod predicts the next value of a series without a model.
type NaiveMethod struct {
	Name string
	// Predict takes at least one value, none of them missing, oldest first.
	Predict func(y []float64) float64
}

// smoothing is the weight of the newest value in exponential smoothing.
const smoothing = 0.5

// Naive lists the predictions that a model has to beat: the last value, the
// mean of all, the mean of the last three (or fewer), and simple exponential
// smoothing from the first value with weight 0.5 (R. G. Brown 1959, Statistical
// forecasting for inventory control).
var Naive = [...]NaiveMethod{
	{"last", last},
	{"mean", mean},
	{"mean3", func(y []float64) float64 { return mean(y[max(0, len(y)-3):]) }},
	{"smoothing", func(y []float64) float64 {
		level := y[0]
		for _, v := range y[1:] {
			level += smoothing * (v - level)
		}
		return level
	}},
}

func last(y []float64) float64 { return y[len(y)-1] }

func mean(y []float64) float64 { return stat.Mean(y, nil) }

// scoreBaselines returns the errors of all baselines on the folds.
func scoreBaselines(y []float64, folds []Fold) []Baseline {
	var list []Baseline
	for _, b := range Naive {
		mae, mape := score(folds, func(f Fold) float64 { return b.Predict(present(y[:f.Origin])) })
		result := Baseline{Name: b.Name, MAE: mae}
		if mape != nil {
			result.MAPE = *mape
		}
		list = append(list, result)
	}
	return list
}
