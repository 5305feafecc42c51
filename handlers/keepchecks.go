package handlers

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/jobs"
	"runnerdb/queries"
)

// maxDoubted bounds what is listed for each reason.
const maxDoubted = 100

// showChecks lists what looks wrong in the records, each with the way to mend
// it.
func (s *Server) showChecks(c *fiber.Ctx) error {
	groups, err := s.checks(c.UserContext())
	if err != nil {
		return err
	}
	props := components.ChecksProps{Groups: groups}
	if len(groups) > 0 {
		props.Files = listAddress("/admin/checks").keptFiles(c)
	}
	return s.render(c, fiber.StatusOK, page{title: "What looks wrong", body: components.ChecksPage(props)})
}

func (s *Server) checks(ctx context.Context) (groups []components.CheckGroup, err error) {
	implausible, err := s.DB.ImplausibleResults(ctx)
	if err != nil {
		return nil, err
	}
	careers, err := s.DB.NewestCareers(ctx)
	if err != nil {
		return nil, err
	}
	times := components.CheckGroup{Title: "Times that can hardly be right"}
	for _, o := range implausible {
		times.Rows = append(times.Rows, checkRow(o, club.Doubt(o.Result.Time(), o.Race.Length)))
	}
	traces, err := s.checkTraces(ctx)
	if err != nil {
		return nil, err
	}
	for _, group := range append([]components.CheckGroup{traces, times}, checkCareers(careers)...) {
		if len(group.Rows) > 0 {
			group.Rows = group.Rows[:min(len(group.Rows), maxDoubted)]
			groups = append(groups, group)
		}
	}
	return groups, nil
}

// checkTraces lists what is left of people who were erased, and what the last
// search of all tables found.
func (s *Server) checkTraces(ctx context.Context) (components.CheckGroup, error) {
	group := components.CheckGroup{Title: "Traces of people who were erased"}
	found, err := s.DB.ErasedTraces(ctx)
	if err != nil {
		return group, err
	}
	for _, traces := range found {
		group.Rows = append(group.Rows, components.CheckRow{
			Name: club.NameWithheld, Details: []string{traces.Words(), "an owner can erase them again"}, URL: keptRunnerURL(traces.RunnerID),
		})
	}
	last, err := s.DB.LastJob(ctx, jobs.Traces.Kind)
	switch {
	case errors.Is(err, queries.ErrNotFound):
	case err != nil:
		return group, err
	case last.State == queries.JobDone && !strings.HasPrefix(last.Result, jobs.NoTraces):
		group.Rows = append(group.Rows, components.CheckRow{Name: "Last search", Details: []string{last.Result}, URL: jobsPath})
	}
	return group, nil
}

// checkCareers looks for what does not fit together in the results of runners.
// Of one whose categories do not, the first that does not is listed: it leads to
// the runner, who may be two.
func checkCareers(results []queries.CareerResult) []components.CheckGroup {
	var twice, ages, categories []components.CheckRow
	var earlier []club.Performance
	doubted := false
	for i, o := range results {
		if i == 0 || results[i-1].Result.RunnerID != o.Result.RunnerID {
			earlier, doubted = nil, false
		}
		p := club.Performance{Result: o.Result.Result, Race: o.Race}
		if n := len(earlier); n > 0 && onOneDay(earlier[n-1], p) {
			twice = append(twice, checkRow(results[i-1].RacedResult, p.Race.Name+", too"), checkRow(o.RacedResult, earlier[n-1].Race.Name+", too"))
		}
		if doubt := club.AgeDoubt(o.BirthDate, o.Race.HeldOn); doubt != "" {
			ages = append(ages, checkRow(o.RacedResult, doubt))
		}
		if doubt := club.CategoryDoubt(o.BirthDate, p, earlier); doubt != "" && !doubted {
			row := checkRow(o.RacedResult, doubt)
			row.URL, doubted = "/admin/runners/"+strconv.FormatInt(o.Result.RunnerID, 10), true
			categories = append(categories, row)
		}
		earlier = append(earlier, p)
	}
	return []components.CheckGroup{
		{Title: "Two races on one day", Rows: twice},
		{Title: "Ages that can hardly be right", Rows: ages},
		{Title: "Categories that do not fit each other or the birth date", Rows: categories},
	}
}

func onOneDay(a, b club.Performance) bool {
	return a.Race.HeldOn == b.Race.HeldOn && a.Result.Status == club.Finished && b.Result.Status == club.Finished
}

func checkRow(o queries.RacedResult, why string) components.CheckRow {
	return components.CheckRow{
		Name: o.Result.Runner, Details: []string{o.Race.Name, o.Race.HeldOn.Words(), why},
		URL: "/admin/results/" + strconv.FormatInt(o.Result.ID, 10) + "/edit",
	}
}
