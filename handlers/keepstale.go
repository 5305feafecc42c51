package handlers

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/queries"
)

// askStale shows the records that somebody else has changed since they were
// ticked, with what was changed, and lets one choose.
func (s *Server) askStale(c *fiber.Ctx, b bulk, ticked []queries.Seen, stale []int64) error {
	form := formOf(c)
	props := components.StaleProps{
		Form: components.Form{Token: formTokenOf(c)}, Current: map[string]string{"/admin/runners": "Runners", "/admin/results": "Results"}[b.list],
		Back: localPath(form.Get("back"), b.list), URL: b.list + "/bulk",
	}
	for _, name := range []string{"action", "club", "back"} {
		props.Fields = append(props.Fields, components.Field{Name: name, Value: form.Get(name)})
	}
	if action := form.Get("action"); action == "club" {
		props.Wanted = "set the club to " + strconv.Quote(form.Get("club"))
	} else {
		props.Wanted = action + " them"
	}
	rest := 0
	for _, seen := range ticked {
		if !slices.Contains(stale, seen.ID) {
			props.Fields = append(props.Fields, components.Field{Name: "id", Value: tick(seen.ID, seen.Version)})
			rest++
		}
	}
	if rest > 0 {
		props.Rest = "As you saw them, and so done with these: " + counted(rest, "other") + "."
	}
	for _, id := range stale {
		row, err := b.row(id)
		if errors.Is(err, queries.ErrNotFound) {
			continue // deleted by now
		}
		if err != nil {
			return err
		}
		props.Rows = append(props.Rows, row)
	}
	return s.render(c, fiber.StatusConflict, page{title: "Changed meanwhile", body: components.StalePage(props)})
}

func (s *Server) staleRunner(c *fiber.Ctx, id int64) (components.StaleRow, error) {
	runner, err := s.DB.KeptRunner(c.UserContext(), id)
	if err != nil {
		return components.StaleRow{}, err
	}
	row := components.StaleRow{Tick: tick(id, runner.Version), Name: runner.Name, URL: keptRunnerURL(id)}
	row.Details, _ = keptDetails(runner)
	return s.withLastDeed(c, row, "runner", id)
}

func (s *Server) staleResult(c *fiber.Ctx, id int64) (components.StaleRow, error) {
	result, err := s.DB.KeptResult(c.UserContext(), id)
	if err != nil {
		return components.StaleRow{}, err
	}
	race, err := s.DB.Race(c.UserContext(), result.RaceID)
	if err != nil {
		return components.StaleRow{}, err
	}
	row := components.StaleRow{Tick: tick(id, result.Version), Name: result.Runner, URL: "/admin/results/" + idText(id)}
	row.Details = append([]string{race.Name, components.TimeOrStatus(result.Result)}, resultDetails(result.Result)...)
	return s.withLastDeed(c, row, "result", id)
}

// withLastDeed says who changed a record last, and what.
func (s *Server) withLastDeed(c *fiber.Ctx, row components.StaleRow, kind string, id int64) (components.StaleRow, error) {
	entries, _, err := s.DB.AuditEntries(c.UserContext(), queries.AuditFilter{Kind: kind, ObjectID: id}, 0, 1)
	if err != nil || len(entries) == 0 {
		return row, err
	}
	deed := auditRow(entries[0])
	row.When, row.Who, row.What, row.Changes = deed.When, deed.Who, deed.What, deed.Changes
	return row, nil
}
