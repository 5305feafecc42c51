package handlers

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

const entrantsOnPage = 100

// showRace shows a race's results, a page of them at a time.
func (s *Server) showRace(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	race, err := s.DB.Race(c.UserContext(), id)
	if err != nil {
		return err
	}
	editions, err := s.DB.RacesInSeries(c.UserContext(), race.SeriesID)
	if err != nil {
		return err
	}
	number := pageParam(c)
	entrants, more, err := s.DB.Entrants(c.UserContext(), id, (number-1)*entrantsOnPage, entrantsOnPage)
	if err != nil {
		return err
	}
	props := components.RaceProps{Race: race, Editions: editionProps(editions, race), Entrants: entrantProps(entrants)}
	at := listAddress(components.RaceURL(id))
	props.PrevURL, props.NextURL = at.pages(number, more)
	props.Files = at.files()
	return s.render(c, fiber.StatusOK, page{
		title: fmt.Sprintf("%s %d", race.Name, race.HeldOn.Year),
		body:  components.RacePage(props),
	})
}

// editionProps name each race of a series by its year, and by its distance
// where there are several.
func editionProps(races []club.Race, current club.Race) []components.Edition {
	editions := make([]components.Edition, len(races))
	for i, race := range races {
		label := strconv.Itoa(race.HeldOn.Year)
		if race.Length != current.Length {
			label += ", " + race.Length.String()
		}
		editions[i] = components.Edition{Label: label, URL: components.RaceURL(race.ID), Current: race.ID == current.ID}
	}
	return editions
}

func entrantProps(entrants []queries.Entrant) []components.Entrant {
	props := make([]components.Entrant, len(entrants))
	for i, e := range entrants {
		props[i] = components.Entrant{Result: e.Result, Runner: e.Runner}
		if !e.Hidden {
			props[i].URL = runnerURL(queries.RunnerHit{ID: e.RunnerID})
		}
	}
	return props
}
