package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"runnerdb/club"
	"runnerdb/forecasting"
)

// inputError is what only another input can mend: exit status 2.
type inputError struct{ error }

func (inputError) exitCode() int   { return 2 }
func (e inputError) Unwrap() error { return e.error }

const forecastHelp = `Fit an ARIMA model to a series and forecast what comes next.

The series is read from standard input, one value a line, oldest first: plain
numbers, or times like 3:47:05 (47:05 is minutes and seconds), which become
minutes and stay minutes in the output. NA, NaN, DNF, DNS or DSQ keeps the place
of a value that is missing. Blank lines and lines that start with # are skipped.

The number of differences comes from KPSS tests, the order from a stepwise search
for the least information criterion, the coefficients from exact maximum
likelihood. The limits are calibrated: from series as short as three values they hold
about as many of the next ones as they say. --interval=normal gives the textbook's,
which take the model and its coefficients for the truth and are too narrow. The
error is that of predicting each value of the last two thirds from those before it: with the order
chosen once on all values, with everything chosen anew each time, and for plain
baselines (last value, mean of all, mean of the last three, exponential smoothing).

With --exhaustive every order with p + q up to 5 is tried, here and at each step of
the error, instead of stepping from the best of a few to better neighbours. It
finds a lower criterion now and then; that is no proof of a better forecast.

With --order p,d,q that order is fitted instead, with a mean when d = 0 and no
constant otherwise.

With --jsonl each line of input is an object {"name": …, "values": [...]}, where
null is a missing value, and each line of output the answer to one, with its name;
a line that can't be answered gets an object with "error", the rest are answered,
and the exit status is 2. In JSON, mae and mae_reselected are mean absolute errors
and mape a percentage; baselines maps last, mean, mean3 and smoothing to theirs;
what there is too little data for is null.

Exit status: 0, or 2 when the input can't be used.`

const forecastExamples = `  printf '%s\n' 3:47:05 3:52:10 3:41:30 3:50:00 3:44:15 | runnerdb forecast
  runnerdb forecast --horizon 3 --ic aicc < times.txt
  runnerdb forecast --order 1,0,0 --json < times.txt
  echo '{"name": "A", "values": [227.1, 232.2, 221.5, 230]}' | runnerdb forecast --jsonl`

// The values of --interval.
const (
	calibratedInterval = "calibrated"
	normalInterval     = "normal"
)

// forecastOptions are the flags of the command, as typed.
type forecastOptions struct {
	json, jsonl bool
	exhaustive  bool
	criterion   string
	interval    string
	order       string
	horizon     int
}

// forecastTask says what is done with each series.
type forecastTask struct {
	options  forecasting.Options
	order    *forecasting.Order // nil: search
	horizon  int
	interval string
}

