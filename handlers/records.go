package handlers

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// boards are the club's boards with their names and addresses.
var boards = []struct {
	board       queries.Board
	label, path string
}{
	{queries.RecordBoard, "Club records", "/records"},
	{queries.FastestBoard, "Fastest", "/boards"},
	{queries.MostBoard, "Most races", "/boards?board=most"},
	{queries.ImprovedBoard, "Most improved", "/boards?board=improved"},
}

// boardNav are the boards that are shown.
func boardNav(settings queries.Settings, current queries.Board) components.BoardNav {
	var nav components.BoardNav
	for _, b := range boards {
		if settings.Shows(b.board) {
			nav = append(nav, components.BoardEntry{Label: b.label, URL: b.path, Current: b.board == current})
		}
	}
	return nav
}

// shown gives the settings, or not found for a board that is switched off.
func (s *Server) shown(c *fiber.Ctx, board queries.Board) (queries.Settings, error) {
	settings, err := s.settings(c.UserContext())
	if err == nil && !settings.Shows(board) {
		err = fiber.ErrNotFound
	}
	return settings, err
}

type sexWords struct {
	sex      club.Sex
	key, who string
}

// sexes are those that results are ranked by, as pages head them.
var sexes = []sexWords{{club.Female, "women", "Women"}, {club.Male, "men", "Men"}}

// recordsChoice are the records that the address names.
type recordsChoice struct {
	settings queries.Settings
	title    string
	run      []club.Distance // all that were run
	distance string          // the key of the one that is chosen; nothing where all are
	filters  []queries.MarkFilter
}

func (s *Server) recordsChosen(c *fiber.Ctx) (recordsChoice, error) {
	chosen := recordsChoice{title: "Club records", distance: c.Query("distance")}
	var err error
	if chosen.settings, err = s.shown(c, queries.RecordBoard); err != nil {
		return chosen, err
	}
	if chosen.run, err = s.DB.RunDistances(c.UserContext()); err != nil {
		return chosen, err
	}
	if chosen.distance == "" {
		chosen.filters = recordFilters(chosen.run, false)
		return chosen, nil
	}
	distance, err := club.DistanceByKey(chosen.distance)
	chosen.title += ", " + distance.Name
	chosen.filters = recordFilters([]club.Distance{distance}, true)
	return chosen, err
}

// showRecords shows the club's records, of all distances or of one.
func (s *Server) showRecords(c *fiber.Ctx) error {
	chosen, err := s.recordsChosen(c)
	if err != nil {
		return err
	}
	props := components.RecordsProps{Nav: boardNav(chosen.settings, queries.RecordBoard), Title: chosen.title}
	props.Distances = append(props.Distances, components.Choice{Label: "All", URL: "/records", Current: chosen.distance == ""})
	for _, d := range chosen.run {
		props.Distances = append(props.Distances, components.Choice{Label: d.Name, URL: recordsURL(d.Key), Current: d.Key == chosen.distance})
	}
	records, err := s.DB.Records(c.UserContext(), chosen.filters)
	if err != nil {
		return err
	}
	props.Tables = recordTables(records, chosen.filters, chosen.settings, chosen.distance != "")
	props.Files = listAddress("/records", "distance", chosen.distance).files()
	return s.render(c, fiber.StatusOK, page{title: props.Title, nav: components.NavBoards, body: components.RecordsPage(props)})
}

func recordsURL(distance string) string { return "/records?distance=" + url.QueryEscape(distance) }

func keyOfSex(sex club.Sex) string {
	return sexes[slices.IndexFunc(sexes, func(of sexWords) bool { return of.sex == sex })].key
}

// recordFilters choose the records of both sexes over each distance, and those
// of each category.
func recordFilters(distances []club.Distance, categories bool) []queries.MarkFilter {
	var filters []queries.MarkFilter
	for _, sex := range sexes {
		for _, d := range distances {
			filters = append(filters, queries.MarkFilter{Distance: d.Key, Sex: sex.sex})
			if !categories {
				continue
			}
			for _, category := range club.Categories {
				filters = append(filters, queries.MarkFilter{Distance: d.Key, Sex: sex.sex, Category: category})
			}
		}
	}
	return filters
}

