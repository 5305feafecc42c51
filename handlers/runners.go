package handlers

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
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
	hits := components.HitsProps{Hits: hitProps(runners, s.settingsOrLast(c.UserContext()), runnerURL)}
	if len(runners) == 0 {
		hits.Hint = "No runners here yet."
	}
	hits.PrevURL, hits.NextURL = listAddress("/runners").pages(number, more)
	return hits, nil
}

// runnerOf are the runner whom the address names, with all results.
func (s *Server) runnerOf(c *fiber.Ctx) (club.Runner, []club.Performance, error) {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return club.Runner{}, nil, err
	}
	runner, err := s.DB.Runner(c.UserContext(), id)
	if err != nil {
		return club.Runner{}, nil, err
	}
	performances, err := s.DB.Performances(c.UserContext(), id)
	return runner, performances, err
}

// showRunner shows a runner's prediction, bests and results.
func (s *Server) showRunner(c *fiber.Ctx) error {
	runner, performances, err := s.runnerOf(c)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/runners/%d", runner.ID)
	at, err := placeOf(c, path, historyParams...)
	if err != nil {
		return err
	}
	settings, err := s.settings(c.UserContext())
	if err != nil {
		return err
	}
	career := club.CareerOf(performances)
	history := historyProps(c, at, runner, performances, career, settings)
	if targetOf(c) == "history" && wantsFragment(c) {
		return s.render(c, fiber.StatusOK, page{fragment: components.History(history)})
	}
	prediction, err := s.predictor.Of(c.UserContext(), runner, performances, at.params.Get("distance"), s.today())
	if err != nil {
		return err
	}
	panel, details := panelProps(prediction, at), runnerDetails(runner, performances, settings)
	return s.render(c, panelStatus(panel), page{
		title: runner.Name,
		nav:   components.NavRunners,
		body: components.RunnerPage(components.RunnerProps{
			Name: runner.Name, Details: details, CompareURL: fmt.Sprintf("/compare?runners=%d", runner.ID), CalendarURL: path + "/races.ics",
			Panel: panel, Bests: bestRows(runner, career), Seasons: seasonTable(career), Milestones: milestoneRows(career), History: history,
			Files: listAddress(at.path).files(),
		}),
		fragment: panelPart(c, panel),
		share:    s.shareProps(runner.Name, strings.Join(details, ", "), path, path+"/card.png"),
	})
}

func runnerDetails(runner club.Runner, performances []club.Performance, settings queries.Settings) []string {
	started, category, clubName, last := 0, "", "", club.Date{}
	for i, p := range performances {
		if p.Result.Status != club.DidNotStart {
			started++
			if last.IsZero() {
				last = p.Race.HeldOn
			}
		}
		if i == 0 {
			category, clubName = settings.Category(p.Result.Category), p.Result.Club
		}
	}
	return components.Details(category, runner.Sex, clubName, started, last)
}
