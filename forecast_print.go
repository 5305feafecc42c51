package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"runnerdb/club"
	"runnerdb/forecasting"
)

// print writes a prediction for a person, each value by way of unit.
func (p *prediction) print(out io.Writer, unit func(float64) string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(w, p.model.String()+p.describe(unit)+p.describeErrors(unit)); err != nil {
		return err
	}
	return w.Flush()
}

// describe says what was fitted and forecast, in cells between tabs.
func (p *prediction) describe(unit func(float64) string) string {
	var b strings.Builder
	m := p.model
	fmt.Fprintf(&b, ", fitted to %d values\n", m.N)
	for _, c := range m.Coefficients() {
		fmt.Fprintf(&b, "  %s\t%.5g\n", c.Name, c.Value)
	}
	fmt.Fprintf(&b, "  σ²\t%.5g\n  log-likelihood\t%.2f\n  AIC\t%.2f\n", m.Sigma2, m.LogLik, m.AIC)
	if !math.IsInf(m.AICc, 0) {
		fmt.Fprintf(&b, "  AICc\t%.2f\n", m.AICc)
	}
	fmt.Fprintf(&b, "  BIC\t%.2f\n\nStep\tForecast\t80 %% from\tto\t95 %% from\tto\t(%s)\n", m.BIC, p.interval)
	for i, f := range p.forecasts {
		fmt.Fprintf(&b, "%d\t%s\t%s\t%s\t%s\t%s\n", i+1, unit(f.Mean), unit(f.Lo80), unit(f.Hi80), unit(f.Lo95), unit(f.Hi95))
	}
	return b.String()
}

// describeErrors says what the errors by rolling forecast origin are.
func (p *prediction) describeErrors(unit func(float64) string) string {
	r := p.errors
	switch {
	case r == nil:
		return fmt.Sprintf("\nHow far off such forecasts are is measured for up to %d values.\n", forecasting.MaxRollLength)
	case r.MAE == nil:
		return "\nToo few values to say how far off such forecasts are.\n"
	}
	var b strings.Builder
	row := func(name string, mae float64, mape *float64) {
		share := ""
		if mape != nil {
			share = fmt.Sprintf("\t%.1f %%", *mape)
		}
		fmt.Fprintf(&b, "  %s\t%s%s\n", name, unit(mae), share)
	}
	fmt.Fprintf(&b, "\nMean absolute error of %d such forecasts, each from the values before it\n", len(r.Folds))
	row("this order", *r.MAE, r.MAPE)
	row("order chosen each time", *r.MAEReselected, r.MAPEReselected)
	names := map[string]string{"last": "last value", "mean": "mean of all", "mean3": "mean of last three", "smoothing": "exponential smoothing"}
	for _, base := range r.Baselines {
		mape := &base.MAPE
		if r.MAPE == nil {
			mape = nil
		}
		row(names[base.Name], base.MAE, mape)
	}
	if r.Fallbacks > 0 {
		fmt.Fprintf(&b, "  (%d without a model: mean or last value)\n", r.Fallbacks)
	}
	return b.String()
}

// unit returns how a value of the series is printed.
func (s inputSeries) unit() func(float64) string {
	if !s.times {
		return func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	}
	return func(v float64) string {
		return fmt.Sprintf("%.2f (%v)", v, club.FinishTimeOfMinutes(v))
	}
}
