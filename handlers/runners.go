package handlers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

const (
	hitsPerSearch = 20
	runnersOnPage = 50
)

// listRunners lists all runners, or those that a search finds.
func (s *Server) listRunners(c *fiber.Ctx) error {
	query, err := textParam(c, "q")
	if err != nil {
		return err
	}
	var hits components.HitsProps
	if strings.TrimSpace(query) == "" {
		hits, err = s.allRunners(c, pageParam(c))
	} else {
		hits, err = s.search(c, query, runnerURL)
	}
	if err != nil {
		return err
	}
	return s.render(c, fiber.StatusOK, page{
		title:    "Runners",
		nav:      components.NavRunners,
		body:     components.RunnersPage(components.SearchProps{Action: "/runners", Query: query, Hits: hits}),
		fragment: components.Hits(hits),
	})
}

func (s *Server) allRunners(c *fiber.Ctx, number int) (components.HitsProps, error) {
	runners, more, err := s.DB.Runners(c.UserContext(), (number-1)*runnersOnPage, runnersOnPage)
	if err != nil {
		return components.HitsProps{}, err
	}
	hits := components.HitsProps{Hits: hitProps(runners, runnerURL)}
	if len(runners) == 0 {
		hits.Hint = "No runners here yet."
	}
	if number > 1 {
		hits.PrevURL = fmt.Sprintf("/runners?page=%d", number-1)
	}
	if more {
		hits.NextURL = fmt.Sprintf("/runners?page=%d", number+1)
	}
	return hits, nil
}

// search finds runners; link is where each of them leads.
func (s *Server) search(c *fiber.Ctx, query string, link func(queries.RunnerHit) string) (components.HitsProps, error) {
	found, more, err := s.DB.SearchRunners(c.UserContext(), query, hitsPerSearch)
	if err != nil {
		return components.HitsProps{}, err
	}
	hits := components.HitsProps{Hits: foundProps(found, link)}
	switch {
	case len(found) == 0:
		hits.Hint = fmt.Sprintf("Nobody here is called “%s”. Try fewer letters, or only the surname.", strings.TrimSpace(clip(query, 60)))
	case more:
		hits.Count = fmt.Sprintf("The first %d runners; type more to narrow them down", len(found))
	case len(found) == 1:
		hits.Count = "1 runner found"
	default:
		hits.Count = fmt.Sprintf("%d runners found", len(found))
	}
	return hits, nil
}

func hitProps(found []queries.RunnerHit, link func(queries.RunnerHit) string) []components.Hit {
	hits := make([]components.Hit, len(found))
	for i, hit := range found {
		hits[i] = components.Hit{
			Name:    hit.Name,
			Details: components.Details(hit.Category, hit.Sex, hit.Club, hit.Races),
			URL:     link(hit),
		}
	}
	return hits
}

func foundProps(found []queries.FoundRunner, link func(queries.RunnerHit) string) []components.Hit {
	runners := make([]queries.RunnerHit, len(found))
	for i, f := range found {
		runners[i] = f.RunnerHit
	}
	return hitProps(runners, link)
}

func runnerURL(hit queries.RunnerHit) string { return "/runners/" + strconv.FormatInt(hit.ID, 10) }

// showRunner shows a runner's prediction and results.
func (s *Server) showRunner(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	runner, err := s.DB.Runner(c.UserContext(), id)
	if err != nil {
		return err
	}
	at, err := placeOf(c, fmt.Sprintf("/runners/%d", id))
	if err != nil {
		return err
	}
	performances, err := s.DB.Performances(c.UserContext(), id)
	if err != nil {
		return err
	}
	prediction, err := s.predictor.Of(c.UserContext(), runner, performances, at.params.Get("distance"), s.today())
	if err != nil {
		return err
	}
	panel := panelProps(prediction, at)
	return s.render(c, panelStatus(panel), page{
		title: runner.Name,
		nav:   components.NavRunners,
		body: components.RunnerPage(components.RunnerProps{
			Name: runner.Name, Details: runnerDetails(runner, performances), Panel: panel, Results: performances,
		}),
		fragment: panelPart(c, panel),
	})
}

func runnerDetails(runner club.Runner, performances []club.Performance) []string {
	started, category, clubName := 0, "", ""
	for i, p := range performances {
		if p.Result.Status != club.DidNotStart {
			started++
		}
		if i == 0 {
			category, clubName = p.Result.Category, p.Result.Club
		}
	}
	return components.Details(category, runner.Sex, clubName, started)
}
