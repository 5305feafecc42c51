package pooled

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// MaxObservations bounds what one call accepts.
const MaxObservations = 20_000_000

// What can be wrong with data.
var (
	ErrNoData  = errors.New("no observations")
	ErrTooMany = errors.New("too many observations")
	ErrValue   = errors.New("a value must be a number between 1e-100 and 1e100")
	ErrOrder   = errors.New("races must be in date order")
)

// DaysPerYear turns days into the years that rates are given in.
const DaysPerYear = 365.25

// longest is the time between two races in years beyond which nothing changes
// any more.
const longest = 100

// yearsBetween is the time from one day to another that is not before it.
func yearsBetween(from, to int) float64 {
	return min(float64(max(to-from, 0))/DaysPerYear, longest)
}

// The groups of Observation.Group.
const (
	Unknown int8 = iota
	Men
	Women
)

// Observation is one result: what one series (runner) did at one event (race
// day).
type Observation struct {
	Series int // who
	Event  int // which race, on which day; one event has one Day and one Course
	Course int // which races repeat one another; 0 for all where nobody knows
	Day    int // days since any epoch
	// Value is the finish time in any unit, above 0.
	Value float64
	// Age is in years on the day; NaN or 0 where it is not known.
	Age   float64
	Group int8
}

// checkValue refuses what has no logarithm, and what overflows.
func checkValue(v float64) error {
	if !(v >= 1e-100 && v <= 1e100) {
		return fmt.Errorf("value %g: %w", v, ErrValue)
	}
	return nil
}

// record is an Observation ready for the filter: its log value, and its series,
// event and course numbered from 0.
type record struct {
	place  int // in the slice passed in
	series int32
	event  int32
	course int32
	day    int32
	group  int8
	x      float64
	age    float64
}

// table is a set of observations in the order of the filter: by day, event,
// series and value, so that the order passed in does not matter.
type table struct {
	records []record
	series  []int // the caller's numbers
	events  []int
	courses []int
	shapes  int // needed for the predictions of these
}

// newTable checks, numbers and sorts observations.
func newTable(obs []Observation) (*table, error) {
	if len(obs) == 0 {
		return nil, ErrNoData
	}
	if len(obs) > MaxObservations {
		return nil, fmt.Errorf("%d observations, at most %d: %w", len(obs), MaxObservations, ErrTooMany)
	}
	t := &table{records: make([]record, len(obs))}
	series, events, courses := number{}, number{}, number{}
	order, err := sortedPlaces(obs)
	if err != nil {
		return nil, err
	}
	for k, i := range order {
		o := &obs[i]
		t.records[k] = record{
			place:  i,
			series: series.of(o.Series),
			event:  events.of(o.Event),
			course: courses.of(o.Course),
			day:    int32(o.Day), //nolint:gosec // checked by sortedPlaces
			group:  o.Group,
			x:      math.Log(o.Value),
			age:    o.Age,
		}
	}
	t.shapes = neededShapes(t.records, len(series))
	t.series, t.events, t.courses = series.names(), events.names(), courses.names()
	return t, nil
}

// neededShapes is the largest number of results of a series, so far as it
// matters.
func neededShapes(records []record, series int) int {
	most := 1
	counts := make([]int, series)
	for _, r := range records {
		counts[r.series]++
		most = max(most, counts[r.series])
	}
	return min(most, shapes)
}

// sortedPlaces returns the order of the filter, after a check of each value.
func sortedPlaces(obs []Observation) ([]int, error) {
	order := make([]int, len(obs))
	for i, o := range obs {
		if err := checkValue(o.Value); err != nil {
			return nil, fmt.Errorf("observation %d: %w", i, err)
		}
		if o.Day != int(int32(o.Day)) { //nolint:gosec // the conversion is the check
			return nil, fmt.Errorf("observation %d: day %d: %w", i, o.Day, ErrValue)
		}
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return compare(&obs[i], &obs[j]) })
	return order, nil
}

// compare orders observations as the filter wants them, and so that any two that
// differ have an order.
func compare(a, b *Observation) int {
	if c := cmp.Compare(a.Day, b.Day); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Event, b.Event); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Series, b.Series); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Value, b.Value), cmp.Compare(a.Course, b.Course),
		cmp.Compare(a.Age, b.Age), cmp.Compare(a.Group, b.Group),
	)
}

// number gives numbers from 0 to what it sees, in the order it sees them.
type number map[int]int32

func (n number) of(name int) int32 {
	k, ok := n[name]
	if !ok {
		k = int32(len(n)) //nolint:gosec // at most MaxObservations
		n[name] = k
	}
	return k
}

func (n number) names() []int {
	names := make([]int, len(n))
	for name, k := range n {
		names[k] = name
	}
	return names
}

// days yields the records of each day.
func (t *table) days(yield func([]record) bool) {
	for from := 0; from < len(t.records); {
		to := from + 1
		for to < len(t.records) && t.records[to].day == t.records[from].day {
			to++
		}
		if !yield(t.records[from:to]) {
			return
		}
		from = to
	}
}
