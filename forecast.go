package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

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
		forecasts[i] = around(step.Forecast)
	}
	return forecasts, err
}

// around draws limits out to a forecast beyond them: the models that they allow
// for need not agree with an order that was given.
func around(f forecasting.Forecast) forecasting.Forecast {
	f.Lo80, f.Hi80 = min(f.Lo80, f.Mean), max(f.Hi80, f.Mean)
	f.Lo95, f.Hi95 = min(f.Lo95, f.Mean), max(f.Hi95, f.Mean)
	return f
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
