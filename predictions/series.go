package predictions

import (
	"cmp"
	"slices"

	"runnerdb/club"
)

// Series is a runner's finished races at one distance, in date order.
type Series struct {
	Distance club.Distance
	Races    []club.Performance
}

// Minutes are the finish times as forecasting takes them.
func (s Series) Minutes() []float64 {
	y := make([]float64, len(s.Races))
	for i, race := range s.Races {
		y[i] = race.Result.Time().Minutes()
	}
	return y
}

// newest keeps the last n races.
func (s Series) newest(n int) Series {
	s.Races = s.Races[max(0, len(s.Races)-n):]
	return s
}

// First is the date of the oldest race.
func (s Series) First() club.Date { return s.Races[0].Race.HeldOn }

// Last is the date of the newest race.
func (s Series) Last() club.Date { return s.Races[len(s.Races)-1].Race.HeldOn }

// leastGap is how many days after a race the next one is at least expected.
const leastGap = 7

// nextOn is the day that the next race of a series is expected on: as long
// after the last as the others were apart; where there is none, soon after the
// last at any distance; but not before today.
func nextOn(series Series, all []Series, today club.Date) club.Date {
	next := today
	later := func(day club.Date) {
		if day.Compare(next) > 0 {
			next = day
		}
	}
	if n := len(series.Races) - 1; n > 0 {
		later(series.Last().AddDays(max(leastGap, series.Last().DaysSince(series.First())/n)))
		return next
	}
	for _, s := range all {
		later(s.Last().AddDays(leastGap))
	}
	return next
}

// SeriesOf sorts performances into series, one for each standard distance:
// that with most races first, of equal ones the one run last. What was not
// finished, what does not count and what was run on a short course belongs to
// none.
func SeriesOf(performances []club.Performance) []Series {
	byKey := map[string]*Series{}
	for _, p := range performances {
		distance, standard := club.DistanceOf(p.Race.Length)
		if !standard || !usable(p) {
			continue
		}
		series := byKey[distance.Key]
		if series == nil {
			series = &Series{Distance: distance}
			byKey[distance.Key] = series
		}
		series.Races = append(series.Races, p)
	}
	all := make([]Series, 0, len(byKey))
	for _, series := range byKey {
		slices.SortFunc(series.Races, func(a, b club.Performance) int {
			return cmp.Or(a.Race.HeldOn.Compare(b.Race.HeldOn), cmp.Compare(a.Race.ID, b.Race.ID))
		})
		all = append(all, *series)
	}
	slices.SortFunc(all, func(a, b Series) int {
		return cmp.Or(cmp.Compare(len(b.Races), len(a.Races)), b.Last().Compare(a.Last()),
			cmp.Compare(a.Distance.Length, b.Distance.Length))
	})
	return all
}

func usable(p club.Performance) bool {
	return p.Result.Status == club.Finished && p.Result.Counts && p.Result.Time() > 0 && !p.Race.ShortCourse
}

// choose picks the series of a distance; one that was never run is empty.
func choose(all []Series, key string) (Series, error) {
	if key == "" {
		return all[0], nil
	}
	distance, err := club.DistanceByKey(key)
	if err != nil {
		return Series{}, err
	}
	for _, series := range all {
		if series.Distance.Key == key {
			return series, nil
		}
	}
	return Series{Distance: distance}, nil
}
