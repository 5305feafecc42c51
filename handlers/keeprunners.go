package handlers

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

func mayEdit(c *fiber.Ctx) bool { return visitorOf(c).account.User.Role.May(accounts.Editor) }

func formTokenOf(c *fiber.Ctx) string { return accounts.FormToken(visitorOf(c).token) }

// keepRunners lists the runners for those who keep them.
func (s *Server) keepRunners(c *fiber.Ctx) error {
	return s.renderKeepRunners(c, fiber.StatusOK, components.RunnerFormProps{}, components.BulkProps{})
}

// renderKeepRunners is the list, with what was typed to add a runner or chosen to
// change many.
func (s *Server) renderKeepRunners(c *fiber.Ctx, status int, added components.RunnerFormProps, bulk components.BulkProps) error {
	filter, err := runnerFilter(c)
	if err != nil {
		return err
	}
	number := pageParam(c)
	filter.Offset, filter.Limit = (number-1)*runnersOnPage, runnersOnPage
	runners, total, err := s.DB.KeptRunners(c.UserContext(), filter)
	if err != nil {
		return err
	}
	at := listAddress("/admin/runners", "q", filter.Query, "shown", string(filter.Visibility), "sort", filter.Sort)
	props := components.KeepRunnersProps{
		Form: components.Form{Token: formTokenOf(c)}, Toast: toastFromAddress(c), Query: filter.Query, MayEdit: mayEdit(c),
		Shown: options(shownOptions, string(filter.Visibility)), Sorts: options(sortOptions, filter.Sort),
		Count: counted(total, "runner"), New: newRunnerForm(c, added), Bulk: bulk, Back: at.page(number),
		Files: at.keptFiles(c),
	}
	for _, runner := range runners {
		row := s.runnerRow(c, runner)
		row.Ticked = slices.Contains(formOf(c)["id"], row.Tick)
		props.Rows = append(props.Rows, row)
	}
	props.PrevURL, props.NextURL = at.pages(number, number*runnersOnPage < total)
	return s.render(c, status, page{
		title: "Keep runners",
		body:  components.KeepRunnersPage(props), fragment: components.KeepRunnersList(props),
	})
}

// runnerFilter is what the address says of which runners, in which order.
func runnerFilter(c *fiber.Ctx) (queries.RunnerFilter, error) {
	query, err := textParam(c, "q")
	return queries.RunnerFilter{Query: query, Visibility: queries.Visibility(c.Query("shown")), Sort: c.Query("sort")}, err
}

func newRunnerForm(c *fiber.Ctx, form components.RunnerFormProps) components.RunnerFormProps {
	form.ID, form.URL, form.Token = "new", "/admin/runners", formTokenOf(c)
	if form.Visibility == nil {
		form.Visibility = visibilityOptions(club.Automatic)
	}
	return form
}

func (s *Server) runnerRow(c *fiber.Ctx, r queries.KeptRunner) components.RunnerRowProps {
	row := components.RunnerRowProps{
		ID: strconv.FormatInt(r.ID, 10), Tick: tick(r.ID, r.Version), URL: runnerURL(queries.RunnerHit{ID: r.ID}), Name: r.Name, Also: strings.Join(r.Aliases, ", "),
		Hidden: r.HiddenFor.Words(r.BirthDate, s.today()), MayEdit: mayEdit(c),
	}
	row.Erased = r.Visibility == club.Erased
	row.Details, row.Private = keptDetails(r)
	return row
}

// showKeptRunner is a runner's record as it is now, and as a page with what was
// done to it.
func (s *Server) showKeptRunner(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	row := s.runnerRow(c, runner)
	if wantsFragment(c) {
		return s.render(c, fiber.StatusOK, page{fragment: components.RunnerRow(row)})
	}
	return s.renderKeptRunner(c, fiber.StatusOK, runner, components.SplitProps{})
}

func (s *Server) keptRunner(c *fiber.Ctx) (queries.KeptRunner, error) {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return queries.KeptRunner{}, err
	}
	return s.DB.KeptRunner(c.UserContext(), id)
}

// answerSaved answers with the row as it is now, or leads to the record. The
// address names the runner by number: addresses end up in the logs of routers,
// and the runner may be hidden.
func (s *Server) answerSaved(c *fiber.Ctx, saved club.Runner) error {
	d := deed{done: "saved", undo: map[string]int64{"runner": saved.ID, "version": saved.Version}}
	if !wantsFragment(c) {
		return redirect(c, d.at(keptRunnerURL(saved.ID)))
	}
	runner, err := s.DB.KeptRunner(c.UserContext(), saved.ID)
	if err != nil {
		return err
	}
	text := "Saved " + saved.Name + "."
	return s.render(c, fiber.StatusOK, page{fragment: withToast(components.RunnerRow(s.runnerRow(c, runner)), d.toast(c, text))})
}

