package club

import (
	"cmp"
	"slices"
)

// Honour is what a finish was worth to the runner.
type Honour int

// The honours. A personal best is the fastest over its distance when it was
// run; the first time over a distance is none. A season best is the fastest of
// its year.
const (
	NoHonour Honour = iota
	SeasonBest
	PersonalBest
)

// Career is what a runner's results say together. Only finishes over a standard
// distance on a full course count; the others are kept as they are.
type Career struct {
	// Honours are those of results, by their ids.
	Honours map[int64]Honour
	// Bests are the fastest finishes, one for each distance, shortest first.
	Bests []Best
	// Seasons are the years that the runner raced in, the newest first.
	Seasons []Season
	// Milestones are the newest first.
	Milestones []Milestone
}

// Best is the fastest finish over a distance; of equal ones the first.
type Best struct {
	Distance Distance
	Performance
	// Finishes is how often the distance was run.
	Finishes int
}

// Season is a year of races.
type Season struct {
	Year int
	// Started is how many races were; Metres is how far those led that were
	// finished.
	Started int
	Metres  Metres
	// Bests are the fastest finishes by the key of the distance.
	Bests map[string]Performance
}

// Counted is the standard distance that a performance is ranked at; not ok
// where it is none that counts.
func (p Performance) Counted() (Distance, bool) {
	if p.Result.Status != Finished || p.Race.ShortCourse || p.Result.Time() <= 0 {
		return Distance{}, false
	}
	return DistanceOf(p.Race.Length)
}

// CareerOf reads a runner's results, in any order.
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

// season is that of a year which is the last one so far, or a new one.
func (c *Career) season(year int) *Season {
	if last := len(c.Seasons) - 1; last >= 0 && c.Seasons[last].Year == year {
		return &c.Seasons[last]
	}
	c.Seasons = append(c.Seasons, Season{Year: year, Bests: map[string]Performance{}})
	return &c.Seasons[len(c.Seasons)-1]
}

// honourSeasons marks the best of each year, where the distance was run more
// than once ever.
func (c *Career) honourSeasons(bests map[string]*Best) {
	for _, season := range c.Seasons {
		for key, p := range season.Bests {
			if bests[key].Finishes > 1 {
				c.Honours[p.Result.ID] = max(c.Honours[p.Result.ID], SeasonBest)
			}
		}
	}
}
