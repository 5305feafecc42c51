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

// showDuplicates lists the runners who may be one person.
func (s *Server) showDuplicates(c *fiber.Ctx) error {
	found, err := s.DB.Duplicates(c.UserContext())
	if err != nil {
		return err
	}
	props := components.DuplicatesProps{Files: listAddress("/admin/duplicates").keptFiles(c)}
	for _, d := range found {
		props.Pairs = append(props.Pairs, components.DuplicatePair{
			A: d.A.Name, B: d.B.Name, Why: string(d.Why), URL: mergeURL(d.A.ID, d.B.ID),
			DetailsA: allDetails(d.A), DetailsB: allDetails(d.B),
		})
	}
	return s.render(c, fiber.StatusOK, page{title: "Likely duplicates", body: components.DuplicatesPage(props)})
}

func mergeURL(a, b int64) string { return fmt.Sprintf("/admin/merge?a=%d&b=%d", a, b) }

// keptDetails tell namesakes apart: by what all may see, and by what only those
// may see who keep the records.
func keptDetails(r queries.KeptRunner) (public, private []string) {
	if !r.BirthDate.IsZero() {
		private = append(private, "born "+r.BirthDate.Words())
	}
	if r.Licence != "" {
		private = append(private, "licence "+r.Licence)
	}
	return components.Details(r.Category, r.Sex, r.Club, r.Races, r.LastRaceOn), private
}

func allDetails(r queries.KeptRunner) []string {
	public, private := keptDetails(r)
	return append(public, private...)
}

// showMerge shows two runners side by side; where none are named, those who may
// be one person.
func (s *Server) showMerge(c *fiber.Ctx) error {
	if c.Query("a") == "" && c.Query("b") == "" {
		return s.showDuplicates(c)
	}
	a, err := parseID(c.Query("a"))
	if err != nil {
		return err
	}
	b, err := parseID(c.Query("b"))
	if err != nil {
		return err
	}
	if a == b {
		return fiber.ErrNotFound
	}
	return s.renderMerge(c, fiber.StatusOK, a, b)
}

// renderMerge shows two runners, and the races that both have run.
func (s *Server) renderMerge(c *fiber.Ctx, status int, a, b int64) error {
	var pair [2]queries.KeptRunner
	for i, id := range []int64{a, b} {
		var err error
		if pair[i], err = s.DB.KeptRunner(c.UserContext(), id); err != nil {
			return err
		}
	}
	clashes, err := s.clashes(c, pair[0].ID, pair[1].ID)
	if err != nil {
		return err
	}
	props := components.MergeProps{
		Token: formTokenOf(c), NameA: pair[0].Name, NameB: pair[1].Name, Rows: mergeRows(pair[0], pair[1]),
		Ways: []components.MergeWay{mergeWay(pair[0].Runner, pair[1].Runner), mergeWay(pair[1].Runner, pair[0].Runner)},
	}
	props.Clashes = clashes
	return s.render(c, status, page{title: "One person or two?", body: components.MergePage(props)})
}

func mergeRows(a, b queries.KeptRunner) []components.MergeRow {
	field := func(name string, of func(r queries.KeptRunner) string) components.MergeRow {
		return components.MergeRow{Field: name, A: of(a), B: of(b)}
	}
	return []components.MergeRow{
		field("Other names", func(r queries.KeptRunner) string { return strings.Join(r.Aliases, ", ") }),
		field("Sex", func(r queries.KeptRunner) string { return r.Sex.Words() }),
		field("Born", func(r queries.KeptRunner) string { return r.BirthDate.Words() }),
		field("Licence", func(r queries.KeptRunner) string { return r.Licence }),
		field("Races", func(r queries.KeptRunner) string { return strconv.Itoa(r.Races) }),
		field("Last race", func(r queries.KeptRunner) string { return r.LastRaceOn.Words() }),
		field("Category", func(r queries.KeptRunner) string { return r.Category }),
		field("Club", func(r queries.KeptRunner) string { return r.Club }),
		field("Public", func(r queries.KeptRunner) string { return chosenLabel(visibilityOptions(r.Visibility)) }),
	}
}

func mergeWay(kept, gone club.Runner) components.MergeWay {
	text := func(n int64) string { return strconv.FormatInt(n, 10) }
	after := queries.Merged(kept, gone)
	way := components.MergeWay{
		Label: fmt.Sprintf("They are one: %s", kept.Name),
		Kept:  text(kept.ID), KeptVersion: text(kept.Version), Gone: text(gone.ID), Version: text(gone.Version),
		Result: []string{after.Name},
	}
	if len(after.Aliases) > 0 {
		way.Result = append(way.Result, "also "+strings.Join(after.Aliases, ", "))
	}
	return way
}

// merge makes one of two runners who have not changed since they were shown.
func (s *Server) merge(c *fiber.Ctx) error {
	form := formOf(c)
	var numbers [4]int64
	for i, name := range []string{"kept", "kept-version", "gone", "gone-version"} {
		var err error
		if numbers[i], err = parseID(form.Get(name)); err != nil {
			return fiber.ErrBadRequest
		}
	}
	kept, gone := club.Runner{ID: numbers[0], Version: numbers[1]}, club.Runner{ID: numbers[2], Version: numbers[3]}
	if kept.ID == gone.ID {
		return fiber.ErrBadRequest
	}
	binID, err := s.DB.MergeRunners(c.UserContext(), kept, gone, s.actor(c))
	if errors.Is(err, queries.ErrClash) {
		return s.renderMerge(c, fiber.StatusUnprocessableEntity, kept.ID, gone.ID)
	}
	if err != nil {
		return err
	}
	d := deed{done: "merged", undo: map[string]int64{"batch": binID}}
	return redirect(c, d.at(keptRunnerURL(kept.ID)))
}
