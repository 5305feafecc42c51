package club

import (
	"fmt"
	"slices"
)

// Milestone is an achievement, with the race in which the runner reached it.
type Milestone struct {
	Words string
	Race  Race
}

// barriers lists the times worth beating at each distance, in minutes, fastest
// first. Those of Comrades are its medal times (Comrades Marathon Association,
// rules of 2019); 4:50 in a marathon qualifies for Comrades.
var barriers = map[string][]FinishTime{
	"5k":       {18, 20, 25, 30},
	"10k":      {35, 40, 45, 50, 60},
	"15k":      {60, 75, 90},
	"10mi":     {60, 70, 80, 90},
	"21k":      {80, 90, 105, 120, 150},
	"42k":      {180, 210, 240, 270, 290},
	"56k":      {240, 300, 360},
	"comrades": {450, 540, 600, 660},
}

// jubilees lists the numbers of races, and of finishes in one series, that are
// milestones. Ten finishes of Two Oceans or Comrades earn a permanent race
// number.
var jubilees = []int{10, 25, 50, 100, 150, 200, 250, 300, 400, 500, 750, 1000}

// milestones returns the milestones of a career, oldest first. The performances
// must be sorted oldest first too.
func milestones(oldest []Performance) []Milestone {
	var found []Milestone
	finishes, series := 0, map[int64]int{}
	best := map[string]FinishTime{}
	for _, p := range oldest {
		if p.Result.Status != Finished {
			continue
		}
		note := func(format string, args ...any) {
			found = append(found, Milestone{fmt.Sprintf(format, args...), p.Race})
		}
		finishes++
		series[p.Race.SeriesID]++
		if slices.Contains(jubilees, finishes) {
			note("%d races finished", finishes)
		}
		if n := series[p.Race.SeriesID]; slices.Contains(jubilees, n) {
			note("%s %s", Ordinal(n), p.Race.Name)
		}
		distance, counted := p.Counted()
		if !counted {
			continue
		}
		before, known := best[distance.Key]
		if !known && distance.Length >= Distances[marathonIndex].Length {
			note("First %s", firstOf(distance))
		}
		if barrier := broken(distance.Key, before, p.Result.Time()); barrier > 0 {
			note("First sub %s %s %s", barrier, at(distance), distance.Name)
		}
		if !known || p.Result.Time() < before {
			best[distance.Key] = p.Result.Time()
		}
	}
	return found
}

var marathonIndex = slices.IndexFunc(Distances, func(d Distance) bool { return d.Key == "42k" })

func firstOf(d Distance) string {
	switch d.Key {
	case "42k":
		return "marathon"
	case "comrades":
		return d.Name
	default:
		return d.Name + " race"
	}
}

// at returns the words that join a time to its distance: "at Comrades", but
// "over 10 km".
func at(d Distance) string {
	if d.Key == "comrades" {
		return "at"
	}
	return "over"
}

// broken returns the fastest barrier that t beats and the best time before it
// did not. before is 0 for a first time; the result is 0 if no barrier was
// broken.
func broken(distance string, before, t FinishTime) FinishTime {
	for _, minutes := range barriers[distance] {
		barrier := minutes * 60_000
		if t < barrier {
			if before > 0 && before < barrier {
				return 0
			}
			return barrier
		}
	}
	return 0
}

// Ordinal prints an ordinal number: 1st, 22nd, 113th.
func Ordinal(n int) string {
	ending := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, ending)
}