func forecastCommand() *cobra.Command {
	var opt forecastOptions
	cmd := &cobra.Command{
		Use:     "forecast",
		Short:   "Forecast a series of numbers or times from standard input",
		Long:    forecastHelp,
		Example: forecastExamples,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.NoArgs(cmd, args); err != nil {
				return inputError{errors.New("the series is read from standard input; there are no arguments")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			task, err := opt.task()
			if err != nil {
				return inputError{err}
			}
			in := interruptible{cmd.Context(), cmd.InOrStdin()}
			if opt.jsonl {
				return task.runLines(cmd.Context(), in, cmd.OutOrStdout(), cmd.ErrOrStderr())
			}
			return task.run(cmd.Context(), in, cmd.OutOrStdout(), opt.json)
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return inputError{err} })
	flags := cmd.Flags()
	flags.BoolVar(&opt.json, "json", false, "print one JSON object")
	flags.BoolVar(&opt.jsonl, "jsonl", false, "read many series, one JSON object a line, and answer each with one")
	flags.StringVar(&opt.criterion, "ic", "aic", "choose by the least aic, aicc or bic")
	flags.BoolVar(&opt.exhaustive, "exhaustive", false, "try every order with p + q up to 5, not only neighbours")
	flags.StringVar(&opt.interval, "interval", calibratedInterval, "limits that cover (calibrated), or the textbook's (normal)")
	flags.IntVar(&opt.horizon, "horizon", 1, "how many values to forecast")
	flags.StringVar(&opt.order, "order", "", "fit the order p,d,q instead of searching")
	return cmd
}

// task checks the flags.
func (opt forecastOptions) task() (forecastTask, error) {
	t := forecastTask{horizon: opt.horizon, interval: opt.interval}
	if opt.json && opt.jsonl {
		return t, errors.New("--json and --jsonl exclude each other")
	}
	if t.horizon < 1 || t.horizon > forecasting.MaxHorizon {
		return t, fmt.Errorf("--horizon %d: must be 1 to %d", t.horizon, forecasting.MaxHorizon)
	}
	if opt.interval != calibratedInterval && opt.interval != normalInterval {
		return t, fmt.Errorf("--interval %q: must be %s or %s", opt.interval, calibratedInterval, normalInterval)
	}
	var err error
	if t.options.Criterion, err = forecasting.ParseCriterion(opt.criterion); err != nil {
		return t, fmt.Errorf("--ic: %w", err)
	}
	t.options.Exhaustive = opt.exhaustive
	if opt.order != "" && opt.exhaustive {
		return t, errors.New("--order and --exhaustive exclude each other")
	}
	if opt.order != "" {
		t.order, err = parseOrder(opt.order)
	}
	return t, err
}

// parseOrder reads p,d,q.
func parseOrder(s string) (*forecasting.Order, error) {
	fields := strings.Split(s, ",")
	var numbers [3]int
	for i := range numbers {
		var err error
		if len(fields) == len(numbers) {
			numbers[i], err = strconv.Atoi(strings.TrimSpace(fields[i]))
		}
		if err != nil || len(fields) != len(numbers) {
			return nil, fmt.Errorf("--order %q: must be three whole numbers p,d,q, as in 1,0,1", s)
		}
	}
	return &forecasting.Order{P: numbers[0], D: numbers[1], Q: numbers[2]}, nil
}

// prediction is all that is said about one series.
type prediction struct {
	model     *forecasting.Model
	forecasts []forecasting.Forecast
	interval  string
	errors    *forecasting.RollingOrigin // nil when the series is too long to roll
}

// predict fits, forecasts and rolls.
func (t forecastTask) predict(ctx context.Context, y []float64) (*prediction, error) {
	p := &prediction{interval: t.interval}
	var err error
	if t.order == nil {
		p.model, err = forecasting.Auto(ctx, y, t.options)
	} else {
		constant := forecasting.None
		if t.order.D == 0 {
			constant = forecasting.Intercept
		}
		p.model, err = forecasting.Fit(ctx, y, *t.order, constant)
	}
	if err != nil {
		return nil, err
	}
	if p.forecasts, err = t.limits(p.model, y); err != nil {
		return nil, err
	}
	p.errors, err = forecasting.Roll(ctx, y, p.model, t.options)
	if errors.Is(err, forecasting.ErrTooLong) {
		return p, nil
	}
	return p, err
}

// limits are the forecasts with the limits that were asked for.
func (t forecastTask) limits(m *forecasting.Model, y []float64) ([]forecasting.Forecast, error) {
	if t.interval == normalInterval {
		return m.Forecast(t.horizon)
	}
	steps, err := m.Calibrated(y, t.horizon, forecasting.Prior{})
	forecasts := make([]forecasting.Forecast, len(steps))
	for i, step := range steps {
		forecasts[i] = step.Forecast
	}
	return forecasts, err
}

// run answers for one series.
func (t forecastTask) run(ctx context.Context, in io.Reader, out io.Writer, asJSON bool) error {
	s, err := readSeries(in)
	if err != nil {
		return err
	}
	p, err := t.predict(ctx, s.values)
	if err != nil {
		return unusable(err)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(p.answer())
	}
	return p.print(out, s.unit())
}

// unusable marks an error of the forecasting package as one of the input; a
// cancelled context is not.
func unusable(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return inputError{err}
}

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
