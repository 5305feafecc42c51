package handlers

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// maxBulk bounds what one form changes.
const maxBulk = 500

// errTooMany says that more than maxBulk were ticked.
var errTooMany = errors.New("too many were ticked")

// Why nothing was done with the records ticked.
const (
	tickSome = "Nothing was changed. Tick what it is about first."
	tickLess = "Nothing was changed. Tick at most 500 at a time."
	tickTwo  = "Nothing was merged. Tick exactly two runners."
)

// tick is a record in the version that is shown, as the box beside it sends it.
func tick(id, version int64) string {
	return strconv.FormatInt(id, 10) + "." + strconv.FormatInt(version, 10)
}

// tickedIn are the records that were ticked in a form, as they were shown.
func tickedIn(form url.Values) ([]queries.Seen, error) {
	if len(form["id"]) > maxBulk {
		return nil, errTooMany
	}
	var ticked []queries.Seen
	for _, text := range form["id"] {
		before, after, _ := strings.Cut(text, ".")
		id, err := parseID(before)
		if err != nil {
			return nil, err
		}
		version, err := parseID(after)
		if err != nil {
			return nil, err
		}
		ticked = append(ticked, queries.Seen{ID: id, Version: version})
	}
	return ticked, nil
}

// bulk is what is done to all records of a list that were ticked.
type bulk struct {
	list string
	do   func(ticked []queries.Seen, form url.Values) (queries.Changed, error)
	// row is a record as it is now.
	row func(id int64) (components.StaleRow, error)
	// render shows the list.
	render func(c *fiber.Ctx, status int, props components.BulkProps) error
}

// bulkRunners does one thing to all runners that were ticked.
func (s *Server) bulkRunners(c *fiber.Ctx) error {
	b := bulk{
		"/admin/runners",
		func(ticked []queries.Seen, form url.Values) (queries.Changed, error) {
			return s.bulkRunnersDo(c, ticked, form)
		},
		func(id int64) (components.StaleRow, error) { return s.staleRunner(c, id) },
		func(c *fiber.Ctx, status int, props components.BulkProps) error {
			return s.renderKeepRunners(c, status, components.RunnerFormProps{}, props)
		},
	}
	if form := formOf(c); form.Get("action") == "merge" {
		ticked, err := tickedIn(form)
		if len(ticked) != 2 || err != nil {
			return refuseBulk(c, b, tickTwo)
		}
		return redirect(c, mergeURL(ticked[0].ID, ticked[1].ID))
	}
	return s.bulk(c, b)
}

// bulkResults does one thing to all results that were ticked.
func (s *Server) bulkResults(c *fiber.Ctx) error {
	return s.bulk(c, bulk{
		"/admin/results",
		func(ticked []queries.Seen, form url.Values) (queries.Changed, error) {
			return s.bulkResultsDo(c, ticked, form)
		},
		func(id int64) (components.StaleRow, error) { return s.staleResult(c, id) },
		s.renderKeepResults,
	})
}

// bulk does it, and leads back to the list with what was done, and what undoes
// it. Where somebody else has changed a record since, it does nothing and asks.
func (s *Server) bulk(c *fiber.Ctx, b bulk) error {
	form := formOf(c)
	back := localPath(form.Get("back"), b.list)
	ticked, err := tickedIn(form)
	switch {
	case errors.Is(err, errTooMany):
		return refuseBulk(c, b, tickLess)
	case err != nil:
		return err
	case len(ticked) == 0:
		return refuseBulk(c, b, tickSome)
	}
	done, err := b.do(ticked, form)
	if stale, ok := errors.AsType[*queries.StaleError](err); ok {
		return s.askStale(c, b, ticked, stale.IDs)
	}
	if err != nil {
		return err
	}
	d := deed{done: "bulk", count: done.Count, undo: map[string]int64{"batch": done.Undo}}
	if done.Count == 0 {
		d = deed{done: "none"}
	}
	return redirect(c, d.at(back))
}

// refuseBulk shows the list that the form stood below, with what was ticked and
// typed, and says why nothing was done.
func refuseBulk(c *fiber.Ctx, b bulk, problem string) error {
	form := formOf(c)
	query := ""
	if back, err := url.Parse(withoutDeed(localPath(form.Get("back"), b.list))); err == nil && back.Path == b.list {
		query = back.RawQuery
	}
	c.Request().URI().SetQueryString(query) // the list reads its filter from there
	props := components.BulkProps{Action: form.Get("action"), Club: clip(form.Get("club"), maxNameLength), Problem: problem}
	return b.render(c, fiber.StatusUnprocessableEntity, props)
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

func (s *Server) bulkRunnersDo(c *fiber.Ctx, ticked []queries.Seen, form url.Values) (queries.Changed, error) {
	ctx, actor := c.UserContext(), s.actor(c)
	switch action := form.Get("action"); action {
	case "hide", "show":
		return s.DB.HideRunners(ctx, ticked, action == "hide", actor)
	case "delete":
		return s.DB.DeleteRunners(ctx, ticked, actor)
	case "club":
		name, err := typedClub(form)
		if err != nil {
			return queries.Changed{}, err
		}
		return s.DB.ChangeResultsOf(ctx, ticked, theClub, actor, func(r *club.Result) { r.Club = cmp.Or(r.Club, name) })
	case "exclude", "include":
		return s.DB.ChangeResultsOf(ctx, ticked, forPredictions, actor, func(r *club.Result) { r.Counts = action == "include" })
	default:
		return queries.Changed{}, fiber.ErrBadRequest
	}
}

func (s *Server) bulkResultsDo(c *fiber.Ctx, ticked []queries.Seen, form url.Values) (queries.Changed, error) {
	ctx, actor := c.UserContext(), s.actor(c)
	switch action := form.Get("action"); action {
	case "delete":
		return s.DB.DeleteResults(ctx, ticked, actor)
	case "club":
		name, err := typedClub(form)
		if err != nil {
			return queries.Changed{}, err
		}
		return s.DB.ChangeResults(ctx, ticked, theClub, actor, func(r *club.Result) { r.Club = name })
	case "exclude", "include":
		return s.DB.ChangeResults(ctx, ticked, forPredictions, actor, func(r *club.Result) { r.Counts = action == "include" })
	default:
		return queries.Changed{}, fiber.ErrBadRequest
	}
}
