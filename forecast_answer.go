package main

import (
	"encoding/json"
	"math"

	"runnerdb/forecasting"
)

// seriesAnswer is the answer to one series in JSON. What is not a finite number
// is null.
type seriesAnswer struct {
	N        int                `json:"n"`
	Order    [3]int             `json:"order"`
	Constant string             `json:"constant"`
	Coef     map[string]float64 `json:"coef"`
	Sigma2   *float64           `json:"sigma2"`
	LogLik   *float64           `json:"loglik"`
	AIC      *float64           `json:"aic"`
	AICc     *float64           `json:"aicc"`
	BIC      *float64           `json:"bic"`
	Interval string             `json:"interval"`
	Forecast []limitsAnswer     `json:"forecast"`
	CV       errorsAnswer       `json:"cv"`
}

// namedAnswer is a seriesAnswer with the name given on the line.
type namedAnswer struct {
	Name json.RawMessage `json:"name"`
	seriesAnswer
}

type limitsAnswer struct {
	Mean float64 `json:"mean"`
	Lo80 float64 `json:"lo80"`
	Hi80 float64 `json:"hi80"`
	Lo95 float64 `json:"lo95"`
	Hi95 float64 `json:"hi95"`
}

// errorsAnswer holds mean absolute errors by rolling forecast origin; those of
// the baselines by name.
type errorsAnswer struct {
	Folds         int                `json:"folds"`
	MAE           *float64           `json:"mae"`
	MAPE          *float64           `json:"mape"`
	MAEReselected *float64           `json:"mae_reselected"`
	Baselines     map[string]float64 `json:"baselines"`
}

func (p *prediction) answer() seriesAnswer {
	m := p.model
	a := seriesAnswer{
		N:        m.N,
		Order:    [3]int{m.Order.P, m.Order.D, m.Order.Q},
		Constant: m.Constant.String(),
		Coef:     map[string]float64{},
		Sigma2:   finite(m.Sigma2),
		LogLik:   finite(m.LogLik),
		AIC:      finite(m.AIC),
		AICc:     finite(m.AICc),
		BIC:      finite(m.BIC),
		Interval: p.interval,
		CV:       errorsAnswer{Baselines: map[string]float64{}},
	}
	for _, c := range m.Coefficients() {
		a.Coef[c.Name] = c.Value
	}
	for _, f := range p.forecasts {
		a.Forecast = append(a.Forecast, limitsAnswer(f))
	}
	if r := p.errors; r != nil {
		a.CV.set(r)
	}
	return a
}

func (a *errorsAnswer) set(r *forecasting.RollingOrigin) {
	a.Folds = len(r.Folds)
	a.MAE, a.MAPE, a.MAEReselected = r.MAE, r.MAPE, r.MAEReselected
	for _, b := range r.Baselines {
		a.Baselines[b.Name] = b.MAE
	}
}

// finite returns nil for what JSON has no number for.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
