package handlers

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

var recordColumns = []string{"Sex", "Distance", "Category", "Time", "Pace", "Name", "Race", "Date", "Race ID", "Runner"}

// exportBoard is a board as its page shows it.
func (s *Server) exportBoard(c *fiber.Ctx) error {
	board, err := s.board(c)
	if err != nil {
		return err
	}
	header := slices.Concat([]string{"Rank", "Name"}, board.Figures, []string{"Race", "Date", "Race ID", "Runner"})
	var rows [][]any
	for _, r := range board.Rows {
		rows = append(rows, slices.Concat([]any{r.Rank, r.Runner}, r.Values))
	}
	return s.send(c, whole(fileName(board.Title), header, rows))
}

// exportRecords are the club's records, of all distances or of one.
func (s *Server) exportRecords(c *fiber.Ctx) error {
	chosen, err := s.recordsChosen(c)
	if err != nil {
		return err
	}
	records, err := s.DB.Records(c.UserContext(), chosen.filters)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, record := range records {
		rows = append(rows, recordCells(record.Mark, chosen.filters[record.Filter], chosen.settings))
	}
	return s.send(c, whole(fileName(chosen.title), recordColumns, rows))
}

// exportRecordHistory is how a record has come down.
func (s *Server) exportRecordHistory(c *fiber.Ctx) error {
	settings, f, err := s.recordChosen(c)
	if err != nil {
		return err
	}
	steps, err := s.DB.RecordHistory(c.UserContext(), f)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, step := range steps {
		rows = append(rows, recordCells(step, f, settings))
	}
	return s.send(c, whole(fileName("record", f.Distance, string(f.Sex), f.Category), recordColumns, rows))
}

// whole is a list that is short enough to be there at once.
func whole(name string, header []string, rows [][]any) download {
	return download{name, header, func(context.Context, int, int) ([][]any, bool, error) { return rows, false, nil }}
}

func recordCells(m queries.Mark, f queries.MarkFilter, settings queries.Settings) []any {
	distance, pace := m.Distance, ""
	if d, err := club.DistanceByKey(m.Distance); err == nil {
		distance, pace = d.Name, m.Time.Pace(d.Length)
	}
	return slices.Concat([]any{string(f.Sex), distance, recordLabel(f, settings, true), m.Time, pace, m.Runner}, raceCells(m), []any{idCell(m.RunnerID)})
}

func raceCells(m queries.Mark) []any { return []any{m.Race, m.HeldOn, idCell(m.RaceID)} }

// boardFiles are a board's files, as it was chosen.
func boardFiles(board queries.Board, choice boardChoice) components.FileLinks {
	return listAddress("/boards", "board", string(board), "distance", choice.distance.Key, "sex", string(choice.sex),
		"category", choice.category, "year", yearKey(choice.year)).files()
}
