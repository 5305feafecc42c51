package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forecastRun is what one run of the command left behind.
type forecastRun struct {
	out, errOut string
	err         error
	status      int
}

func runForecast(t *testing.T, in string, args ...string) forecastRun {
	t.Helper()
	var out, errOut bytes.Buffer
	cmd := forecastCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetIn(strings.NewReader(in))
	cmd.SetOut(&out)
	cmd.SetErr(&errOut)
	cmd.SetArgs(args)
	r := forecastRun{err: cmd.ExecuteContext(t.Context())}
	r.out, r.errOut = out.String(), errOut.String()
	var coded interface{ exitCode() int }
	switch {
	case errors.As(r.err, &coded):
		r.status = coded.exitCode()
	case r.err != nil:
		r.status = 1
	}
	return r
}

// Ten finish times in minutes, one of them written as a time.
const tenTimes = "# Lethabo\n220.5833\n246.9\n\n229.0167\n3:53:26\n265.35\n240\n231.5\n228\n244.75\n219\n"

// By hand: 1 2 4 3 5 5 have the sum 20 and the sum of squares 80; the mean and
// the sample variance are the model's.
func TestForecastJSON(t *testing.T) {
	got := runForecast(t, "1\n2\n4\n3\n5\n5\n", "--json", "--order", "0,0,0", "--horizon", "2", "--interval", "normal")
	if got.err != nil {
		t.Fatal(got.err)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(got.out), &answer); err != nil {
		t.Fatal(err)
	}
	mean, variance := 20.0/6, (80-400/6.0)/5
	half := math.Sqrt(variance)
	limits := map[string]any{
		"mean": mean, "lo80": mean - 1.2815515655*half, "hi80": mean + 1.2815515655*half,
		"lo95": mean - 1.9599639845*half, "hi95": mean + 1.9599639845*half,
	}
	logLik := -3 * (1 + math.Log(2*math.Pi*variance*5/6))
	want := map[string]any{
		"n": 6.0, "order": []any{0.0, 0.0, 0.0}, "constant": "intercept",
		"coef": map[string]any{"intercept": mean}, "sigma2": variance,
		"loglik": logLik, "aic": -2*logLik + 4, "aicc": -2*logLik + 4 + 4, "bic": -2*logLik + 2*math.Log(6),
		"interval": "normal", "forecast": []any{limits, limits},
	}
	cv, ok := answer["cv"].(map[string]any)
	if !ok {
		t.Fatalf("no cv in %s", got.out)
	}
	delete(answer, "cv")
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-6 })
	if diff := cmp.Diff(want, answer, near); diff != "" {
		t.Error(diff)
	}
	// Folds: 3 from 1 2 4, then 5, then 5; the mean says 7/3, 10/4, 15/5.
	delete(cv, "mae_reselected")
	wantCV := map[string]any{
		"folds": 3.0, "mae": (2/3.0 + 2.5 + 2) / 3, "mape": 100 * (2/9.0 + 0.5 + 0.4) / 3,
		"baselines": map[string]any{
			"last": 1.0, "mean": (2/3.0 + 2.5 + 2) / 3, "mean3": (2/3.0 + 2 + 1) / 3,
			"smoothing": (0.25 + 2.125 + 1.0625) / 3,
		},
	}
	if diff := cmp.Diff(wantCV, cv, near); diff != "" {
		t.Error(diff)
	}
}

func TestForecastWithTooFewFoldsHasNull(t *testing.T) {
	for _, in := range []string{"240\n250\n245\n", "240\n250\n245\n251\n"} {
		got := runForecast(t, in, "--json")
		if got.err != nil || !strings.Contains(got.out, `"mae":null,"mape":null,"mae_reselected":null,"baselines":{}`) {
			t.Errorf("%q: %v, %s", in, got.err, got.out)
		}
		if got := runForecast(t, in); !strings.Contains(got.out, "Too few values to say how far off") {
			t.Errorf("%q: %v, %s", in, got.err, got.out)
		}
	}
}

