package handlers

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

const racesOnPage = 50

// keepRaces lists the races for those who keep them.
func (s *Server) keepRaces(c *fiber.Ctx) error {
	return s.renderKeepRaces(c, fiber.StatusOK, components.RaceFormProps{})
}

func (s *Server) renderKeepRaces(c *fiber.Ctx, status int, added components.RaceFormProps) error {
	query, err := textParam(c, "q")
	if err != nil {
		return err
	}
	number, sort := pageParam(c), c.Query("sort")
	races, total, err := s.DB.KeptRaces(c.UserContext(), query, sort, (number-1)*racesOnPage, racesOnPage)
	if err != nil {
		return err
	}
	added.Token, added.ID, added.URL = formTokenOf(c), "race", "/admin/races"
	props := components.KeepRacesProps{
		Form: components.Form{Token: added.Token}, Toast: toastFromAddress(c), Query: query, New: added,
		Count: counted(total, "race"), MayEdit: mayEdit(c), Sorts: options(raceSortOptions, sort),
	}
	for _, race := range races {
		props.Rows = append(props.Rows, raceRow(c, race))
	}
	at := listAddress("/admin/races", "q", query, "sort", sort)
	props.PrevURL, props.NextURL = at.pages(number, number*racesOnPage < total)
	props.Files = at.keptFiles(c)
	return s.render(c, status, page{
		title: "Keep races",
		body:  components.KeepRacesPage(props), fragment: components.KeepRacesList(props),
	})
}

func keptRaceURL(id int64) string { return "/admin/races/" + strconv.FormatInt(id, 10) }

// createRace adds a race, and leads to where its results are entered.
func (s *Server) createRace(c *fiber.Ctx) error {
	typed := readRaceForm(c)
	race, problems := readRace(typed, s.today())
	if len(problems) == 0 {
		id, err := s.DB.CreateRace(c.UserContext(), race, s.actor(c))
		if err == nil {
			return redirect(c, deed{done: "added"}.at(keptRaceURL(id)))
		}
		if !errors.Is(err, queries.ErrExists) {
			return err
		}
		problems = map[string]string{"name": sameRace}
	}
	typed.Problems = problems
	return s.renderKeepRaces(c, fiber.StatusUnprocessableEntity, typed)
}

func readRaceForm(c *fiber.Ctx) components.RaceFormProps {
	form := formOf(c)
	return components.RaceFormProps{
		Name:   strings.Join(strings.Fields(form.Get("name")), " "),
		HeldOn: strings.TrimSpace(form.Get("held")), Length: strings.TrimSpace(form.Get("length")),
		ShortCourse: form.Get("short") != "",
	}
}

// The lengths of races that are taken, in kilometres.
const shortestRace, longestRace = 0.1, 1000

func readRace(typed components.RaceFormProps, today club.Date) (club.Race, map[string]string) {
	problems := map[string]string{}
	race := club.Race{Name: typed.Name, ShortCourse: typed.ShortCourse}
	if problem := raceNameProblem(race.Name); problem != "" {
		problems["name"] = problem
	}
	var err error
	switch race.HeldOn, err = club.ParseDate(typed.HeldOn); {
	case err != nil:
		problems["held"] = "Write the date as 2026-11-29."
	case race.HeldOn.Compare(today) > 0:
		problems["held"] = "That day has not come yet."
	case race.HeldOn.Year < oldestBirthYear:
		problems["held"] = "Nobody kept results so long ago."
	}
	figure := strings.TrimSpace(strings.TrimSuffix(strings.ToLower(typed.Length), "km"))
	km, err := strconv.ParseFloat(strings.Replace(figure, ",", ".", 1), 64)
	if err != nil || math.IsNaN(km) || km < shortestRace || km > longestRace {
		problems["length"] = "Write the distance in kilometres, such as 10 or 21.1."
		return race, problems
	}
	race.Length = club.Metres(math.Round(km * 1000))
	// Who writes 42.2 means a marathon.
	for _, d := range club.Distances {
		if exact, _ := strconv.ParseFloat(strings.TrimSuffix(d.Length.String(), " km"), 64); exact == km {
			race.Length = d.Length
		}
	}
	return race, problems
}

func raceNameProblem(name string) string {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxNameLength {
		return "Write the race’s name, in at most 200 letters."
	}
	return ""
}

const resultsOnPage = 200

// enterResults is the page of a race on which its results are entered.
func (s *Server) enterResults(c *fiber.Ctx) error {
	race, err := s.raceOf(c)
	if err != nil {
		return err
	}
	return s.renderEnter(c, fiber.StatusOK, race, newResultForm(c, race))
}

func (s *Server) raceOf(c *fiber.Ctx) (club.Race, error) {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return club.Race{}, err
	}
	return s.DB.Race(c.UserContext(), id)
}

func (s *Server) renderEnter(c *fiber.Ctx, status int, race club.Race, form components.ResultFormProps) error {
	if wantsFragment(c) {
		return s.render(c, status, page{fragment: components.EnterForm(form)})
	}
	number := pageParam(c)
	results, more, err := s.DB.KeptResults(c.UserContext(), race.ID, (number-1)*resultsOnPage, resultsOnPage)
	if err != nil {
		return err
	}
	props := components.EnterProps{
		Form: components.Form{Token: formTokenOf(c)}, Toast: toastFromAddress(c), Name: race.Name, Details: components.RaceDetails(race),
		RaceURL: components.RaceURL(race.ID), URL: keptRaceURL(race.ID), New: form, MayEdit: mayEdit(c),
	}
	for _, result := range results {
		props.Rows = append(props.Rows, resultRow(c, result, nil))
	}
	at := listAddress(keptRaceURL(race.ID))
	props.Back = at.page(number)
	props.PrevURL, props.NextURL = at.pages(number, more)
	props.Files = at.keptFiles(c)
	return s.render(c, status, page{title: race.Name, body: components.EnterPage(props)})
}

// computePlaces gives the finishers of a race their places.
func (s *Server) computePlaces(c *fiber.Ctx) error {
	race, err := s.raceOf(c)
	if err != nil {
		return err
	}
	done, err := s.DB.ComputePlaces(c.UserContext(), race.ID, s.actor(c))
	if err != nil {
		return err
	}
	d := deed{done: "places", count: done.Count, undo: map[string]int64{"batch": done.Undo}}
	return redirect(c, d.at(keptRaceURL(race.ID)))
}
