package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// showWho answers which runners may be meant by what is typed.
func (s *Server) showWho(c *fiber.Ctx) error {
	typed, err := textParam(c, "runner")
	if err != nil {
		return err
	}
	who, err := s.who(c, typed, "")
	if err != nil {
		return err
	}
	return s.render(c, fiber.StatusOK, page{title: "Who is it?", body: components.Who(who)})
}

// The runners who may be meant: so many who can be seen, and who are hidden.
const mayBeMeant, hiddenMeant = 5, 3

// who are the runners who may be meant. Chosen is the one whom the visitor
// chose, or else the only one who fits.
func (s *Server) who(c *fiber.Ctx, typed, chosen string) (components.WhoProps, error) {
	typed = strings.Join(strings.Fields(typed), " ")
	if typed == "" {
		return components.WhoProps{}, nil
	}
	found, _, err := s.DB.SearchRunners(c.UserContext(), typed, mayBeMeant)
	if err != nil {
		return components.WhoProps{}, err
	}
	hidden, _, err := s.DB.KeptRunners(c.UserContext(), queries.RunnerFilter{Query: typed, Visibility: queries.HiddenOnly, Limit: hiddenMeant})
	if err != nil {
		return components.WhoProps{}, err
	}
	namesakes, err := s.DB.Namesakes(c.UserContext(), typed)
	if err != nil {
		return components.WhoProps{}, err
	}
	who := components.WhoProps{New: typed}
	for _, id := range namesakes {
		who.Namesakes = append(who.Namesakes, strconv.FormatInt(id, 10))
	}
	fits := 0
	for _, f := range found {
		person := components.Person{
			ID: strconv.FormatInt(f.ID, 10), Name: f.Name,
			Details: components.Details(f.Category, f.Sex, f.Club, f.Races, f.LastRaceOn),
		}
		if f.Match == found[0].Match {
			fits++
		}
		who.People = append(who.People, person)
	}
	for _, r := range hidden {
		who.People = append(who.People, components.Person{
			ID: strconv.FormatInt(r.ID, 10), Name: r.Name,
			Details: append([]string{"hidden"}, components.Details(r.Category, r.Sex, r.Club, r.Races, r.LastRaceOn)...),
		})
	}
	if chosen == "" && fits == 1 && len(hidden) == 0 {
		chosen = who.People[0].ID
	}
	who.NewChosen = chosen == "new" || len(who.People) == 0
	for i := range who.People {
		who.People[i].Chosen = who.People[i].ID == chosen
	}
	return who, nil
}

// chosen is the runner who was chosen among those who may be meant: a number,
// 0 for a new runner.
func chosenOf(who components.WhoProps) (id int64, ok bool) {
	for _, person := range who.People {
		if person.Chosen {
			id, err := parseID(person.ID)
			return id, err == nil
		}
	}
	return 0, who.NewChosen
}

// readWho is the runner who was chosen, 0 for a new one; what is wrong with the
// choice goes into the form.
func (s *Server) readWho(c *fiber.Ctx, form *components.ResultFormProps) (int64, error) {
	id, ok := chosenOf(form.Who)
	switch {
	case club.Fold(form.Runner) == "":
		form.Problems["runner"] = "Write who it was."
	case !ok:
		form.Who.Problem = "Choose who it is; then press Save again."
		form.Problems["who"] = form.Who.Problem
	case id == 0:
		doubt, err := s.doubtErased(c, club.Runner{Name: form.Runner})
		addDoubt(form, "runner", doubt)
		return 0, err
	}
	return id, nil
}
