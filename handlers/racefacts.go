package handlers

import (
	"context"
	"fmt"
	"sync"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// factsCache remembers what the results of races say together, as of a version
// of the records: of a large race that takes a while to add up.
type factsCache struct {
	mu      sync.Mutex
	version queries.Version
	races   map[int64]queries.RaceFacts
}

// keptFacts bounds how many races are remembered.
const keptFacts = 200

// raceFacts are those of a race.
func (s *Server) raceFacts(ctx context.Context, id int64, settings queries.Settings) (queries.RaceFacts, error) {
	version, err := s.DB.Version(ctx)
	if err != nil {
		return queries.RaceFacts{}, err
	}
	if facts, known := s.facts.find(version, id); known {
		return facts, nil
	}
	facts, err := s.DB.RaceFacts(ctx, id, ownSpellings(settings))
	if err == nil && s.isStillAt(ctx, version) {
		s.facts.keep(version, id, facts)
	}
	return facts, err
}

func (f *factsCache) find(version queries.Version, id int64) (queries.RaceFacts, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	facts, known := f.races[id]
	return facts, known && f.version == version
}

func (f *factsCache) keep(version queries.Version, id int64, facts queries.RaceFacts) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.version != version || len(f.races) >= keptFacts || f.races == nil {
		f.version, f.races = version, map[int64]queries.RaceFacts{}
	}
	f.races[id] = facts
}

// ownSpellings are how the club's name stands in results.
func ownSpellings(settings queries.Settings) []string {
	if len(settings.Spellings) == 0 {
		return []string{settings.ClubName()}
	}
	return settings.Spellings
}

// Bounds of the picture of a race.
const leastFinishers, mostBars = 5, 30

var barWidths = []int{1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480, 960}

// distribution draws how many finished when; nothing of a small field.
func distribution(race club.Race, facts queries.RaceFacts) *components.Distribution {
	if facts.Finished < leastFinishers {
		return nil
	}
	// Of a field that straggles the last ones share the last bar.
	first, last := facts.Minutes[0].Minute, facts.Minutes[len(facts.Minutes)-1].Minute
	width := barWidths[len(barWidths)-1]
	for _, candidate := range barWidths {
		if (last-first)/candidate < mostBars {
			width = candidate
			break
		}
	}
	first -= first % width
	bars := min((last-first)/width+1, mostBars+1)
	data := components.DistributionData{
		Title: fmt.Sprintf("Finish times of %s %d", race.Name, race.HeldOn.Year),
		First: first, Width: width, Counts: make([]int, bars), Ours: make([]int, bars), Median: facts.Median,
	}
	for _, m := range facts.Minutes {
		bar := min((m.Minute-first)/width, bars-1)
		data.Counts[bar] += m.Finishers
		data.Ours[bar] += m.Own
	}
	drawn := components.NewDistribution(data)
	return &drawn
}

// factWords say in short what the results say together.
func factWords(facts queries.RaceFacts) []string {
	if facts.Finished == 0 {
		return nil
	}
	words := []string{fmt.Sprintf("%s finishers", grouped(facts.Finished)), fmt.Sprintf("median %s", facts.Median)}
	if facts.Own > 0 {
		words = append(words, fmt.Sprintf("%s of them (%.0f\u00a0%%) for the club", grouped(facts.Own),
			100*float64(facts.Own)/float64(facts.Finished)))
	}
	return words
}
