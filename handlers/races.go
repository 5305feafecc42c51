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
	settings, err := s.settings(c.UserContext())
	if err != nil {
		return err
	}
	facts, err := s.raceFacts(c.UserContext(), id, settings)
	if err != nil {
		return err
	}
	number, f := pageParam(c), entrantFilter(c)
	entrants, more, err := s.DB.Entrants(c.UserContext(), id, f, (number-1)*entrantsOnPage, entrantsOnPage)
	if err != nil {
		return err
	}
	props := components.RaceProps{
		Race: race, Editions: editionProps(editions, race), Entrants: entrantProps(entrants, settings), SeriesURL: fmt.Sprintf("/series/%d", race.SeriesID),
		Facts: factWords(facts), Picture: distribution(race, facts), Chosen: f != queries.EntrantFilter{} || number > 1,
	}
	props.Sexes, props.Categories, props.Clubs = entrantOptions(facts, f, settings)
	at := entrantAddress(components.RaceURL(id), f)
	props.Action = at.path
	props.PrevURL, props.NextURL = at.pages(number, more)
	props.Files = at.files()
	return s.render(c, fiber.StatusOK, page{
		title:    fmt.Sprintf("%s %d", race.Name, race.HeldOn.Year),
		body:     components.RacePage(props),
		fragment: components.EntrantList(props),
	})
}

// entrantAddress is where the results of a race are listed, as they are
// filtered.
func entrantAddress(path string, f queries.EntrantFilter) address {
	return listAddress(path, "sex", string(f.Sex), "category", f.Category, "club", f.Club)
}

// entrantFilter reads the address; what is no text chooses nobody out.
func entrantFilter(c *fiber.Ctx) queries.EntrantFilter {
	read := func(name string) string {
		value := c.Query(name)
		if !isText(value) || len(value) > maxNameLength*4 {
			return ""
		}
		return value
	}
	f := queries.EntrantFilter{Category: read("category"), Club: read("club")}
	switch sex := club.Sex(read("sex")); sex {
	case club.Female, club.Male:
		f.Sex = sex
	case club.SexUnknown:
	}
	return f
}

func entrantOptions(facts queries.RaceFacts, f queries.EntrantFilter, settings queries.Settings) (sexes, categories, clubs []components.Option) {
	byCategory, byClub := [][2]string{{"", "all categories"}}, [][2]string{{"", "all clubs"}}
	for _, category := range facts.Categories {
		byCategory = append(byCategory, [2]string{category, settings.Category(category)})
	}
	for _, name := range facts.Clubs {
		byClub = append(byClub, [2]string{name, name})
	}
	return options([][2]string{{"", "women and men"}, {"F", "women"}, {"M", "men"}}, string(f.Sex)),
		options(byCategory, f.Category), options(byClub, f.Club)
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

// entrantProps print the results. Who came in together shares a place.
func entrantProps(entrants []queries.Entrant, settings queries.Settings) []components.Entrant {
	props := make([]components.Entrant, len(entrants))
	for i, e := range entrants {
		props[i] = components.Entrant{Result: e.Result, Runner: e.Runner, Category: categoryWords(settings, e.Result)}
		if place := e.Result.Position; place > 0 {
			props[i].Place = strconv.Itoa(place)
			if i > 0 && entrants[i-1].Result.Position == place || i+1 < len(entrants) && entrants[i+1].Result.Position == place {
				props[i].Place += "="
			}
		}
		if e.Result.Status == club.Finished && e.Result.Net > 0 && e.Result.Gun > 0 && e.Result.Gun != e.Result.Net {
			props[i].Gun = e.Result.Gun.String()
		}
		if !e.Hidden {
			props[i].URL = runnerURL(queries.RunnerHit{ID: e.RunnerID})
		}
	}
	return props
}