func TestForecastForAPerson(t *testing.T) {
	got := runForecast(t, tenTimes, "--horizon", "2", "--ic", "bic")
	if got.err != nil {
		t.Fatal(got.err)
	}
	for _, want := range []string{
		"ARIMA(0,0,0) with non-zero mean, fitted to 10 values", "AIC", "235.85 (3:55:51)",
		"Mean absolute error of 7 such forecasts", "last value", "mean of last three",
	} {
		if !strings.Contains(got.out, want) {
			t.Errorf("no %q in\n%s", want, got.out)
		}
	}
	if plain := runForecast(t, "1\n2\n4\n3\n"); strings.Contains(plain.out, ":0") {
		t.Errorf("numbers are printed as times:\n%s", plain.out)
	}
}

// All orders hold those met step by step.
func TestForecastExhaustive(t *testing.T) {
	aic := func(args ...string) float64 {
		got := runForecast(t, tenTimes, append(args, "--json")...)
		var answer seriesAnswer
		if err := json.Unmarshal([]byte(got.out), &answer); err != nil {
			t.Fatal(got.err, err)
		}
		return *answer.AIC
	}
	if all, some := aic("--exhaustive"), aic(); all > some+1e-6 {
		t.Errorf("AIC %v of all, %v step by step", all, some)
	}
}

func TestForecastRefuses(t *testing.T) {
	tests := []struct {
		name, in string
		args     []string
		want     string
	}{
		{"letters", "1\n2\nabc\n", nil, `line 3: "abc" is neither a number nor a time like 3:47:05`},
		{"minutes beyond 59", "3:77:05\n", nil, `line 1: "3:77:05" is neither`},
		{"nothing but missing", "DNF\nNA\n", nil, "0 values, at least 2"},
		{"missing but one", "DNF\n240\nNA\n", nil, "1 values, at least 2"},
		{"infinity", "1\n1e999\n", nil, `line 2: "1e999" is neither`},
		{"hexadecimal", "0x1p3\n", nil, `line 1: "0x1p3" is neither`},
		{"a long line", "1\n" + strings.Repeat("1", 300), nil, "line 2: longer than 200 characters"},
		{"nothing", "", nil, "0 values, at least 2: the series is too short"},
		{"all equal", "5\n5\n5\n", nil, "all values are equal"},
		{"too many", strings.Repeat("1\n2\n", 600), nil, "1200 values, at most 1000"},
		{"far too many", strings.Repeat("1\n2\n", 6000), nil, "line 10001: at most 10000 values"},
		{"horizon", "1\n2\n", []string{"--horizon", "0"}, "--horizon 0: must be 1 to 1000"},
		{"criterion", "1\n2\n", []string{"--ic", "hq"}, `--ic: "hq" is none of aic, aicc and bic`},
		{"order", "1\n2\n", []string{"--order", "1,x,0"}, `--order "1,x,0": must be three whole numbers`},
		{"order of two", "1\n2\n", []string{"--order", "1,0"}, `--order "1,0": must be three`},
		{"order too high", "1\n2\n4\n", []string{"--order", "9,0,0"}, "p and q go from 0 to 5"},
		{"order for too few", "1\n2\n4\n", []string{"--order", "2,0,1"}, "needs at least 5 values, not 3"},
		{"both", "", []string{"--json", "--jsonl"}, "exclude each other"},
		{"a search for a given order", "1\n2\n4\n", []string{"--order", "1,0,0", "--exhaustive"}, "exclude each other"},
		{"too many for every order", strings.Repeat("1\n2\n", 300), []string{"--exhaustive"}, "600 values, at most 500"},
		{"unknown flag", "", []string{"--frobnicate"}, "unknown flag"},
		{"an argument", "", []string{"times.txt"}, "read from standard input"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runForecast(t, tt.in, tt.args...)
			if got.status != 2 || got.err == nil || !strings.Contains(got.err.Error(), tt.want) {
				t.Errorf("status %d, error %v; want 2, %q", got.status, got.err, tt.want)
			}
			if got.out != "" {
				t.Errorf("printed %q", got.out)
			}
		})
	}
}

