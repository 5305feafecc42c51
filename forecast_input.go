package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"runnerdb/club"
	"runnerdb/forecasting"
)

// Bounds of the input: a longer line is an error, not read into memory.
const (
	maxValueLine  = 200
	maxSeriesLine = 1 << 20
	maxInputLines = 100_000
)

// byteOrderMark is what some editors put before the first line.
const byteOrderMark = "\ufeff"

// inputSeries is what was read; times tells that it was written as times.
type inputSeries struct {
	values []float64
	times  bool
}

// interruptible reads until its context is done, even while the reader below
// waits for someone to type.
type interruptible struct {
	ctx context.Context
	in  io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	buffer, done := make([]byte, len(p)), make(chan result, 1)
	go func() {
		n, err := r.in.Read(buffer)
		done <- result{n, err}
	}()
	select {
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	case got := <-done:
		return copy(p, buffer[:got.n]), got.err
	}
}

// eachLine calls do with the number and the trimmed text of every line; a line
// longer than limit is cut to nothing and has tooLong set.
func eachLine(in io.Reader, limit int, do func(number int, line []byte, tooLong bool) error) error {
	r := bufio.NewReaderSize(in, 64<<10)
	var line []byte
	for number := 1; ; number++ {
		line = line[:0]
		tooLong, more := false, true
		for more {
			part, prefix, err := r.ReadLine()
			if errors.Is(err, io.EOF) && len(line) == 0 && !tooLong {
				return nil
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return fmt.Errorf("line %d: %w", number, err)
			}
			if tooLong = tooLong || len(line)+len(part) > limit; tooLong {
				line = line[:0]
			} else {
				line = append(line, part...)
			}
			more = prefix && err == nil
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte(byteOrderMark))
		}
		if err := do(number, bytes.TrimSpace(line), tooLong); err != nil {
			return err
		}
	}
}

// readSeries reads one value a line. Its errors are inputErrors with the number
// of the line, but for those of reading itself.
func readSeries(in io.Reader) (inputSeries, error) {
	var s inputSeries
	err := eachLine(in, maxValueLine, func(number int, line []byte, tooLong bool) error {
		switch {
		case tooLong:
			return inputError{fmt.Errorf("line %d: longer than %d characters", number, maxValueLine)}
		case number > maxInputLines:
			return inputError{fmt.Errorf("line %d: at most %d lines: %w", number, maxInputLines, forecasting.ErrTooLong)}
		case len(line) == 0 || line[0] == '#':
			return nil
		case len(s.values) == forecasting.MaxFitLength:
			return inputError{fmt.Errorf("line %d: at most %d values: %w", number, forecasting.MaxFitLength, forecasting.ErrTooLong)}
		}
		v, time, err := parseValue(string(line))
		if err != nil {
			return inputError{fmt.Errorf("line %d: %w", number, err)}
		}
		s.values = append(s.values, v)
		s.times = s.times || time
		return nil
	})
	return s, err
}

// absent are the words for a value that is not there.
var absent = []string{"NA", "NaN", "DNF", "DNS", "DSQ"}

// parseValue reads a plain decimal number, a time with colons, or a word for a
// missing value in any case; a time becomes minutes, a missing value NaN.
func parseValue(s string) (v float64, time bool, err error) {
	if slices.ContainsFunc(absent, func(word string) bool { return strings.EqualFold(s, word) }) {
		return math.NaN(), false, nil
	}
	if strings.Contains(s, ":") {
		if t, err := club.ParseFinishTime(s); err == nil {
			return t.Minutes(), true, nil
		}
	} else if strings.Trim(s, "+-.0123456789eE") == "" {
		v, err := strconv.ParseFloat(s, 64)
		if err == nil && !math.IsInf(v, 0) {
			return v, false, nil
		}
	}
	if runes := []rune(s); len(runes) > 40 {
		s = string(runes[:40]) + "…"
	}
	return 0, false, fmt.Errorf("%q is neither a number nor a time like 3:47:05", s)
}

// seriesValue is a number, or a time in a string, in JSON.
type seriesValue float64

func (v *seriesValue) UnmarshalJSON(b []byte) error {
	s := string(b)
	if b[0] == '"' {
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	parsed, _, err := parseValue(s)
	*v = seriesValue(parsed)
	return err
}

// seriesRequest is one line of --jsonl.
type seriesRequest struct {
	Name   json.RawMessage `json:"name"`
	Values []*seriesValue  `json:"values"`
}

// series returns the values; null is a missing one, NaN.
func (r seriesRequest) series() ([]float64, error) {
	if r.Values == nil {
		return nil, errors.New(`no "values"`)
	}
	y := make([]float64, len(r.Values))
	for i, v := range r.Values {
		y[i] = math.NaN()
		if v != nil {
			y[i] = float64(*v)
		}
	}
	return y, nil
}

// runLines answers one series a line.
func (t forecastTask) runLines(ctx context.Context, in io.Reader, out, errOut io.Writer) error {
	failed, all, encoder := 0, 0, json.NewEncoder(out)
	err := eachLine(in, maxSeriesLine, func(number int, line []byte, tooLong bool) error {
		if len(line) == 0 && !tooLong {
			return nil
		}
		all++
		answer, err := t.answerLine(ctx, line, tooLong)
		if stopped := ctx.Err(); stopped != nil {
			return stopped
		}
		if err != nil {
			failed++
			failure := fmt.Sprintf("line %d: %v", number, err)
			_, err := io.WriteString(errOut, failure+"\n")
			return errors.Join(err, encoder.Encode(lineFailure{Name: answer.Name, Error: failure}))
		}
		return encoder.Encode(answer)
	})
	if err == nil && failed > 0 {
		return inputError{fmt.Errorf("%d of %d lines could not be answered", failed, all)}
	}
	return err
}

// lineFailure answers a line that can't be answered.
type lineFailure struct {
	Name  json.RawMessage `json:"name"`
	Error string          `json:"error"`
}

// answerLine answers one line; on an error the answer has only the name, where
// there is one.
func (t forecastTask) answerLine(ctx context.Context, line []byte, tooLong bool) (namedAnswer, error) {
	if tooLong {
		return namedAnswer{}, fmt.Errorf("longer than %d characters", maxSeriesLine)
	}
	var request seriesRequest
	err := json.Unmarshal(line, &request)
	answer := namedAnswer{Name: request.Name}
	if err != nil {
		return answer, fmt.Errorf("not an object with name and values: %w", err)
	}
	y, err := request.series()
	if err != nil {
		return answer, err
	}
	p, err := t.predict(ctx, y)
	if err != nil {
		return answer, err
	}
	answer.seriesAnswer = p.answer()
	return answer, nil
}
