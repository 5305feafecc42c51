package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// createResult stores a new result, of a new runner where there is none yet.
func (s *Server) createResult(c *fiber.Ctx) error {
	race, err := s.raceOf(c)
	if err != nil {
		return err
	}
	fields := formOf(c)
	form := newResultForm(c, race)
	form.Runner = strings.Join(strings.Fields(fields.Get("runner")), " ")
	if form.Who, err = s.who(c, form.Runner, fields.Get("who")); err != nil {
		return err
	}
	result, form := readResult(c, form, race, club.Result{RaceID: race.ID})
	id, err := s.readWho(c, &form)
	if err != nil {
		return err
	}
	result.RunnerID = id
	if err := s.doubtAge(c, &form, race, result); err != nil {
		return err
	}
	if len(form.Problems) > 0 || len(form.Doubts) > 0 {
		return s.renderEnter(c, fiber.StatusUnprocessableEntity, race, form)
	}
	resultID, err := s.storeEntered(c, form, result, race)
	switch {
	case errors.Is(err, queries.ErrExists):
		form.Problems["runner"] = form.Runner + " has a result in this race already; change it in the list."
	case errors.Is(err, queries.ErrNamesake):
		form.Problems["runner"] = form.Runner + " was added a moment ago. Choose that runner, or a new one of the same name."
		if form.Who, err = s.who(c, form.Runner, ""); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		return s.answerEntered(c, race, resultID)
	}
	return s.renderEnter(c, fiber.StatusUnprocessableEntity, race, form)
}

// storeEntered stores a result of the runner that was chosen, or of a new one.
func (s *Server) storeEntered(c *fiber.Ctx, form components.ResultFormProps, result club.Result, race club.Race) (int64, error) {
	if result.RunnerID == 0 {
		var known []int64
		for _, namesake := range formOf(c)["namesake"] {
			id, err := parseID(namesake)
			if err != nil {
				return 0, err
			}
			known = append(known, id)
		}
		return s.DB.CreateRunnerWithResult(c.UserContext(), club.Runner{Name: form.Runner}, result, known, s.actor(c))
	}
	if err := s.completeResult(c, &result, race); err != nil {
		return 0, err
	}
	return s.DB.CreateResult(c.UserContext(), result, s.actor(c))
}

// completeResult fills in what was not typed: the category by age, and the
// club of the last race.
func (s *Server) completeResult(c *fiber.Ctx, result *club.Result, race club.Race) error {
	runner, err := s.DB.KeptRunner(c.UserContext(), result.RunnerID)
	if err != nil {
		return err
	}
	result.Category = cmp.Or(result.Category, club.Category(runner.BirthDate, race.HeldOn))
	result.Club = cmp.Or(result.Club, runner.Club)
	return nil
}

// answerEntered answers with the empty form for the next result, and the new
// one at the head of the list.
func (s *Server) answerEntered(c *fiber.Ctx, race club.Race, resultID int64) error {
	if !wantsFragment(c) {
		return redirect(c, deed{done: "saved"}.at(keptRaceURL(race.ID)))
	}
	result, err := s.DB.KeptResult(c.UserContext(), resultID)
	if err != nil {
		return err
	}
	row := resultRow(c, result, nil)
	fragment := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return errors.Join(components.EnterForm(newResultForm(c, race)).Render(ctx, w), components.EnteredRow(row).Render(ctx, w))
	})
	return s.render(c, fiber.StatusOK, page{fragment: withToast(fragment, deed{}.toast(c, fmt.Sprintf("Saved %s, %s.", row.Runner, components.TimeOrStatus(row.Result))))})
}

