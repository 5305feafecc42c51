package handlers

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// sameRace is what is said where two races would be one.
const sameRace = "There is this race already, on that day and over that distance."

func (s *Server) keptRace(c *fiber.Ctx) (queries.KeptRace, error) {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return queries.KeptRace{}, err
	}
	return s.DB.KeptRace(c.UserContext(), id)
}

func raceRow(c *fiber.Ctx, r queries.KeptRace) components.RaceRowProps {
	return components.RaceRowProps{
		ID: strconv.FormatInt(r.ID, 10), Name: r.Name, URL: keptRaceURL(r.ID), MayEdit: mayEdit(c),
		Details: append(components.RaceDetails(r.Race), counted(r.Results, "result")),
	}
}

// raceForm is the form with a race as stored.
func raceForm(c *fiber.Ctx, r club.Race) components.RaceFormProps {
	id := strconv.FormatInt(r.ID, 10)
	return components.RaceFormProps{
		Form: components.Form{Token: formTokenOf(c)}, ID: "race-" + id, URL: keptRaceURL(r.ID) + "/edit",
		Cancel: keptRaceURL(r.ID) + "/history", Version: strconv.FormatInt(r.Version, 10),
		Name: r.Name, HeldOn: r.HeldOn.String(), Length: strings.TrimSuffix(r.Length.String(), " km"), ShortCourse: r.ShortCourse,
	}
}

// showKeptRace is a race's record as it is now, and as a page with what was done
// to it.
func (s *Server) showKeptRace(c *fiber.Ctx) error {
	race, err := s.keptRace(c)
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return s.render(c, fiber.StatusOK, page{fragment: components.RaceRow(raceRow(c, race))})
	}
	return s.renderKeptRace(c, fiber.StatusOK, race, components.RenameProps{Name: race.Name})
}

func (s *Server) renderKeptRace(c *fiber.Ctx, status int, race queries.KeptRace, rename components.RenameProps) error {
	history, err := s.deedsOn(c, "race", race.ID)
	if err != nil {
		return err
	}
	years, err := s.DB.RacesInSeries(c.UserContext(), race.SeriesID)
	if err != nil {
		return err
	}
	rename.Token, rename.URL, rename.Version = formTokenOf(c), keptRaceURL(race.ID)+"/rename", strconv.FormatInt(race.Version, 10)
	if mayEdit(c) && len(years) > 1 {
		rename.Years = counted(len(years), "race")
	}
	return s.render(c, status, page{
		title: race.Name, body: components.KeptRacePage(raceRow(c, race), rename, toastFromAddress(c), history),
	})
}

// renameSeries gives the series of a race another name, in all its years.
func (s *Server) renameSeries(c *fiber.Ctx) error {
	before, err := s.keptRace(c)
	if err != nil {
		return err
	}
	form := formOf(c)
	race := before.Race
	race.Name = strings.Join(strings.Fields(form.Get("name")), " ")
	if race.Version, err = parseID(form.Get("version")); err != nil {
		return fiber.ErrBadRequest
	}
	rename := components.RenameProps{Name: race.Name}
	if problem := raceNameProblem(race.Name); problem != "" {
		rename.Problems = map[string]string{"name": problem}
		return s.renderKeptRace(c, fiber.StatusUnprocessableEntity, before, rename)
	}
	done, err := s.DB.RenameSeries(c.UserContext(), race, s.actor(c))
	switch {
	case errors.Is(err, queries.ErrExists):
		rename.Problems = map[string]string{"name": "Other races have this name already. To put one of these among them, edit that one’s name."}
		return s.renderKeptRace(c, fiber.StatusUnprocessableEntity, before, rename)
	case errors.Is(err, queries.ErrStale):
		rename.Problems = map[string]string{"name": "Somebody else changed this race meanwhile: look at it below, and rename again if that is still right."}
		return s.renderKeptRace(c, fiber.StatusConflict, before, rename)
	case err != nil:
		return err
	}
	d := deed{done: "renamed", count: done.Count, undo: map[string]int64{"batch": done.Undo}}
	return redirect(c, d.at(keptRaceURL(race.ID)+"/history"))
}

// editRace is the form in the row.
func (s *Server) editRace(c *fiber.Ctx) error {
	race, err := s.keptRace(c)
	if err != nil {
		return err
	}
	return s.renderRaceForm(c, fiber.StatusOK, raceForm(c, race.Race), race.Name)
}

func (s *Server) renderRaceForm(c *fiber.Ctx, status int, form components.RaceFormProps, name string) error {
	return s.render(c, status, page{
		title: name, body: components.RaceEditPage(form, name), fragment: components.RaceEdit(form),
	})
}

