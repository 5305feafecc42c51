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

// Minutes returns the finish times in minutes, for forecasting.
func (s Series) Minutes() []float64 {
	y := make([]float64, len(s.Races))
	for i, race := range s.Races {
		y[i] = race.Result.Time().Minutes()
	}
	return y
}

// newest returns the series cut to its last n races.
func (s Series) newest(n int) Series {
	s.Races = s.Races[max(0, len(s.Races)-n):]
	return s
}

// First returns the date of the oldest race.
func (s Series) First() club.Date { return s.Races[0].Race.HeldOn }

// Last returns the date of the newest race.
func (s Series) Last() club.Date { return s.Races[len(s.Races)-1].Race.HeldOn }

// leastGap is the minimum number of days from a race to the next.
const leastGap = 7

// nextOn returns the expected date of the next race of a series: the average
// gap after the last race or, without races at the distance, soon after the
// last race over any distance; but not before today.
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

// SeriesOf groups performances into a series for each standard distance, most
// races first; ties go to the one run last. It leaves out races that were not
// finished, don't count or had a short course.
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

// choose returns the series of a distance, which is empty if the runner has
// never run it.
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