func TestForecastLines(t *testing.T) {
	in := `{"name": "A", "values": [240, 250, 245, "4:10:30", 238]}

{"name": "B", "values": [1, null, null, "DNF"]}
{"name": 7, "values": [5, 5, 5]}
nonsense
{"name": "C"}
{"values": [1, 2, 4, 3]}
`
	got := runForecast(t, in, "--jsonl")
	if got.status != 2 || !strings.Contains(fmt.Sprint(got.err), "4 of 6 lines could not be answered") {
		t.Errorf("status %d, error %v", got.status, got.err)
	}
	type line struct {
		Name  any
		N     int
		Error string
	}
	var lines []line
	for text := range strings.Lines(got.out) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		l.Error, _, _ = strings.Cut(l.Error, ": not an object")
		lines = append(lines, l)
	}
	want := []line{
		{Name: "A", N: 5},
		{Name: "B", Error: "line 3: 1 values, at least 2: the series is too short"},
		{Name: 7.0, Error: "line 4: 3 times 5: all values are equal"},
		{Error: "line 5"},
		{Name: "C", Error: `line 6: no "values"`},
		{N: 4},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	for _, number := range []string{"line 3:", "line 4:", "line 5:", "line 6:"} {
		if !strings.Contains(got.errOut, number) {
			t.Errorf("no %q on standard error:\n%s", number, got.errOut)
		}
	}
}

// The limits are calibrated unless the textbook's are asked for: wider, about
// the same forecast, and further apart with each step.
func TestForecastIntervals(t *testing.T) {
	answers := map[string]seriesAnswer{}
	for _, interval := range []string{"", "calibrated", "normal"} {
		args := []string{"--json", "--horizon", "5"}
		if interval != "" {
			args = append(args, "--interval="+interval)
		}
		got := runForecast(t, tenTimes, args...)
		var answer seriesAnswer
		if err := json.Unmarshal([]byte(got.out), &answer); err != nil || got.err != nil {
			t.Fatal(got.err, err)
		}
		answers[interval] = answer
	}
	if diff := cmp.Diff(answers[""], answers["calibrated"]); diff != "" {
		t.Error(diff)
	}
	before := 0.0
	for i, calibrated := range answers["calibrated"].Forecast {
		normal := answers["normal"].Forecast[i]
		width := calibrated.Hi95 - calibrated.Lo95
		if calibrated.Mean != normal.Mean || width <= normal.Hi95-normal.Lo95 || width < before {
			t.Errorf("step %d: %+v, normal %+v", i+1, calibrated, normal)
		}
		before = width
	}
	if got := runForecast(t, tenTimes, "--interval", "wide"); got.status != 2 || !strings.Contains(got.err.Error(), "must be calibrated or normal") {
		t.Errorf("got %d, %v", got.status, got.err)
	}
}

// By hand: three differences in a walk of which one value is missing, the last
// two of them together; null, NA and DNF are the same, and case is.
func TestForecastTakesMissingValues(t *testing.T) {
	want := runForecast(t, "10\n12\nNA\n11\n", "--json", "--order", "0,1,0", "--interval", "normal")
	for _, in := range []string{"10\n12\nDNF\n11\n", "NaN\n10\n12\nna\n11\n", "dns\nDSQ\n10\n\n12\nNA\n11\n"} {
		if got := runForecast(t, in, "--json", "--order", "0,1,0", "--interval", "normal"); got.err != nil || got.out != want.out {
			t.Errorf("%q: %v, %s; want %s", in, got.err, got.out, want.out)
		}
	}
	lines := runForecast(t, `{"values":[10,12,null,11]}`, "--jsonl", "--order", "0,1,0", "--interval", "normal")
	if got := strings.Replace(lines.out, `"name":null,`, "", 1); got != want.out {
		t.Errorf("in lines: %s, want %s", got, want.out)
	}
	var answer seriesAnswer
	if err := json.Unmarshal([]byte(want.out), &answer); err != nil {
		t.Fatal(err)
	}
	if sigma2 := (2*2 + 1*1/2.0) / 2; answer.N != 3 || math.Abs(*answer.Sigma2-sigma2) > 1e-9 || answer.Forecast[0].Mean != 11 {
		t.Errorf("%s: want 3 values, σ² %v, forecast 11", want.out, sigma2)
	}
}