// recordTables are those of the sexes that hold records.
func recordTables(records []queries.Record, filters []queries.MarkFilter, settings queries.Settings, categories bool) []components.RecordTable {
	var tables []components.RecordTable
	for _, sex := range sexes {
		table := components.RecordTable{ID: sex.key, Title: sex.who, First: "Distance"}
		if categories {
			table.First = "Category"
		}
		for _, record := range records {
			if f := filters[record.Filter]; f.Sex == sex.sex {
				table.Rows = append(table.Rows, recordRow(record.Mark, recordLabel(f, settings, categories), historyURL(f)))
			}
		}
		if len(table.Rows) > 0 {
			tables = append(tables, table)
		}
	}
	return tables
}

func recordLabel(f queries.MarkFilter, settings queries.Settings, categories bool) string {
	switch {
	case f.Category != "":
		return settings.Category(f.Category)
	case categories:
		return "Open"
	default:
		distance, _ := club.DistanceByKey(f.Distance)
		return distance.Name
	}
}

func recordRow(m queries.Mark, label, history string) components.RecordRow {
	row := components.RecordRow{
		Label: label, Time: m.Time.String(), Runner: m.Runner, RunnerURL: fmt.Sprintf("/runners/%d", m.RunnerID),
		Race: markLink(m), HistoryURL: history,
	}
	if distance, err := club.DistanceByKey(m.Distance); err == nil {
		row.Pace = m.Time.Pace(distance.Length)
	}
	return row
}

func markLink(m queries.Mark) components.RaceLink {
	return components.RaceLink{Name: m.Race, URL: components.RaceURL(m.RaceID), Date: m.HeldOn.Words(), ISO: m.HeldOn.String()}
}

func historyURL(f queries.MarkFilter) string {
	return listAddress("/records/history", "distance", f.Distance, "sex", string(f.Sex), "category", f.Category).page(1)
}

// recordChosen is the record that the address names.
func (s *Server) recordChosen(c *fiber.Ctx) (settings queries.Settings, f queries.MarkFilter, err error) {
	if settings, err = s.shown(c, queries.RecordBoard); err != nil {
		return settings, f, err
	}
	distance, err := club.DistanceByKey(c.Query("distance"))
	if err != nil {
		return settings, f, err
	}
	sex := slices.IndexFunc(sexes, func(of sexWords) bool { return string(of.sex) == c.Query("sex") })
	f = queries.MarkFilter{Distance: distance.Key, Category: c.Query("category")}
	if sex < 0 || f.Category != "" && !slices.Contains(club.Categories, f.Category) {
		return settings, f, fiber.ErrNotFound
	}
	f.Sex = sexes[sex].sex
	return settings, f, nil
}

// showRecordHistory shows how a record has come down.
func (s *Server) showRecordHistory(c *fiber.Ctx) error {
	settings, f, err := s.recordChosen(c)
	if err != nil {
		return err
	}
	distance, err := club.DistanceByKey(f.Distance)
	if err != nil {
		return err
	}
	steps, err := s.DB.RecordHistory(c.UserContext(), f)
	if err != nil {
		return err
	}
	props := components.RecordHistoryProps{
		Nav: boardNav(settings, queries.RecordBoard), BackURL: recordsURL(distance.Key),
		Title: titleWith(fmt.Sprintf("Record over %s: %s", distance.Name, keyOfSex(f.Sex)), settings.Category(f.Category)),
	}
	props.Files = listAddress("/records/history", "distance", f.Distance, "sex", string(f.Sex), "category", f.Category).files()
	for i, step := range steps {
		row := recordRow(step, "", "")
		if i+1 < len(steps) {
			row.Better = (steps[i+1].Time - step.Time).Words()
		}
		props.Rows = append(props.Rows, row)
	}
	if len(steps) > 1 {
		chart := recordChart(props.Title, steps)
		props.Chart = &chart
	}
	return s.render(c, fiber.StatusOK, page{title: props.Title, nav: components.NavBoards, body: components.RecordHistoryPage(props)})
}

// recordChart draws steps, which come newest first.
func recordChart(title string, steps []queries.Mark) components.Lines {
	line := components.LineData{Name: "the record"}
	for _, step := range slices.Backward(steps) {
		line.Points = append(line.Points, components.LinePoint{
			On: step.HeldOn, Value: step.Time.Minutes(), Words: fmt.Sprintf("%s: %s, %s", step.HeldOn.Words(), step.Time, step.Runner),
		})
	}
	oldest, newest := steps[len(steps)-1], steps[0]
	return components.NewLines(components.LinesData{
		Title: title, Steps: true, Lines: []components.LineData{line},
		Description: fmt.Sprintf("From %s in %d to %s in %d, in %d steps.",
			oldest.Time, oldest.HeldOn.Year, newest.Time, newest.HeldOn.Year, len(steps)),
	})
}
