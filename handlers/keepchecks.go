package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// showChecks lists what looks wrong in the records, each with the way to mend
// it.
func (s *Server) showChecks(c *fiber.Ctx) error {
	implausible, err := s.DB.ImplausibleResults(c.UserContext())
	if err != nil {
		return err
	}
	twice, err := s.DB.ResultsOnOneDay(c.UserContext())
	if err != nil {
		return err
	}
	var props components.ChecksProps
	for _, group := range []components.CheckGroup{
		checkGroup("Times that can hardly be right", implausible, func(o queries.Oddity) string { return club.Doubt(o.Result.Time(), o.Race.Length) }),
		checkGroup("Two races on one day", twice, func(o queries.Oddity) string { return o.Result.Time().String() }),
	} {
		if len(group.Rows) > 0 {
			props.Groups = append(props.Groups, group)
		}
	}
	return s.render(c, fiber.StatusOK, page{title: "What looks wrong", nav: components.NavSignIn, body: components.ChecksPage(props)})
}

func checkGroup(title string, odd []queries.Oddity, why func(o queries.Oddity) string) components.CheckGroup {
	group := components.CheckGroup{Title: title}
	for _, o := range odd {
		group.Rows = append(group.Rows, components.CheckRow{
			Name: o.Result.Runner, Details: []string{o.Race.Name, o.Race.HeldOn.Words(), why(o)},
			URL: "/admin/results/" + strconv.FormatInt(o.Result.ID, 10) + "/edit",
		})
	}
	return group
}
