package handlers

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/queries"
)

// maxBulk bounds what one form changes.
const maxBulk = 500

// bulkRunners does one thing to all runners that were ticked.
func (s *Server) bulkRunners(c *fiber.Ctx) error {
	form := formOf(c)
	back := localPath(form.Get("back"), "/admin/runners")
	if ids := form["id"]; form.Get("action") == "merge" {
		if len(ids) != 2 {
			return redirect(c, withQuery(back, deed{done: "two"}.query()))
		}
		return redirect(c, "/admin/merge?"+url.Values{"a": ids[:1], "b": ids[1:]}.Encode())
	}
	for _, text := range form["id"][:min(len(form["id"]), maxBulk)] {
		id, err := parseID(text)
		if err != nil {
			return err
		}
		switch err := s.bulkRunner(c, id, form.Get("action")); {
		case errors.Is(err, queries.ErrNotFound), errors.Is(err, queries.ErrStale):
		case err != nil:
			return err
		}
	}
	return redirect(c, withQuery(back, deed{done: "bulk"}.query()))
}

func (s *Server) bulkRunner(c *fiber.Ctx, id int64, action string) error {
	runner, err := s.DB.AnyRunner(c.UserContext(), id)
	if err != nil {
		return err
	}
	switch action {
	case "hide", "show":
		runner.Visibility = map[string]club.Visibility{"hide": club.Hidden, "show": club.Shown}[action]
		return s.DB.UpdateRunner(c.UserContext(), runner, s.actor(c))
	case "delete":
		_, err = s.DB.DeleteRunner(c.UserContext(), id, runner.Version, s.actor(c))
		return err
	default:
		return fiber.ErrBadRequest
	}
}
