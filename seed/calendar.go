package seed

import (
	"cmp"
	"slices"
	"time"

	"runnerdb/club"
)

// The seasons covered, and their last day. They don't depend on the clock.
const (
	firstSeason = 2022
	lastSeason  = 2026
)

var (
	epoch    = club.Date{Year: 2000, Month: time.January, Day: 1}
	firstDay = birthday(firstSeason, 1, 1).DaysSince(epoch)
	lastDay  = club.Date{Year: lastSeason, Month: time.October, Day: 31}
)

// event is a race that is held every year.
type event struct {
	name   string
	length club.Metres
	month  time.Month
	// week selects the Saturday or Sunday of the month.
	week    int
	weekday time.Weekday
	// field is the number of finishers.
	field int
	// hills is how much longer the course takes than a flat one.
	hills float64
	// gunOnly is true for races without timing chips.
	gunOnly bool
	// women is true for women-only races.
	women bool
}

// fixture is one edition of an event.
type fixture struct {
	club.Race
	event
	// day is the number of days since the epoch.
	day int
	// going is the factor by which hills and the day's weather lengthen every
	// time.
	going float64
	// cutoff is the time limit in minutes.
	cutoff float64
}

// program collects series and their editions in the order of their ids.
type program struct {
	series   []club.Series
	fixtures []fixture
	numbers  map[string]int64
}

func newProgram() *program { return &program{numbers: map[string]int64{}} }

// add adds all editions of an event.
func (p *program) add(e event, d dice) {
	for year := firstSeason; year <= lastSeason; year++ {
		held, ok := e.edition(year)
		if ok && held.date.Compare(lastDay) <= 0 {
			p.hold(held.event, held.date, d)
		}
	}
}

func (p *program) hold(e event, on club.Date, d dice) {
	weather := d.bell(0.012, 2.5)
	p.fixtures = append(p.fixtures, fixture{
		Race:   club.Race{SeriesID: p.number(e.name), HeldOn: on, Length: e.length},
		event:  e,
		day:    on.DaysSince(epoch),
		going:  (1 + e.hills) * (1 + weather),
		cutoff: cutoff(e.length),
	})
}

func (p *program) number(series string) int64 {
	id, ok := p.numbers[series]
	if !ok {
		id = int64(len(p.series) + 1)
		p.series = append(p.series, club.Series{ID: id, Name: series})
		p.numbers[series] = id
	}
	return id
}

// finish numbers the races by date, and makes one course too short.
func (p *program) finish(d dice) {
	slices.SortStableFunc(p.fixtures, func(a, b fixture) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.SeriesID, b.SeriesID))
	})
	var tens []int
	for i := range p.fixtures {
		p.fixtures[i].ID = int64(i + 1)
		if p.fixtures[i].Length == 10_000 {
			tens = append(tens, i)
		}
	}
	short := &p.fixtures[tens[d.IntN(len(tens))]]
	short.ShortCourse = true
	short.going *= 0.962
}

func (p *program) races() []club.Race {
	races := make([]club.Race, len(p.fixtures))
	for i, f := range p.fixtures {
		races[i] = f.Race
	}
	return races
}

// edition is the place and date of an event in one year.
type edition struct {
	event
	date club.Date
}

func (e event) edition(year int) (edition, bool) {
	held := edition{e, weekend(year, e.month, e.week, e.weekday)}
	switch change, ok := changes[e.name][year]; {
	case !ok:
		return held, true
	case change.cancelled:
		return edition{}, false
	default:
		held.name = cmp.Or(change.name, e.name)
		held.length = cmp.Or(change.length, e.length)
		if change.month != 0 {
			held.date = club.Date{Year: year, Month: change.month, Day: change.day}
		}
		return held, true
	}
}

// weekend returns the nth weekday of a month.
func weekend(year int, month time.Month, n int, day time.Weekday) club.Date {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	offset := (int(day) - int(first.Weekday()) + 7) % 7
	return club.Date{Year: year, Month: month, Day: 1 + offset + 7*(n-1)}
}

// cutoff returns the time limit of a race in minutes after the gun.
func cutoff(length club.Metres) float64 {
	switch {
	case length <= 5_000:
		return 90
	case length <= 16_100:
		return float64(length) / 1000 * 12
	case length <= 22_000:
		return 195
	case length <= 32_000:
		return 285
	case length <= 43_000:
		return 360
	case length <= 56_600:
		return 420
	default:
		return 720
	}
}
