package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/queries"
	"runnerdb/search"
)

const (
	hitsPerSearch  = 20
	racesPerSearch = 5
	maxRecent      = 8
)

// link is where a runner in a list leads.
type link func(queries.RunnerHit) string

// search finds runners, and races under them.
func (s *Server) search(c *fiber.Ctx, query string, to link) (components.HitsProps, error) {
	s.mindNames(c)
	start := time.Now()
	found, more, err := s.DB.SearchRunners(c.UserContext(), query, hitsPerSearch)
	if err != nil {
		return components.HitsProps{}, err
	}
	races, err := s.DB.SearchRaces(c.UserContext(), query, racesPerSearch)
	if err != nil {
		return components.HitsProps{}, err
	}
	s.Metrics.Searched(time.Since(start))
	if len(found) > 0 {
		// Who is found as typed leaves no doubt that a race was not meant.
		races = slices.DeleteFunc(races, func(r queries.FoundRace) bool { return r.Match >= search.Spelling })
	}
	hits := components.HitsProps{Hits: foundProps(found, s.settingsOrLast(c.UserContext()), to), Races: raceProps(races)}
	hits.Count, hits.Hint = outcome(query, found, len(races), more)
	return hits, nil
}

// outcome says in words what was found, or what to do where nothing was.
func outcome(query string, found []queries.FoundRunner, races int, more bool) (count, hint string) {
	runners := counted(len(found), "runner")
	switch {
	case len(found) == 0 && races == 0:
		return "", fmt.Sprintf("Nobody here is called “%s”. Try fewer letters, or only the surname.", strings.TrimSpace(clip(query, 60)))
	case len(found) == 0:
		return fmt.Sprintf("No runner is called so, but %s", counted(races, "race")), ""
	case more:
		return fmt.Sprintf("The first %s; type more to narrow them down", runners), ""
	case found[0].Match == search.Slip:
		return fmt.Sprintf("Nobody is spelt like that; %s nearly so", runners), ""
	case races > 0:
		return fmt.Sprintf("%s and %s found", runners, counted(races, "race")), ""
	default:
		return runners + " found", ""
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(n) + " " + what + "s"
}

// recent are the runners whom this browser has chosen lately, and remembers:
// the address names them.
func (s *Server) recent(c *fiber.Ctx, to link) (components.HitsProps, error) {
	var ids []int64
	for _, text := range strings.SplitN(c.Query("recent"), ".", maxRecent+1) {
		if id, err := parseID(text); err == nil && len(ids) < maxRecent {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return components.HitsProps{}, nil
	}
	runners, err := s.DB.RunnersByID(c.UserContext(), ids)
	if err != nil || len(runners) == 0 {
		return components.HitsProps{}, err
	}
	return components.HitsProps{Title: "Chosen lately", Hits: hitProps(runners, s.settingsOrLast(c.UserContext()), to), Forget: true}, nil
}

func foundProps(found []queries.FoundRunner, settings queries.Settings, to link) []components.Hit {
	hits := make([]components.Hit, len(found))
	for i, f := range found {
		hit := hitProp(f.RunnerHit, settings, to)
		name, left := search.Mark(f.Name, f.Terms)
		hit.Name = pieces(name)
		if len(left) > 0 {
			hit.Also = alsoKnown(f.Aliases, left)
		}
		if len(f.Terms) == 0 {
			hit.Details = append([]string{"by licence number"}, hit.Details...)
		}
		hits[i] = hit
	}
	return hits
}

// alsoKnown is the alias for which most of the words were typed that the name
// has no place for.
func alsoKnown(aliases, left []string) []components.Piece {
	var best []components.Piece
	least := len(left)
	for _, alias := range aliases {
		if marked, still := search.Mark(alias, left); len(still) < least {
			best, least = pieces(marked), len(still)
		}
	}
	return best
}

func pieces(segments []search.Segment) []components.Piece {
	pieces := make([]components.Piece, len(segments))
	for i, segment := range segments {
		pieces[i] = components.Piece(segment)
	}
	return pieces
}

func hitProps(runners []queries.RunnerHit, settings queries.Settings, to link) []components.Hit {
	hits := make([]components.Hit, len(runners))
	for i, runner := range runners {
		hits[i] = hitProp(runner, settings, to)
	}
	return hits
}

func hitProp(runner queries.RunnerHit, settings queries.Settings, to link) components.Hit {
	return components.Hit{
		Name:    []components.Piece{{Text: runner.Name}},
		Details: components.Details(settings.Category(runner.Category), runner.Sex, runner.Club, runner.Races, runner.LastRaceOn),
		URL:     to(runner),
	}
}

func raceProps(found []queries.FoundRace) []components.Hit {
	hits := make([]components.Hit, len(found))
	for i, race := range found {
		name, _ := search.Mark(race.Name, race.Terms)
		hits[i] = components.Hit{Name: pieces(name), Details: components.RaceDetails(race.Race), URL: components.RaceURL(race.ID)}
	}
	return hits
}

func runnerURL(hit queries.RunnerHit) string { return "/runners/" + strconv.FormatInt(hit.ID, 10) }
