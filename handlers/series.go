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

// topOfSeries is how many are listed of each sex.
const topOfSeries = 10

// showSeries shows the years of a race, and who was fastest in all of them.
func (s *Server) showSeries(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	races, err := s.DB.RacesInSeries(c.UserContext(), id)
	if err != nil {
		return err
	}
	if len(races) == 0 {
		return fiber.ErrNotFound
	}
	settings, err := s.settings(c.UserContext())
	if err != nil {
		return err
	}
	f := queries.MarkFilter{Series: id}
	props := components.SeriesProps{Name: races[0].Name, Action: fmt.Sprintf("/series/%d", id)}
	for _, race := range races {
		props.Editions = append(props.Editions, components.RaceLink{
			Name: race.Length.String(), URL: components.RaceURL(race.ID), Date: race.HeldOn.Words(), ISO: race.HeldOn.String(),
		})
	}
	f.Distance, props.Distances = seriesDistances(races, c.Query("distance"))
	f.Category, props.Categories = categoryChoice(settings, c.Query("category"))
	if props.Tables, err = s.topTables(c, f, settings); err != nil {
		return err
	}
	return s.render(c, fiber.StatusOK, page{title: props.Name, body: components.SeriesPage(props)})
}

// seriesDistances are those of the races of a series, and the one chosen: that
// of the newest race, unless the address names another.
func seriesDistances(races []club.Race, key string) (chosen string, offered []components.Option) {
	var all [][2]string
	for _, race := range races {
		name := [2]string{strconv.Itoa(int(race.Length)), race.Length.String()}
		if d, standard := club.DistanceOf(race.Length); standard {
			name = [2]string{d.Key, d.Name}
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	chosen = all[0][0]
	if slices.ContainsFunc(all, func(name [2]string) bool { return name[0] == key }) {
		chosen = key
	}
	return chosen, options(all, chosen)
}

// categoryChoice offers the club's categories; what means nothing chooses all.
func categoryChoice(settings queries.Settings, key string) (chosen string, offered []components.Option) {
	all := [][2]string{{"", "all"}}
	for _, category := range club.Categories {
		all = append(all, [2]string{category, settings.Category(category)})
		if category == key {
			chosen = key
		}
	}
	return chosen, options(all, chosen)
}

func (s *Server) topTables(c *fiber.Ctx, f queries.MarkFilter, settings queries.Settings) ([]components.TopTable, error) {
	var tables []components.TopTable
	for _, sex := range sexes {
		f.Sex = sex.sex
		marks, err := s.DB.Fastest(c.UserContext(), f, topOfSeries)
		if err != nil {
			return nil, err
		}
		table, rank := components.TopTable{ID: sex.key, Title: sex.who}, ranker[club.FinishTime]{}
		for _, m := range marks {
			race := markLink(m)
			table.Rows = append(table.Rows, components.BoardRow{
				Rank: rank.of(m.Time), Runner: m.Runner, RunnerURL: fmt.Sprintf("/runners/%d", m.RunnerID), Race: &race,
				Figures: []string{m.Time.String(), settings.Category(m.Category)},
			})
		}
		if len(table.Rows) > 0 {
			tables = append(tables, table)
		}
	}
	return tables, nil
}
