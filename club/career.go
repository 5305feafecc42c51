package club

import (
	"cmp"
	"slices"
)

// Honour tells what a finish meant to the runner.
type Honour int

// The honours. A personal best is faster than every earlier finish over its
// distance; the first finish over a distance is not one. A season best is the
// fastest of its year.
const (
	NoHonour Honour = iota
	SeasonBest
	PersonalBest
)

// Career summarises all results of a runner. Only finishes over a standard
// distance on a full course count towards bests and seasons.
type Career struct {
	// Honours maps the ids of results to their honours.
	Honours map[int64]Honour
	// Bests has the fastest finish over each distance, shortest distance first.
	Bests []Best
	// Seasons lists the years in which the runner raced, newest first.
	Seasons []Season
	// Milestones is sorted newest first.
	Milestones []Milestone
}

// Best is the fastest finish over a distance, the earliest of equal ones.
type Best struct {
	Distance Distance
	Performance
	// Finishes is the number of finishes over the distance.
	Finishes int
}

// Season is one year of racing.
type Season struct {
	Year int
	// Started is the number of races started, and Metres the total length of
	// the races finished.
	Started int
	Metres  Metres
	// Bests maps the key of a distance to the fastest finish of the year.
	Bests map[string]Performance
}

// Counted returns the standard distance at which a performance is ranked. ok is
// false if the performance does not count.
func (p Performance) Counted() (Distance, bool) {
	if p.Result.Status != Finished || p.Race.ShortCourse || p.Result.Time() <= 0 {
		return Distance{}, false
	}
	return DistanceOf(p.Race.Length)
}

// CareerOf summarises a runner's results, which may come in any order.
func CareerOf(performances []Performance) Career {
	oldest := slices.Clone(performances)
	slices.SortStableFunc(oldest, func(a, b Performance) int {
		return cmp.Or(a.Race.HeldOn.Compare(b.Race.HeldOn), cmp.Compare(a.Race.ID, b.Race.ID))
	})
	c := Career{Honours: map[int64]Honour{}}
	bests := map[string]*Best{}
	for _, p := range oldest {
		season := c.season(p.Race.HeldOn.Year)
		if p.Result.Status != DidNotStart {
			season.Started++
		}
		if p.Result.Status == Finished {
			season.Metres += p.Race.Length
		}
		distance, counted := p.Counted()
		if !counted {
			continue
		}
		if best, known := season.Bests[distance.Key]; !known || p.Result.Time() < best.Result.Time() {
			season.Bests[distance.Key] = p
		}
		best, known := bests[distance.Key]
		switch {
		case !known:
			bests[distance.Key] = &Best{distance, p, 1}
			continue
		case p.Result.Time() < best.Result.Time():
			best.Performance = p
			c.Honours[p.Result.ID] = PersonalBest
		}
		best.Finishes++
	}
	c.honourSeasons(bests)
	for _, d := range Distances {
		if best, run := bests[d.Key]; run {
			c.Bests = append(c.Bests, *best)
		}
	}
	c.Milestones = milestones(oldest)
	slices.Reverse(c.Milestones)
	slices.Reverse(c.Seasons)
	return c
}

// season returns the latest season if it is of this year, and otherwise adds
// one. Years must come in order.
func (c *Career) season(year int) *Season {
	if last := len(c.Seasons) - 1; last >= 0 && c.Seasons[last].Year == year {
		return &c.Seasons[last]
	}
	c.Seasons = append(c.Seasons, Season{Year: year, Bests: map[string]Performance{}})
	return &c.Seasons[len(c.Seasons)-1]
}

// honourSeasons marks the best finish of each year over distances that the
// runner has finished more than once.
func (c *Career) honourSeasons(bests map[string]*Best) {
	for _, season := range c.Seasons {
		for key, p := range season.Bests {
			if bests[key].Finishes > 1 {
				c.Honours[p.Result.ID] = max(c.Honours[p.Result.ID], SeasonBest)
			}
		}
	}
}
