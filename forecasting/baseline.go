package forecasting

import "gonum.org/v1/gonum/stat"

// Baseline is the error of a prediction that needs no model, on the same folds
// as the model's.
type Baseline struct {
	Name string  // last, mean or mean3
	MAE  float64 // mean absolute error, in the unit of the series
	MAPE float64 // in per cent; 0 when RollingOrigin.MAPE is absent
}

// baselines are the predictions compared with: the last value, the mean of all
// and the mean of the last three (or fewer).
var baselines = [...]struct {
	name    string
	predict func(y []float64) float64
}{
	{"last", func(y []float64) float64 { return y[len(y)-1] }},
	{"mean", mean},
	{"mean3", func(y []float64) float64 { return mean(y[max(0, len(y)-3):]) }},
}

func mean(y []float64) float64 { return stat.Mean(y, nil) }

// scoreBaselines returns the errors of all baselines on the folds.
func scoreBaselines(y []float64, folds []Fold) []Baseline {
	var list []Baseline
	for _, b := range baselines {
		mae, mape := score(folds, func(f Fold) float64 { return b.predict(y[:f.Origin]) })
		result := Baseline{Name: b.name, MAE: mae}
		if mape != nil {
			result.MAPE = *mape
		}
		list = append(list, result)
	}
	return list
}
