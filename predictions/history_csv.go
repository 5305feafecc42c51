package predictions

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"runnerdb/club"
)

// Limits of a file of results.
const (
	maxRows   = 5_000_000
	maxRecord = 64 << 10
	maxErrors = 10
	// rowsAtOnce is the number of rows read between checks of the context.
	rowsAtOnce = 4096
)

// ErrBadFile is wrapped by errors about the contents of a file.
var ErrBadFile = errors.New("the file can't be used")

var (
	errTooLong = fmt.Errorf("%w: a line is longer than %d bytes", ErrBadFile, maxRecord)
	errQuotes  = errors.New("a quote is not closed, or there is text after a closing quote; put a field with quotes in quotes, and double those inside it")
)

// Sheet is the contents of a file of results.
type Sheet struct {
	SheetCounts

	// Histories has a history for each distance, shortest first.
	Histories []*History
}

// SheetCounts counts the rows below the header.
type SheetCounts struct {
	Rows int `json:"rows"`
	// NoTime rows have no time and NoDistance rows no standard distance. They
	// are left out.
	NoTime     int `json:"no_time"`
	NoDistance int `json:"no_standard_distance"`
	// YearsOnly rows have a year but no date. They count as 1 July.
	YearsOnly int `json:"years_only"`
}

// ReadSheet reads a file of results: text with a header and a row for each
// result. Fields are separated by commas, semicolons or tabs, and may be quoted
// (RFC 4180). The header names the columns, in any order and case; other
// columns are skipped:
//
//	runner_id               any text that identifies the runner
//	date or year            YYYY-MM-DD, or a year, which counts as 1 July
//	distance_km             a number; other distances than standard ones are left out
//	net_minutes             minutes from the start line, preferred to
//	gun_minutes             minutes from the gun, preferred to
//	seconds                 the time in seconds, from an unknown start
//	race or event           optional; without it a race is a day and a distance
//	sex                     optional: F, M, or anything else for unknown
//	yob or age              optional: year of birth, or age on the day
//
// NA and empty fields mean unknown. A row without any time is left out, because
// the runner did not finish. A runner may have two results on one day.
//
// Errors wrap ErrBadFile if another file would help; they name the first rows
// that can't be read and count the rest. Other errors come from the context and
// the reader. At most five million rows are read.
func ReadSheet(ctx context.Context, in io.Reader) (*Sheet, error) {
	r := sheetReader{in: &recordLimit{in: in}, distances: map[string]*distanceReader{}}
	if err := r.header(); err != nil {
		return nil, err
	}
	for {
		if r.sheet.Rows%rowsAtOnce == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		switch err := r.next(); {
		case errors.Is(err, io.EOF):
			return r.finish()
		case err != nil:
			return nil, err
		}
	}
}

// sheetReader collects rows.
type sheetReader struct {
	in *recordLimit
	// skipped counts the lines before the header.
	skipped   int
	csv       *csv.Reader
	columns   columns
	sheet     Sheet
	distances map[string]*distanceReader
	problems  []error
	bad       int
}

// distanceReader collects the rows over one distance.
type distanceReader struct {
	history *History
	runners map[string]int
	races   map[raceName]int
	series  map[string]int64
}

// raceName identifies a race.
type raceName struct {
	name   string
	day    int
	length club.Metres
}

// header reads the first line that is not blank. It names the columns and shows
// the separator.
func (r *sheetReader) header() error {
	in := bufio.NewReaderSize(r.in.in, maxRecord)
	var line string
	for strings.TrimSpace(line) == "" {
		text, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return errTooLong
		case errors.Is(err, io.EOF) && strings.TrimSpace(string(text)) == "":
			return fmt.Errorf("%w: it is empty; it needs a header and a row for each result", ErrBadFile)
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
		line = strings.TrimPrefix(string(text), "\ufeff")
		r.skipped++
	}
	r.skipped--
	r.in.in = io.MultiReader(strings.NewReader(line), in)
	r.csv = csv.NewReader(r.in)
	r.csv.Comma, r.csv.FieldsPerRecord, r.csv.ReuseRecord = separatorOf(line), -1, true
	names, _, err := r.record()
	switch {
	case strings.Contains(line, "\x00"):
		err = errors.New("this is no text; unpack it, or save it as CSV in UTF-8")
	case err == nil:
		r.columns, err = columnsOf(names)
	}
	if err != nil {
		return fmt.Errorf("%w: line %d: %w", ErrBadFile, r.skipped+1, err)
	}
	return nil
}

