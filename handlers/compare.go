package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// shownMeetings bounds the list of shared races.
const shownMeetings = 200

// compared are runners side by side.
type compared struct {
	settings queries.Settings
	runners  []club.Runner
	all      [][]club.Performance
	careers  []club.Career
}

// showCompare shows up to four runners side by side.
func (s *Server) showCompare(c *fiber.Ctx) error {
	query, err := textParam(c, "q")
	if err != nil {
		return err
	}
	ids, err := comparedIDs(c.Query("runners"))
	if err != nil {
		return err
	}
	who := compared{settings: s.settingsOrLast(c.UserContext())}
	for _, id := range ids {
		runner, err := s.DB.Runner(c.UserContext(), id)
		if err != nil {
			return err
		}
		performances, err := s.DB.Performances(c.UserContext(), id)
		if err != nil {
			return err
		}
		who.runners, who.all = append(who.runners, runner), append(who.all, performances)
		who.careers = append(who.careers, club.CareerOf(performances))
	}
	props := components.CompareProps{IDs: joinIDs(ids), More: len(ids) < components.MaxLines, Query: query}
	if props.More && strings.TrimSpace(query) != "" {
		if props.Hits, err = s.othersToCompare(c, query, ids); err != nil {
			return err
		}
	}
	who.fill(&props, ids)
	if len(ids) > 1 {
		meetings := club.Meetings(who.all)
		props.Count, props.Duels = who.duels(meetings)
		props.Races, props.Bests = who.meetingRows(meetings), who.bestRows()
		who.fillChart(&props, c.Query("distance"), c.Query("graded") == "1")
	}
	return s.render(c, fiber.StatusOK, page{title: "Compare runners", nav: components.NavRunners, body: components.ComparePage(props)})
}

// comparedIDs reads "1,2,3": up to as many runners as there are lines, each
// once.
func comparedIDs(text string) ([]int64, error) {
	var ids []int64
	if text == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		id, err := parseID(part)
		if err != nil || slices.Contains(ids, id) || len(ids) == components.MaxLines {
			return nil, fiber.ErrNotFound
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func joinIDs(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(parts, ",")
}

func compareURL(ids []int64) string { return listAddress("/compare", "runners", joinIDs(ids)).page(1) }

// othersToCompare are runners found by name who are not there yet.
func (s *Server) othersToCompare(c *fiber.Ctx, query string, ids []int64) (components.HitsProps, error) {
	found, _, err := s.DB.SearchRunners(c.UserContext(), query, hitsPerSearch)
	if err != nil {
		return components.HitsProps{}, err
	}
	found = slices.DeleteFunc(found, func(r queries.FoundRunner) bool { return slices.Contains(ids, r.ID) })
	hits := components.HitsProps{Hits: foundProps(found, s.settingsOrLast(c.UserContext()), func(r queries.RunnerHit) string {
		return compareURL(append(slices.Clone(ids), r.ID))
	})}
	hits.Count, hits.Hint = outcome(query, found, 0, false)
	return hits, nil
}

func (who compared) fill(props *components.CompareProps, ids []int64) {
	for i, runner := range who.runners {
		others := slices.Delete(slices.Clone(ids), i, i+1)
		props.Runners = append(props.Runners, components.ComparedRunner{
			Name: runner.Name, URL: fmt.Sprintf("/runners/%d", runner.ID), RemoveURL: compareURL(others),
			Details: runnerDetails(runner, who.all[i], who.settings),
		})
	}
}

// duels say how often each was before each other.
func (who compared) duels(meetings []club.Meeting) (count string, rows []components.DuelRow) {
	if len(meetings) == 0 {
		return "They have not run the same race yet.", nil
	}
	for a := range who.runners {
		for b := a + 1; b < len(who.runners); b++ {
			won, lost := 0, 0
			for _, m := range meetings {
				won, lost = won+btoi(m.Ahead(a, b)), lost+btoi(m.Ahead(b, a))
			}
			rows = append(rows, components.DuelRow{
				First: who.runners[a].Name, Second: who.runners[b].Name, Score: fmt.Sprintf("%d : %d", won, lost),
			})
		}
	}
	return fmt.Sprintf("%s shared. The faster one has the point; who did not finish has none.", manyRaces(len(meetings))), rows
}

func (who compared) meetingRows(meetings []club.Meeting) []components.CompareRow {
	var rows []components.CompareRow
	for _, m := range meetings[:min(len(meetings), shownMeetings)] {
		link := raceLink(m.Race)
		row := components.CompareRow{Race: &link}
		for i, result := range m.Results {
			cell := components.CompareCell{}
			if result != nil {
				p := club.Performance{Result: *result, Race: m.Race}
				cell.Text, cell.Note = string(result.Status), gradeOf(who.runners[i], p)
				if result.Status == club.Finished {
					cell.Text = result.Time().String()
				}
				cell.Ahead = result.Status == club.Finished && !slices.ContainsFunc(indices(m.Results), func(j int) bool { return m.Ahead(j, i) })
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

func indices[T any](list []T) []int {
	all := make([]int, len(list))
	for i := range all {
		all[i] = i
	}
	return all
}

// bestRows are the personal bests at every distance that one of them has run.
func (who compared) bestRows() []components.CompareRow {
	var rows []components.CompareRow
	for _, d := range club.Distances {
		row, fastest, some := components.CompareRow{Label: d.Name}, club.FinishTime(0), false
		bests := make([]*club.Best, len(who.careers))
		for i, career := range who.careers {
			if at := slices.IndexFunc(career.Bests, func(b club.Best) bool { return b.Distance.Key == d.Key }); at >= 0 {
				bests[i], some = &career.Bests[at], true
				if t := bests[i].Result.Time(); fastest == 0 || t < fastest {
					fastest = t
				}
			}
		}
		for i, best := range bests {
			cell := components.CompareCell{}
			if best != nil {
				cell = components.CompareCell{
					Text: best.Result.Time().String(), Note: gradeOf(who.runners[i], best.Performance), Ahead: best.Result.Time() == fastest,
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		if some {
			rows = append(rows, row)
		}
	}
	return rows
}
