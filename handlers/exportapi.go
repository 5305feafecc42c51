package handlers

import (
	"errors"
	"fmt"
	"math"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
)

// The columns of what programs ask for, as docs/export.md has them.
var (
	foundColumns      = []string{"Found", "Name", "Sex", "Category", "Club", "Races", "Date", "Distance (m)", "Race ID", "Runner"}
	predictionColumns = []string{
		"Name", "Distance", "Races", "Day", "Method", "Time", "80 % from", "80 % to", "95 % from", "95 % to", "Model",
		"Goal", "Chance (%)", "Refusal", "Runner",
	}
)

// searchHits are what a search finds.
type searchHits struct {
	query   string
	runners []queries.FoundRunner
	races   []queries.FoundRace
	more    bool
}

// searched finds runners and races as the search box does.
func (s *Server) searched(c *fiber.Ctx) (hits searchHits, err error) {
	if hits.query, err = textParam(c, "q"); err != nil {
		return hits, err
	}
	s.mindNames(c)
	if hits.runners, hits.more, err = s.DB.SearchRunners(c.UserContext(), hits.query, hitsPerSearch); err != nil {
		return hits, err
	}
	hits.races, err = s.DB.SearchRaces(c.UserContext(), hits.query, racesPerSearch)
	return hits, err
}

// exportFound are the runners and races that a search finds.
func (s *Server) exportFound(c *fiber.Ctx) error {
	hits, err := s.searched(c)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, f := range hits.runners {
		rows = append(rows, []any{"runner", f.Name, string(f.Sex), f.Category, f.Club, f.Races, f.LastRaceOn, nil, nil, idCell(f.ID)})
	}
	for _, f := range hits.races {
		rows = append(rows, []any{"race", f.Name, nil, nil, nil, nil, f.HeldOn, int(f.Length), idCell(f.ID), nil})
	}
	return s.send(c, whole(fileName("search", clip(hits.query, maxNameLength)), foundColumns, rows))
}

// predicted is the prediction that the address names and, where it names a
// goal, how likely that is.
func (s *Server) predicted(c *fiber.Ctx) (prediction predictions.Prediction, goal *apiGoal, err error) {
	at, err := placeOf(c, c.Path())
	if err != nil {
		return prediction, nil, err
	}
	runner, performances, err := s.runnerOf(c)
	if err != nil {
		return prediction, nil, err
	}
	prediction, err = s.predictor.Of(c.UserContext(), runner, performances, at.params.Get("distance"), s.today())
	if typed := at.params.Get("goal"); err == nil && typed != "" && prediction.Refusal == nil {
		read, wrong := readGoal(typed, prediction.Next.Time)
		if wrong != nil {
			return prediction, nil, errors.Join(fiber.ErrUnprocessableEntity, wrong)
		}
		if chance, ok := prediction.Chance(read); ok {
			goal = &apiGoal{read.String(), chance}
		}
	}
	return prediction, goal, err
}

// exportPrediction is the prediction of a runner's next race, in one row.
func (s *Server) exportPrediction(c *fiber.Ctx) error {
	p, goal, err := s.predicted(c)
	if err != nil {
		return err
	}
	answer := p.Answer()
	row := []any{answer.Name, p.Series.Distance.Name, answer.Races, p.NextOn, answer.Method}
	for _, text := range []string{answer.Time, answer.Lo80, answer.Hi80, answer.Lo95, answer.Hi95} {
		row = append(row, timeCell(text))
	}
	row = append(row, answer.Model)
	if goal == nil {
		row = append(row, nil, nil)
	} else {
		row = append(row, timeCell(goal.Time), int(math.Round(100*goal.Chance)))
	}
	row = append(row, answer.Refusal, idCell(answer.ID))
	return s.send(c, whole(fileName(answer.Name, "prediction", answer.Distance), predictionColumns, [][]any{row}))
}

// timeCell is a time as it is shown, to the second; empty where there is none.
func timeCell(text string) any {
	t, err := club.ParseFinishTime(text)
	if err != nil {
		return nil
	}
	return t
}

func searchFile(query string) string {
	return listAddress("/runners/export", "q", query, "format", "csv").page(1)
}

func predictionFile(c *fiber.Ctx, id int64) string {
	path := fmt.Sprintf("/runners/%d/prediction/export", id)
	return listAddress(path, "distance", c.Query("distance"), "goal", c.Query("goal"), "format", "csv").page(1)
}
