package handlers

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

const listedOnPage = 50

// resultFilter reads the filter of a list of results, and the list's address.
func resultFilter(c *fiber.Ctx) (queries.ResultFilter, address, error) {
	var texts [3]string
	for i, name := range []string{"q", "race", "club"} {
		var err error
		if texts[i], err = textParam(c, name); err != nil {
			return queries.ResultFilter{}, address{}, err
		}
	}
	f := queries.ResultFilter{
		Query: texts[0], Race: texts[1], Club: clip(texts[2], maxClubRunes), Status: club.Status(c.Query("status")), Sort: c.Query("sort"),
		Doubtful: c.Query("doubtful") != "", NotCounting: c.Query("excluded") != "", Limit: listedOnPage,
	}
	if !slices.Contains(statuses, f.Status) {
		f.Status = ""
	}
	year := ""
	if n, err := strconv.Atoi(c.Query("year")); err == nil && n >= oldestBirthYear && n < 10_000 {
		f.Year, year = n, strconv.Itoa(n)
	}
	f.Distance, _ = club.DistanceByKey(c.Query("distance")) // any other is all of them
	yes := map[bool]string{true: "yes"}
	return f, listAddress("/admin/results", "q", f.Query, "race", f.Race, "club", f.Club, "status", string(f.Status), "sort", f.Sort,
		"year", year, "distance", f.Distance.Key, "doubtful", yes[f.Doubtful], "excluded", yes[f.NotCounting]), nil
}

// keepResults lists results for those who keep them.
func (s *Server) keepResults(c *fiber.Ctx) error {
	return s.renderKeepResults(c, fiber.StatusOK, components.BulkProps{})
}

// renderKeepResults is the list, with what was chosen to change many.
func (s *Server) renderKeepResults(c *fiber.Ctx, status int, bulk components.BulkProps) error {
	f, at, err := resultFilter(c)
	if err != nil {
		return err
	}
	number := min(pageParam(c), queries.MaxResultsListed/listedOnPage)
	f.Offset = (number - 1) * listedOnPage
	results, total, more, err := s.DB.KeptResultsOf(c.UserContext(), f)
	if err != nil {
		return err
	}
	props := components.KeepResultsProps{
		Form: components.Form{Token: formTokenOf(c)}, Toast: toastFromAddress(c), MayEdit: mayEdit(c), Bulk: bulk, Back: at.page(number),
		Query: f.Query, Race: f.Race, Club: f.Club, Year: at.params.Get("year"), Doubtful: f.Doubtful, NotCounting: f.NotCounting,
		Distances: distanceChoices(f.Distance), Sorts: options(resultSortOptions, f.Sort),
		Statuses: append([]components.Option{{Label: "any way"}}, statusOptions(f.Status)...),
		Count:    counted(total, "result"),
	}
	props.Filtered = f.Year != 0 || f.Club != "" || f.Distance.Key != "" || f.Status != "" || f.Doubtful || f.NotCounting
	if more {
		props.Count = fmt.Sprintf("More than %d results; of these, filter those you mean.", queries.MaxResultsListed)
	}
	for _, r := range results {
		row := resultRow(c, r.Result, &r.Race)
		row.Ticked = slices.Contains(formOf(c)["id"], row.Tick)
		props.Rows = append(props.Rows, row)
	}
	props.Files = at.keptFiles(c)
	props.PrevURL, props.NextURL = at.pages(number, number*listedOnPage < total)
	return s.render(c, status, page{
		title: "Keep results",
		body:  components.KeepResultsPage(props), fragment: components.KeepResultsList(props),
	})
}

func distanceChoices(chosen club.Distance) []components.Option {
	made := []components.Option{{Label: "any"}}
	for _, d := range club.Distances {
		made = append(made, components.Option{Label: d.Name, Value: d.Key, Chosen: d.Key == chosen.Key})
	}
	return made
}
