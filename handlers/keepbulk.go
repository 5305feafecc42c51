package handlers

import (
	"cmp"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/queries"
)

// maxBulk bounds what one form changes.
const maxBulk = 500

// tickedIn are the numbers that were ticked in a form.
func tickedIn(form url.Values) ([]int64, error) {
	var ids []int64
	for _, text := range form["id"][:min(len(form["id"]), maxBulk)] {
		id, err := parseID(text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// afterBulk leads back to the list with what was done, and what undoes it.
func afterBulk(c *fiber.Ctx, back string, done queries.Changed) error {
	d := deed{done: "bulk", count: done.Count, undo: map[string]int64{"batch": done.Undo}}
	if done.Count == 0 {
		d = deed{done: "none"}
	}
	return redirect(c, d.at(back))
}

// typedClub is the club that is to be set.
func typedClub(form url.Values) (string, error) {
	name := strings.Join(strings.Fields(form.Get("club")), " ")
	if utf8.RuneCountInString(name) > maxClubRunes {
		return "", fiber.ErrBadRequest
	}
	return name, nil
}

const maxClubRunes = 100

// What of results is changed, as the bin says it.
const (
	theClub        = "the club"
	forPredictions = "whether it counts for predictions,"
)

// bulkRunners does one thing to all runners that were ticked.
func (s *Server) bulkRunners(c *fiber.Ctx) error {
	form := formOf(c)
	back := localPath(form.Get("back"), "/admin/runners")
	if ids := form["id"]; form.Get("action") == "merge" {
		if len(ids) != 2 {
			return redirect(c, deed{done: "two"}.at(back))
		}
		return redirect(c, "/admin/merge?"+url.Values{"a": ids[:1], "b": ids[1:]}.Encode())
	}
	ids, err := tickedIn(form)
	if err != nil {
		return err
	}
	done, err := s.bulkRunnersDo(c, ids, form)
	if err != nil {
		return err
	}
	return afterBulk(c, back, done)
}

func (s *Server) bulkRunnersDo(c *fiber.Ctx, ids []int64, form url.Values) (queries.Changed, error) {
	ctx, actor := c.UserContext(), s.actor(c)
	switch action := form.Get("action"); action {
	case "hide", "show":
		return s.DB.HideRunners(ctx, ids, action == "hide", actor)
	case "delete":
		return s.DB.DeleteRunners(ctx, ids, actor)
	case "club":
		name, err := typedClub(form)
		if err != nil {
			return queries.Changed{}, err
		}
		return s.DB.ChangeResultsOf(ctx, ids, theClub, actor, func(r *club.Result) { r.Club = cmp.Or(r.Club, name) })
	case "exclude", "include":
		return s.DB.ChangeResultsOf(ctx, ids, forPredictions, actor, func(r *club.Result) { r.Counts = action == "include" })
	default:
		return queries.Changed{}, fiber.ErrBadRequest
	}
}

// bulkResults does one thing to all results that were ticked.
func (s *Server) bulkResults(c *fiber.Ctx) error {
	form := formOf(c)
	ids, err := tickedIn(form)
	if err != nil {
		return err
	}
	done, err := s.bulkResultsDo(c, ids, form)
	if err != nil {
		return err
	}
	return afterBulk(c, localPath(form.Get("back"), "/admin/results"), done)
}

func (s *Server) bulkResultsDo(c *fiber.Ctx, ids []int64, form url.Values) (queries.Changed, error) {
	ctx, actor := c.UserContext(), s.actor(c)
	switch action := form.Get("action"); action {
	case "delete":
		return s.DB.DeleteResults(ctx, ids, actor)
	case "club":
		name, err := typedClub(form)
		if err != nil {
			return queries.Changed{}, err
		}
		return s.DB.ChangeResults(ctx, ids, theClub, actor, func(r *club.Result) { r.Club = name })
	case "exclude", "include":
		return s.DB.ChangeResults(ctx, ids, forPredictions, actor, func(r *club.Result) { r.Counts = action == "include" })
	default:
		return queries.Changed{}, fiber.ErrBadRequest
	}
}
