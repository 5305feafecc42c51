package handlers

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
)

const runnersOnPage = 50

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
	hits.PrevURL, hits.NextURL = listAddress("/runners").pages(number, more)
	return hits, nil
}

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
			Files: listAddress(at.path).files(),
		}),
		fragment: panelPart(c, panel),
	})
}

func runnerDetails(runner club.Runner, performances []club.Performance) []string {
	started, category, clubName, last := 0, "", "", club.Date{}
	for i, p := range performances {
		if p.Result.Status != club.DidNotStart {
			started++
			if last.IsZero() {
				last = p.Race.HeldOn
			}
		}
		if i == 0 {
			category, clubName = p.Result.Category, p.Result.Club
		}
	}
	return components.Details(category, runner.Sex, clubName, started, last)
}