// record returns the trimmed fields of the next row, valid until the one after,
// and the line on which it starts. errQuotes concerns
// that row alone.
func (r *sheetReader) record() (fields []string, line int, err error) {
	r.in.left = maxRecord
	fields, err = r.csv.Read()
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		return nil, r.skipped + broken.StartLine, errQuotes
	case err != nil:
		return nil, 0, err
	}
	line, _ = r.csv.FieldPos(0)
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields, r.skipped + line, nil
}

// next reads the next row, if it is not blank. Errors end the reading; a row
// that can't be read is counted instead.
func (r *sheetReader) next() error {
	fields, line, err := r.record()
	switch {
	case err != nil && !errors.Is(err, errQuotes):
		return err
	case err == nil && len(fields) == 1 && fields[0] == "":
		return nil
	}
	if r.sheet.Rows++; r.sheet.Rows > maxRows {
		return fmt.Errorf("%w: more than %d rows; take out some of them", ErrBadFile, maxRows)
	}
	if err == nil {
		err = r.row(fields)
	}
	if err != nil {
		r.bad++
		if len(r.problems) < maxErrors {
			r.problems = append(r.problems, fmt.Errorf("line %d: %w", line, err))
		}
	}
	return nil
}

func (r *sheetReader) row(fields []string) error {
	if len(fields) != r.columns.count {
		return fmt.Errorf("%d fields, but the header has %d", len(fields), r.columns.count)
	}
	row, err := r.columns.read(fields)
	if err != nil {
		return err
	}
	if row.yearOnly {
		r.sheet.YearsOnly++
	}
	distance, standard := club.DistanceOf(row.length)
	switch {
	case row.minutes == 0:
		r.sheet.NoTime++
	case !standard:
		r.sheet.NoDistance++
	default:
		r.distance(distance).add(row)
	}
	return nil
}

func (r *sheetReader) distance(distance club.Distance) *distanceReader {
	d := r.distances[distance.Key]
	if d == nil {
		d = &distanceReader{&History{Distance: distance}, map[string]int{}, map[raceName]int{}, map[string]int64{}}
		r.distances[distance.Key] = d
	}
	return d
}

func (d *distanceReader) add(row sheetRow) {
	h := d.history
	runner, known := d.runners[row.runner]
	if !known {
		id := strings.Clone(row.runner)
		runner = len(h.Runners)
		d.runners[id] = runner
		h.Runners = append(h.Runners, entrant(id, row.sex))
	}
	if known := &h.Runners[runner].Sex; *known == club.SexUnknown {
		*known = row.sex
	}
	h.Clocks.Net += row.clocks.Net
	h.Clocks.Gun += row.clocks.Gun
	h.Clocks.Unnamed += row.clocks.Unnamed
	h.Finishes = append(h.Finishes, Finish{
		Runner: runner, Race: d.race(row), Day: row.day, Age: row.age, Minutes: row.minutes,
	})
}

// race returns the index of the row's race.
func (d *distanceReader) race(row sheetRow) int {
	key := raceName{row.race, row.day, row.length}
	race, known := d.races[key]
	if known {
		return race
	}
	series := d.series[row.race]
	key.name = strings.Clone(row.race)
	if series == 0 && key.name != "" {
		series = int64(len(d.series)) + 1
		d.series[key.name] = series
	}
	race = len(d.history.Races)
	d.races[key] = race
	d.history.Races = append(d.history.Races, RaceDay{int64(race) + 1, series})
	return race
}

// finish returns what was read, or the errors found.
func (r *sheetReader) finish() (*Sheet, error) {
	if r.bad > 0 {
		if more := r.bad - len(r.problems); more > 0 {
			r.problems = append(r.problems, fmt.Errorf("and %d more rows", more))
		}
		return nil, fmt.Errorf("%w:\n%w", ErrBadFile, errors.Join(r.problems...))
	}
	for _, distance := range club.Distances {
		if d := r.distances[distance.Key]; d != nil {
			d.history.sort()
			r.sheet.Histories = append(r.sheet.Histories, d.history)
		}
	}
	if len(r.sheet.Histories) == 0 {
		return nil, fmt.Errorf("%w: of its %d rows none has a time over a standard distance", ErrBadFile, r.sheet.Rows)
	}
	return &r.sheet, nil
}

// recordLimit limits the bytes read for one record, so that an unclosed quote
// can't fill the memory.
type recordLimit struct {
	in   io.Reader
	left int
}

func (l *recordLimit) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.in.Read(b[:min(len(b), l.left)])
	l.left -= n
	return n, err
}
