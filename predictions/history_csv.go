package predictions

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"runnerdb/club"
)

// Limits of a file of results.
const (
	maxRows   = 5_000_000
	maxLine   = 64 << 10
	maxErrors = 10
	// linesAtOnce are read before the context is asked again.
	linesAtOnce = 4096
)

// ErrBadFile is wrapped by the errors of what a file holds.
var ErrBadFile = errors.New("the file can't be used")

// Sheet is what a file of results holds.
type Sheet struct {
	SheetCounts

	// Histories are those of all distances, shortest first.
	Histories []*History
}

// SheetCounts count the rows below the header.
type SheetCounts struct {
	Rows int `json:"rows"`
	// NoTime of the rows have no time and NoDistance no standard distance; they
	// are left out.
	NoTime     int `json:"no_time"`
	NoDistance int `json:"no_standard_distance"`
	// YearsOnly have a year and no date; they count as 1 July.
	YearsOnly int `json:"years_only"`
}

// ReadSheet reads a file of results: text with a header and a row for each
// result, fields parted by commas, semicolons or tabs. The header names the
// columns, in any order and letter case; others are skipped:
//
//	runner_id               any text that tells runners apart
//	date or year            YYYY-MM-DD, or a year, which counts as 1 July of it
//	distance_km             a number; what is no standard distance is left out
//	net_minutes             minutes from the start line, and where there are none
//	gun_minutes             minutes from the gun
//	seconds                 or the time in seconds, nobody says from what
//	race or event           optional; without it a race is a day and a distance
//	sex                     optional: F, M, or anything else for unknown
//	yob or age              optional: year of birth, or age on the day
//
// NA and nothing stand for what is unknown; a row without any time is left out
// (the runner did not finish). A runner may have two results on one day.
//
// Errors wrap ErrBadFile where another file would do, and name the first rows
// that can't be read and the number of all of them; else they are those of the
// context and of reading. At most five million rows are read.
func ReadSheet(ctx context.Context, in io.Reader) (*Sheet, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	r := sheetReader{distances: map[string]*distanceReader{}}
	for number := 1; lines.Scan(); number++ {
		if number%linesAtOnce == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := r.line(number, lines.Text()); err != nil {
			return nil, err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%w: a line is longer than %d bytes", ErrBadFile, maxLine)
	case err != nil:
		return nil, err
	}
	return r.finish()
}

// sheetReader gathers rows.
type sheetReader struct {
	separator byte
	columns   columns
	fields    []string
	sheet     Sheet
	distances map[string]*distanceReader
	problems  []error
	bad       int
}

// distanceReader gathers the rows over one distance.
type distanceReader struct {
	history *History
	runners map[string]int
	races   map[raceName]int
	series  map[string]int64
}

// raceName tells races apart.
type raceName struct {
	name   string
	day    int
	length club.Metres
}

// line takes one line; the first that is not empty is the header. Its errors
// end the reading; a row that can't be read is counted instead.
func (r *sheetReader) line(number int, line string) error {
	if number == 1 {
		line = strings.TrimPrefix(line, "\ufeff")
	}
	if strings.TrimSpace(line) == "" {
		return nil
	}
	if r.separator == 0 {
		r.separator = separatorOf(line)
		return r.header(number, line)
	}
	if r.sheet.Rows++; r.sheet.Rows > maxRows {
		return fmt.Errorf("%w: more than %d rows; take out some of them", ErrBadFile, maxRows)
	}
	if err := r.row(line); err != nil {
		r.bad++
		if len(r.problems) < maxErrors {
			r.problems = append(r.problems, fmt.Errorf("line %d: %w", number, err))
		}
	}
	return nil
}

func (r *sheetReader) header(number int, line string) error {
	names, err := splitRow(line, r.separator, nil)
	switch {
	case strings.Contains(line, "\x00"):
		err = errors.New("this is no text; unpack it, or save it as CSV in UTF-8")
	case err == nil:
		r.columns, err = columnsOf(names)
	}
	if err != nil {
		return fmt.Errorf("%w: line %d: %w", ErrBadFile, number, err)
	}
	return nil
}

func (r *sheetReader) row(line string) error {
	var err error
	if r.fields, err = splitRow(line, r.separator, r.fields[:0]); err != nil {
		return err
	}
	if len(r.fields) != r.columns.count {
		return fmt.Errorf("%d fields, but the header has %d", len(r.fields), r.columns.count)
	}
	row, err := r.columns.read(r.fields)
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

// race is the number of the row's race.
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

// finish says what was read, or what is wrong with it.
func (r *sheetReader) finish() (*Sheet, error) {
	switch {
	case r.separator == 0:
		return nil, fmt.Errorf("%w: it is empty; it needs a header and a row for each result", ErrBadFile)
	case r.bad > 0:
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
