package predictions

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"runnerdb/club"
)

// Limits of a row.
const (
	maxName      = 200
	firstYear    = 1800
	lastYear     = 2200
	maxKilometre = 1000
	oldest       = 120
)

// columns holds the index of each column, or -1 if there is none.
type columns struct {
	count                      int
	runner, date, year, length int
	net, gun, seconds          int
	race, sex, born, age       int
}

// sheetRow is the contents of a row. minutes is 0 if there is no time.
type sheetRow struct {
	runner, race string
	day          int
	yearOnly     bool
	length       club.Metres
	minutes      float64
	clocks       Clocks
	sex          club.Sex
	age          float64
}

// separatorOf returns the most frequent of comma, semicolon and tab in the
// header.
func separatorOf(header string) rune {
	best := ','
	for _, candidate := range []rune{';', '\t'} {
		if strings.Count(header, string(candidate)) > strings.Count(header, string(best)) {
			best = candidate
		}
	}
	return best
}

// columnsOf finds the columns by their names in the header.
func columnsOf(names []string) (columns, error) {
	for i, name := range names {
		names[i] = strings.ToLower(name)
	}
	place := func(name string) int { return slices.Index(names, name) }
	c := columns{
		count: len(names), runner: place("runner_id"), date: place("date"), year: place("year"), length: place("distance_km"),
		net: place("net_minutes"), gun: place("gun_minutes"), seconds: place("seconds"),
		race: max(place("race"), place("event")), sex: place("sex"), born: place("yob"), age: place("age"),
	}
	var missing []string
	for what, there := range map[string]bool{
		"runner_id": c.runner >= 0, "date or year": c.date >= 0 || c.year >= 0, "distance_km": c.length >= 0,
		"seconds, net_minutes or gun_minutes": c.seconds >= 0 || c.net >= 0 || c.gun >= 0,
	} {
		if !there {
			missing = append(missing, what)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return c, fmt.Errorf("no column %s; name the columns in the first line", strings.Join(missing, "; no column "))
	}
	return c, nil
}

// read reads a row with as many fields as the header.
func (c columns) read(fields []string) (sheetRow, error) {
	at := func(place int) string {
		if place < 0 || fields[place] == "NA" {
			return ""
		}
		return fields[place]
	}
	row := sheetRow{runner: at(c.runner), race: at(c.race), sex: sexOf(at(c.sex))}
	if row.runner == "" || len(row.runner) > maxName {
		return row, fmt.Errorf("runner_id is missing or longer than %d bytes", maxName)
	}
	if len(row.race) > maxName {
		return row, fmt.Errorf("the name of the race is longer than %d bytes", maxName)
	}
	var err error
	if row.day, row.yearOnly, err = dayOf(at(c.date), at(c.year)); err != nil {
		return row, err
	}
	if row.length, err = lengthOf(at(c.length)); err != nil {
		return row, err
	}
	if err = row.time(at(c.net), at(c.gun), at(c.seconds)); err != nil {
		return row, err
	}
	row.age, err = ageOf(at(c.born), at(c.age), row.day)
	return row, err
}

// dayOf returns the day, or 1 July if only the year is known.
func dayOf(date, year string) (day int, yearOnly bool, err error) {
	var d club.Date
	switch {
	case date != "":
		if d, err = club.ParseDate(date); err != nil {
			return 0, false, fmt.Errorf("date %w", err)
		}
	case year != "":
		number, err := strconv.Atoi(year)
		if err != nil {
			return 0, false, fmt.Errorf("year %q is no year; write it as 2026", clip(year))
		}
		d, yearOnly = club.Date{Year: number, Month: 7, Day: 1}, true
	default:
		return 0, false, errors.New("neither a date nor a year")
	}
	if d.Year < firstYear || d.Year > lastYear {
		return 0, false, fmt.Errorf("the year %d is not between %d and %d", d.Year, firstYear, lastYear)
	}
	return d.DaysSince(epoch), yearOnly, nil
}

func lengthOf(text string) (club.Metres, error) {
	km, err := number("distance_km", text)
	if err == nil && !(km > 0 && km <= maxKilometre) {
		err = fmt.Errorf("distance_km %q: must be more than 0 and at most %d", clip(text), maxKilometre)
	}
	return club.Metres(math.Round(km * 1000)), err
}

// time sets the net time or, failing that, the gun time or the seconds.
func (row *sheetRow) time(net, gun, seconds string) error {
	var err error
	switch {
	case net != "":
		row.clocks.Net = 1
		row.minutes, err = duration("net_minutes", net, 1)
	case gun != "":
		row.clocks.Gun = 1
		row.minutes, err = duration("gun_minutes", gun, 1)
	case seconds != "":
		row.clocks.Unnamed = 1
		row.minutes, err = duration("seconds", seconds, 60)
	}
	return err
}

// duration reads a plausible time in units of which perMinute make a minute,
// and returns minutes.
func duration(column, text string, perMinute float64) (float64, error) {
	value, err := number(column, text)
	minutes := value / perMinute
	if err == nil && !(minutes > 0 && minutes <= club.MaxFinishTime.Minutes()) {
		err = fmt.Errorf("%s %q: must be more than 0 and at most %s; leave it empty where there is none",
			column, clip(text), club.MaxFinishTime)
	}
	return minutes, err
}

// ageOf returns the age on a day in years: from the middle of the year of
// birth, or half a year more than the full years. It returns NaN if neither is
// known or the age is implausible.
func ageOf(born, age string, day int) (float64, error) {
	var years float64
	var err error
	switch {
	case born != "":
		years, err = number("yob", born)
		years = 1970 + (float64(day)+0.5)/daysPerYear - years - 0.5
	case age != "":
		years, err = number("age", age)
		years += 0.5
	default:
		return math.NaN(), nil
	}
	if err != nil {
		return 0, err
	}
	if years <= 0.5 || years > oldest {
		return math.NaN(), nil
	}
	return years, nil
}

// number reads a plain decimal number.
func number(column, text string) (float64, error) {
	if strings.Trim(text, "+-.0123456789eE") == "" {
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%s %q is no number; write it as 16.09, and NA where it is unknown", column, clip(text))
}

// sexOf reads a sex as result lists print it.
func sexOf(text string) club.Sex {
	switch strings.ToLower(text) {
	case "f", "female", "w", "woman":
		return club.Female
	case "m", "male", "man":
		return club.Male
	default:
		return club.SexUnknown
	}
}

// clip shortens text that an error quotes.
func clip(text string) string {
	const most = 40
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
