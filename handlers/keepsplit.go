package handlers

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// renderKeptRunner is a runner's record with the results, which may be given to
// somebody else, and what was done to it.
func (s *Server) renderKeptRunner(c *fiber.Ctx, status int, runner queries.KeptRunner, split components.SplitProps) error {
	performances, err := s.DB.Performances(c.UserContext(), runner.ID)
	if err != nil {
		return err
	}
	split.Token, split.URL, split.WhoURL, split.MayEdit = formTokenOf(c), keptRunnerURL(runner.ID)+"/split", whoURL, mayEdit(c)
	ticked := formOf(c)["id"]
	for _, p := range performances {
		box := tick(p.Result.ID, p.Result.Version)
		split.Results = append(split.Results, components.SplitRow{
			ID: idText(p.Result.ID), Tick: box, Race: p.Race.Name, Result: p.Result, Ticked: slices.Contains(ticked, box),
			Details: append(components.RaceDetails(p.Race), resultDetails(p.Result)...),
		})
	}
	row, owner := s.runnerRow(c, runner), visitorOf(c).account.User.Role.May(accounts.Owner)
	props := components.KeptRunnerProps{
		Form: components.Form{Token: split.Token}, Toast: toastFromAddress(c), Row: row, Split: split, Erased: row.Erased, MayErase: owner,
		Version: strconv.FormatInt(runner.Version, 10),
	}
	if props.Contact, err = s.contactRows(c, runner.ID); err != nil {
		return err
	}
	if props.Done, err = s.deedsOn(c, "runner", runner.ID); err != nil {
		return err
	}
	return s.render(c, status, page{title: runner.Name, body: components.KeptRunnerPage(props)})
}

// splitRunner gives the results that were ticked to another runner, or a new
// one.
func (s *Server) splitRunner(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	form := formOf(c)
	split := components.SplitProps{Open: true, Runner: strings.Join(strings.Fields(form.Get("runner")), " ")}
	split.Problems = map[string]string{}
	ticked, err := tickedIn(form)
	switch {
	case errors.Is(err, errTooMany):
		split.Problems[""] = "Tick at most " + strconv.Itoa(maxBulk) + " at a time."
	case err != nil:
		return err
	case len(ticked) == 0:
		split.Problems[""] = "Tick the results that are somebody else’s."
	}
	if split.Who, err = s.who(c, split.Runner, form.Get("who")); err != nil {
		return err
	}
	to, ok := chosenOf(split.Who)
	switch {
	case club.Fold(split.Runner) == "":
		split.Problems["runner"] = "Write whose they are."
	case !ok:
		split.Who.Problem = "Choose whose they are; then send it again."
		split.Problems["who"] = split.Who.Problem
	case to == runner.ID:
		split.Problems["runner"] = "They are this runner’s already. Choose another, or a new one."
	}
	if to == 0 {
		if split.Doubt, err = s.doubtErased(c, club.Runner{Name: split.Runner}); err != nil {
			return err
		}
	}
	if len(split.Problems) > 0 || split.Doubt != "" {
		return s.renderKeptRunner(c, fiber.StatusUnprocessableEntity, runner, split)
	}
	return s.splitOff(c, runner, club.Runner{ID: to, Name: split.Runner}, ticked, split)
}

func (s *Server) splitOff(c *fiber.Ctx, runner queries.KeptRunner, to club.Runner, ticked []queries.Seen, split components.SplitProps) error {
	done, err := s.DB.SplitRunner(c.UserContext(), runner.Runner, to, ticked, s.actor(c))
	if errors.Is(err, queries.ErrClash) {
		if split.Clashes, err = s.clashes(c, runner.ID, to.ID); err != nil {
			return err
		}
		return s.renderKeptRunner(c, fiber.StatusUnprocessableEntity, runner, split)
	}
	if stale, ok := errors.AsType[*queries.StaleError](err); ok {
		split.Problems[""] = "Nothing was changed: somebody else has changed " + counted(len(stale.IDs), "result") + " of these meanwhile. Look, and tick again what you mean."
		return s.renderKeptRunner(c, fiber.StatusConflict, runner, split)
	}
	if err != nil {
		return err
	}
	d := deed{done: "split", count: done.Count, undo: map[string]int64{"batch": done.Undo}}
	return redirect(c, d.at(keptRunnerURL(runner.ID)))
}

// clashes are the races that both have run, in words.
func (s *Server) clashes(c *fiber.Ctx, a, b int64) ([]string, error) {
	races, err := s.DB.SharedRaces(c.UserContext(), a, b)
	if err != nil {
		return nil, err
	}
	words := make([]string, len(races))
	for i, race := range races {
		words[i] = race.Name + ", " + race.HeldOn.Words()
	}
	return words, nil
}