// updateRace changes a race that has not changed since the form was opened.
func (s *Server) updateRace(c *fiber.Ctx) error {
	before, err := s.keptRace(c)
	if err != nil {
		return err
	}
	typed, stored := readRaceForm(c), raceForm(c, before.Race)
	race, problems := readRace(typed, s.today())
	if typed.Length == stored.Length {
		race.Length = before.Length // to the metre, which the form does not show
	}
	race.ID = before.ID
	if race.Version, err = parseID(formOf(c).Get("version")); err != nil {
		return fiber.ErrBadRequest
	}
	form := stored
	form.Name, form.HeldOn, form.Length, form.ShortCourse = typed.Name, typed.HeldOn, typed.Length, typed.ShortCourse
	form.Version = formOf(c).Get("version")
	if len(problems) == 0 {
		err = s.DB.UpdateRace(c.UserContext(), race, s.actor(c))
		if errors.Is(err, queries.ErrExists) {
			problems = map[string]string{"name": sameRace}
		}
	}
	switch {
	case len(problems) > 0:
		form.Problems = problems
		return s.renderRaceForm(c, fiber.StatusUnprocessableEntity, form, before.Name)
	case errors.Is(err, queries.ErrStale):
		form.Version, form.Theirs = stored.Version, raceChanges(typed, stored)
		return s.renderRaceForm(c, fiber.StatusConflict, form, before.Name)
	case err != nil:
		return err
	}
	race.Version++ // as stored; the row may have changed again by now
	return s.answerSavedRace(c, race)
}

// answerSavedRace answers with the row as it is now, or leads to the list.
func (s *Server) answerSavedRace(c *fiber.Ctx, saved club.Race) error {
	d := deed{done: "saved", undo: map[string]int64{"race": saved.ID, "version": saved.Version}}
	if !wantsFragment(c) {
		return redirect(c, racesNamed(saved, d))
	}
	race, err := s.DB.KeptRace(c.UserContext(), saved.ID)
	if err != nil {
		return err
	}
	return s.render(c, fiber.StatusOK, page{fragment: withToast(components.RaceRow(raceRow(c, race)), d.toast(c, "Saved "+saved.Name+"."))})
}

func raceChanges(mine, theirs components.RaceFormProps) []components.Change {
	return differing([]components.Change{
		{Field: "Name", Mine: mine.Name, Theirs: theirs.Name},
		{Field: "Date", Mine: mine.HeldOn, Theirs: theirs.HeldOn},
		{Field: "Distance in km", Mine: mine.Length, Theirs: theirs.Length},
		{Field: "Short course", Mine: yesNo(mine.ShortCourse), Theirs: yesNo(theirs.ShortCourse)},
	})
}

// askDeleteRace says what goes with a race.
func (s *Server) askDeleteRace(c *fiber.Ctx) error {
	race, err := s.keptRace(c)
	if err != nil {
		return err
	}
	return s.renderDeleteRace(c, fiber.StatusOK, race)
}

// renderDeleteRace asks; again where somebody changed the race meanwhile.
func (s *Server) renderDeleteRace(c *fiber.Ctx, status int, race queries.KeptRace) error {
	props := components.DeleteProps{
		Token: formTokenOf(c), ID: fmt.Sprintf("race-%d", race.ID), Version: strconv.FormatInt(race.Version, 10),
		URL: keptRaceURL(race.ID) + "/delete", Row: keptRaceURL(race.ID) + "/history", List: "/admin/races",
		Name: race.Name + ", " + race.HeldOn.Words(), Results: countedOrNone(race.Results, "result"),
		Changed: status == fiber.StatusConflict,
	}
	return s.render(c, status, page{
		title: "Delete " + race.Name,
		body:  components.DeletePage(props, "Races"), fragment: components.DeleteRow(props),
	})
}

// deleteRace puts a race with all results into the bin.
func (s *Server) deleteRace(c *fiber.Ctx) error {
	race, err := s.keptRace(c)
	if err != nil {
		return err
	}
	version, err := parseID(formOf(c).Get("version"))
	if err != nil {
		return fiber.ErrBadRequest
	}
	binID, err := s.DB.DeleteRace(c.UserContext(), race.ID, version, s.actor(c))
	if errors.Is(err, queries.ErrStale) {
		return s.renderDeleteRace(c, fiber.StatusConflict, race)
	}
	if err != nil {
		return err
	}
	d := deed{done: "deleted", undo: map[string]int64{"batch": binID}}
	if !wantsFragment(c) {
		return redirect(c, d.at("/admin/races"))
	}
	return s.renderGone(c, fmt.Sprintf("race-%d", race.ID), d.toast(c, "Deleted "+race.Name+", with "+countedOrNone(race.Results, "result")+"."))
}

func countedOrNone(n int, thing string) string {
	if n == 0 {
		return "no " + thing
	}
	return counted(n, thing)
}