// editRunner is the form in the row.
func (s *Server) editRunner(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	return s.renderRunnerForm(c, fiber.StatusOK, s.editForm(c, runner.Runner), runner.Name)
}

func (s *Server) renderRunnerForm(c *fiber.Ctx, status int, form components.RunnerFormProps, name string) error {
	return s.render(c, status, page{
		title: name,
		body:  components.RunnerEditPage(form, name), fragment: components.RunnerEdit(form),
	})
}

// createRunner adds a runner.
func (s *Server) createRunner(c *fiber.Ctx) error {
	typed := readRunnerForm(c)
	runner, problems := typed.runner(s.today())
	if len(problems) > 0 {
		typed.props.Problems = problems
		return s.renderKeepRunners(c, fiber.StatusUnprocessableEntity, typed.props, components.BulkProps{})
	}
	doubt, err := s.doubtErased(c, runner)
	if err != nil {
		return err
	}
	if typed.props.Doubt = doubt; doubt != "" {
		return s.renderKeepRunners(c, fiber.StatusUnprocessableEntity, typed.props, components.BulkProps{})
	}
	d := deed{done: "added"}
	if club.WhyHidden(runner.Visibility, runner.BirthDate, s.today(), false) == club.Minor {
		d.done = "minor"
	}
	if _, err := s.DB.CreateRunner(c.UserContext(), runner, s.actor(c)); err != nil {
		return err
	}
	return redirect(c, "/admin/runners?sort=new&"+d.query().Encode())
}

// updateRunner changes a runner who has not changed since the form was opened.
func (s *Server) updateRunner(c *fiber.Ctx) error {
	before, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	typed := readRunnerForm(c)
	runner, problems := typed.runner(s.today())
	form := s.editForm(c, before.Runner)
	form = typed.into(form)
	if len(problems) > 0 {
		form.Problems = problems
		return s.renderRunnerForm(c, fiber.StatusUnprocessableEntity, form, before.Name)
	}
	runner.ID = before.ID
	if !formOf(c).Has("visibility") {
		runner.Visibility = before.Visibility
	}
	if runner.Version, err = strconv.ParseInt(formOf(c).Get("version"), 10, 64); err != nil {
		return fiber.ErrBadRequest
	}
	err = s.DB.UpdateRunner(c.UserContext(), runner, s.actor(c))
	if errors.Is(err, queries.ErrStale) {
		form.Version = strconv.FormatInt(before.Version, 10)
		form.Theirs = changes(typed.props, s.editForm(c, before.Runner))
		return s.renderRunnerForm(c, fiber.StatusConflict, form, before.Name)
	}
	if err != nil {
		return err
	}
	runner.Version++ // as stored; the row may have changed again by now
	return s.answerSaved(c, runner)
}

// askDeleteRunner says what goes with a runner.
func (s *Server) askDeleteRunner(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	return s.renderDeleteRunner(c, fiber.StatusOK, runner)
}

// renderDeleteRunner asks; again where somebody changed the runner meanwhile.
func (s *Server) renderDeleteRunner(c *fiber.Ctx, status int, runner queries.KeptRunner) error {
	results, err := s.DB.CountResults(c.UserContext(), runner.ID)
	if err != nil {
		return err
	}
	url := fmt.Sprintf("/admin/runners/%d", runner.ID)
	props := components.DeleteProps{
		Token: formTokenOf(c), ID: fmt.Sprintf("runner-%d", runner.ID), Version: strconv.FormatInt(runner.Version, 10),
		URL: url + "/delete", Row: url, List: "/admin/runners", Name: runner.Name, Results: countedOrNone(results, "result"),
		Changed: status == fiber.StatusConflict,
	}
	return s.render(c, status, page{
		title: "Delete " + runner.Name,
		body:  components.DeletePage(props, "Runners"), fragment: components.DeleteRow(props),
	})
}

// deleteRunner puts a runner into the bin.
func (s *Server) deleteRunner(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(formOf(c).Get("version"), 10, 64)
	if err != nil {
		return fiber.ErrBadRequest
	}
	binID, err := s.DB.DeleteRunner(c.UserContext(), runner.ID, version, s.actor(c))
	if errors.Is(err, queries.ErrStale) {
		return s.renderDeleteRunner(c, fiber.StatusConflict, runner)
	}
	if err != nil {
		return err
	}
	d := deed{done: "deleted", undo: map[string]int64{"batch": binID}}
	if !wantsFragment(c) {
		return redirect(c, "/admin/runners?"+d.query().Encode())
	}
	return s.renderGone(c, fmt.Sprintf("runner-%d", runner.ID), d.toast(c, "Deleted "+runner.Name+"."))
}

func (s *Server) renderGone(c *fiber.Ctx, row string, toast components.Toast) error {
	return s.render(c, fiber.StatusOK, page{fragment: withToast(components.GoneRow(row), toast)})
}