// showKeptResult is a row of the list, as it is now, and as a page with what was
// done to it.
func (s *Server) showKeptResult(c *fiber.Ctx) error {
	result, race, err := s.resultOf(c)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return s.render(c, fiber.StatusOK, page{fragment: components.ResultRow(rowWhereItStands(c, result, race))})
	}
	history, err := s.deedsOn(c, "result", result.ID)
	if err != nil {
		return err
	}
	row := resultRow(c, result, &race)
	return s.render(c, fiber.StatusOK, page{title: row.Runner, body: components.ResultPage(row, history)})
}

// rowWhereItStands is the row of a list of many races, or of one.
func rowWhereItStands(c *fiber.Ctx, r queries.KeptResult, race club.Race) components.ResultRowProps {
	if rowQuery(c) == "" {
		return resultRow(c, r, nil)
	}
	return resultRow(c, r, &race)
}

func (s *Server) resultOf(c *fiber.Ctx) (queries.KeptResult, club.Race, error) {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return queries.KeptResult{}, club.Race{}, err
	}
	result, err := s.DB.KeptResult(c.UserContext(), id)
	if err != nil {
		return queries.KeptResult{}, club.Race{}, err
	}
	race, err := s.DB.Race(c.UserContext(), result.RaceID)
	return result, race, err
}

// editResult is the form in the row.
func (s *Server) editResult(c *fiber.Ctx) error {
	result, race, err := s.resultOf(c)
	if err != nil {
		return err
	}
	return s.renderResultForm(c, fiber.StatusOK, resultForm(c, result, race))
}

func (s *Server) renderResultForm(c *fiber.Ctx, status int, form components.ResultFormProps) error {
	return s.render(c, status, page{
		title: form.Runner, body: components.ResultEditPage(form), fragment: components.ResultEdit(form),
	})
}

// updateResult changes or deletes a result that has not changed since the form
// was opened.
func (s *Server) updateResult(c *fiber.Ctx) error {
	before, race, err := s.resultOf(c)
	if err != nil {
		return err
	}
	fields := formOf(c)
	version, err := strconv.ParseInt(fields.Get("version"), 10, 64)
	if err != nil {
		return fiber.ErrBadRequest
	}
	if fields.Get("do") == "delete" {
		return s.deleteResult(c, before, version)
	}
	result, form := readResult(c, resultForm(c, before, race), race, before.Result)
	if err := s.doubtAge(c, &form, race, result); err != nil {
		return err
	}
	if len(form.Problems) > 0 || len(form.Doubts) > 0 {
		form.Version = fields.Get("version")
		return s.renderResultForm(c, fiber.StatusUnprocessableEntity, form)
	}
	result.Version = version
	err = s.DB.UpdateResult(c.UserContext(), result, s.actor(c))
	if errors.Is(err, queries.ErrStale) {
		form.Theirs = resultChanges(form, resultForm(c, before, race))
		return s.renderResultForm(c, fiber.StatusConflict, form)
	}
	if err != nil {
		return err
	}
	d := deed{done: "saved", undo: map[string]int64{"result": result.ID, "version": version + 1}} // as stored; it may have changed again by now
	if !wantsFragment(c) {
		return redirect(c, d.at(keptRaceURL(race.ID)))
	}
	after, err := s.DB.KeptResult(c.UserContext(), result.ID)
	if err != nil {
		return err
	}
	row := components.ResultRow(rowWhereItStands(c, after, race))
	return s.render(c, fiber.StatusOK, page{fragment: withToast(row, d.toast(c, "Saved "+after.Runner+"."))})
}

func (s *Server) deleteResult(c *fiber.Ctx, result queries.KeptResult, version int64) error {
	binID, err := s.DB.DeleteResult(c.UserContext(), result.ID, version, s.actor(c))
	if err != nil {
		return err
	}
	d := deed{done: "deleted", undo: map[string]int64{"batch": binID}}
	if !wantsFragment(c) {
		return redirect(c, d.at(keptRaceURL(result.RaceID)))
	}
	return s.renderGone(c, fmt.Sprintf("result-%d", result.ID), d.toast(c, "Deleted a result of "+result.Runner+"."))
}