// The same series one by one and in lines gives the same answer.
func TestForecastLinesAnswerAsOneByOne(t *testing.T) {
	single := runForecast(t, "1\n2\n4\n3\n5\n5\n", "--json")
	lines := runForecast(t, `{"name":"x","values":[1,2,4,3,5,5]}`, "--jsonl")
	if want := strings.Replace(single.out, "{", `{"name":"x",`, 1); lines.out != want {
		t.Errorf("got %s, want %s", lines.out, want)
	}
}

func TestLongLinesDoNotHideLaterOnes(t *testing.T) {
	long := `{"name":"long","values":[` + strings.Repeat("1,", maxSeriesLine) + `1]}`
	got := runForecast(t, long+"\n"+`{"name":"x","values":[1,2,4]}`+"\n", "--jsonl")
	if got.status != 2 || !strings.Contains(got.out, `"error":"line 1: longer than`) || !strings.Contains(got.out, `{"name":"x","n":3`) {
		t.Errorf("status %d: %.300s", got.status, got.out)
	}
}

func TestReadSeriesFromOtherSystems(t *testing.T) {
	got, err := readSeries(strings.NewReader("\ufeff240\r\n 3:47:05 \r\n\r\n# the last\r\n250"))
	want := []float64{240, 227 + 5/60.0, 250}
	if err != nil || !got.times || !cmp.Equal(got.values, want, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

// A terminal where nobody types: the command ends when it is interrupted.
func TestForecastStopsWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe()
	defer func() { _ = out.Close() }()
	cmd := forecastCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetIn(in)
	cmd.SetArgs([]string{})
	cancel()
	if err := cmd.ExecuteContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestParseValue(t *testing.T) {
	tests := map[string]float64{
		"240": 240, "-1.5": -1.5, "2.5e2": 250, ".5": 0.5, "+3": 3,
		"3:47:05": 3*60 + 47 + 5/60.0, "47:30": 47.5, "0:00:30": 0.5, "24:00:00": 1440,
	}
	for in, want := range tests {
		if got, _, err := parseValue(in); err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: got %v, %v; want %v", in, got, err, want)
		}
	}
}

// FuzzReadSeries: what is read is missing or finite, in range of what a line can hold, and
// what is refused names a line.
func FuzzReadSeries(f *testing.F) {
	for _, seed := range []string{tenTimes, "3:47:05\r\n4:01:00", "abc", "DNF\nNA", "1e999", "\x00", ":::", "#", "12:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		s, err := readSeries(strings.NewReader(in))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") {
				t.Errorf("%q: %v", in, err)
			}
			return
		}
		for _, v := range s.values {
			if math.IsInf(v, 0) {
				t.Errorf("%q gives %v", in, v)
			}
		}
	})
}

// FuzzForecastLines: every line that is not blank gets one answer.
func FuzzForecastLines(f *testing.F) {
	f.Add(`{"name":"x","values":[1,2,4]}`)
	f.Add("{\n[]\n" + `{"values":["1:00",2e300,null]}`)
	f.Fuzz(func(t *testing.T, in string) {
		want := 0
		for line := range strings.SplitSeq(strings.TrimPrefix(in, byteOrderMark), "\n") {
			if strings.TrimSpace(line) != "" {
				want++
			}
		}
		got := runForecast(t, in, "--jsonl")
		if answers := strings.Count(got.out, "\n"); answers != want {
			t.Errorf("%q: %d answers to %d lines: %s", in, answers, want, got.out)
		}
		for line := range strings.Lines(got.out) {
			if !json.Valid([]byte(line)) {
				t.Errorf("%q: not JSON: %s", in, line)
			}
		}
	})
}

// Ten alternating values are no walk for the models behind the limits; a
// forecast that was asked for by its order still lies within them.
func TestForecastsLieWithinTheirLimits(t *testing.T) {
	got := runForecast(t, strings.Repeat("1\n2\n", 5), "--json", "--order", "0,1,0")
	var answer struct {
		Forecast []limitsAnswer
	}
	if err := json.Unmarshal([]byte(got.out), &answer); err != nil {
		t.Fatal(err, got.err)
	}
	if f := answer.Forecast[0]; f.Mean != 2 || !(f.Lo95 < f.Lo80 && f.Lo80 <= f.Mean && f.Mean <= f.Hi80 && f.Hi80 <= f.Hi95) {
		t.Errorf("got %+v", f)
	}
}
