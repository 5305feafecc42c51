package handlers

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// shownOnBoard is how many a board lists; yearsOnBoard how many years it offers.
const shownOnBoard, yearsOnBoard = 50, 60

// boardChoice is what the address asks a board for.
type boardChoice struct {
	distance club.Distance
	sex      club.Sex
	category string
	year     int
}

// showBoard shows one of the boards under /boards.
func (s *Server) showBoard(c *fiber.Ctx) error {
	props, err := s.board(c)
	if err != nil {
		return err
	}
	return s.render(c, fiber.StatusOK, page{
		title: props.Title, nav: components.NavBoards, body: components.BoardPage(props), fragment: components.BoardList(props),
	})
}

// board is the board that the address names.
func (s *Server) board(c *fiber.Ctx) (components.BoardProps, error) {
	board := cmp.Or(queries.Board(c.Query("board")), queries.FastestBoard)
	fill, known := map[queries.Board]func(*fiber.Ctx, boardChoice, *components.BoardProps) error{
		queries.FastestBoard: s.fillFastest, queries.MostBoard: s.fillMost, queries.ImprovedBoard: s.fillImproved,
	}[board]
	if !known {
		return components.BoardProps{}, fiber.ErrNotFound
	}
	settings, err := s.shown(c, board)
	if err != nil {
		return components.BoardProps{}, err
	}
	props := components.BoardProps{Nav: boardNav(settings, board), Board: string(board), Action: "/boards"}
	choice, err := s.boardChoice(c, settings, board, &props)
	if err != nil {
		return components.BoardProps{}, err
	}
	props.Files = boardFiles(board, choice)
	return props, fill(c, choice, &props)
}

// boardChoice reads the address, and offers the choices that the board knows.
// What means nothing is as if it were not there.
func (s *Server) boardChoice(c *fiber.Ctx, settings queries.Settings, board queries.Board, props *components.BoardProps) (boardChoice, error) {
	var choice boardChoice
	first, last, err := s.DB.RacingYears(c.UserContext())
	if err != nil {
		return choice, err
	}
	last = min(last, s.today().Year) // a race of a later year was mistyped
	first = max(first, last-yearsOnBoard+1)
	if year, err := strconv.Atoi(c.Query("year")); err == nil && first <= year && year <= last {
		choice.year = year
	}
	years := [][2]string{{"", "all years"}}
	if board == queries.ImprovedBoard {
		years, choice.year = nil, cmp.Or(choice.year, last)
	}
	for year := last; year >= first && year > 0; year-- {
		years = append(years, [2]string{strconv.Itoa(year), strconv.Itoa(year)})
	}
	props.Years = options(years, yearKey(choice.year))
	if board == queries.MostBoard {
		return choice, nil
	}
	if choice.distance, err = s.distanceChoice(c, props); err != nil || board == queries.ImprovedBoard {
		return choice, err
	}
	choice.sex = club.Female
	if c.Query("sex") == string(club.Male) {
		choice.sex = club.Male
	}
	props.Sexes = options([][2]string{{"F", "women"}, {"M", "men"}}, string(choice.sex))
	choice.category, props.Categories = categoryChoice(settings, c.Query("category"))
	return choice, nil
}

func yearKey(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

// distanceChoice is the distance that the address names, or ten kilometres, or
// the first that was run.
func (s *Server) distanceChoice(c *fiber.Ctx, props *components.BoardProps) (club.Distance, error) {
	run, err := s.DB.RunDistances(c.UserContext())
	if err != nil || len(run) == 0 {
		return club.Distance{}, err
	}
	chosen := run[0]
	for _, key := range []string{"10k", c.Query("distance")} {
		if i := slices.IndexFunc(run, func(d club.Distance) bool { return d.Key == key }); i >= 0 {
			chosen = run[i]
		}
	}
	var offered [][2]string
	for _, d := range run {
		offered = append(offered, [2]string{d.Key, d.Name})
	}
	props.Distances = options(offered, chosen.Key)
	return chosen, nil
}

func (s *Server) fillFastest(c *fiber.Ctx, choice boardChoice, props *components.BoardProps) error {
	props.Title = titleWith("Fastest", choice.distance.Name, yearKey(choice.year))
	props.Figures, props.Empty = []string{"Time", "Pace"}, "Nobody has finished one yet. Choose another year or category."
	marks, err := s.DB.Fastest(c.UserContext(), queries.MarkFilter{
		Distance: choice.distance.Key, Sex: choice.sex, Category: choice.category, Year: choice.year,
	}, shownOnBoard)
	if err != nil {
		return err
	}
	rank := ranker[club.FinishTime]{}
	for _, m := range marks {
		race := markLink(m)
		props.Rows = append(props.Rows, components.BoardRow{
			Rank: rank.of(m.Time), Runner: m.Runner, RunnerURL: fmt.Sprintf("/runners/%d", m.RunnerID), Race: &race,
			Figures: []string{m.Time.String(), m.Time.Pace(choice.distance.Length)},
			Values:  slices.Concat([]any{m.Time, m.Time.Pace(choice.distance.Length)}, raceCells(m), []any{idCell(m.RunnerID)}),
		})
	}
	return nil
}

func (s *Server) fillMost(c *fiber.Ctx, choice boardChoice, props *components.BoardProps) error {
	props.Title = titleWith("Most races", yearKey(choice.year))
	props.Figures, props.Empty = []string{"Races"}, "Nobody has raced yet."
	counts, err := s.DB.MostRaces(c.UserContext(), choice.year, shownOnBoard)
	if err != nil {
		return err
	}
	rank := ranker[int]{}
	for _, n := range counts {
		props.Rows = append(props.Rows, components.BoardRow{
			Rank: rank.of(n.Races), Runner: n.Runner, RunnerURL: fmt.Sprintf("/runners/%d", n.RunnerID), Figures: []string{grouped(n.Races)},
			Values: []any{n.Races, nil, nil, nil, idCell(n.RunnerID)},
		})
	}
	return nil
}

func (s *Server) fillImproved(c *fiber.Ctx, choice boardChoice, props *components.BoardProps) error {
	props.Title = titleWith("Most improved", choice.distance.Name, yearKey(choice.year))
	props.Figures = []string{"Faster by", "Best of the year", "Best of the year before"}
	props.Empty = "Nobody was faster than in the year before. Choose another distance or year."
	improved, err := s.DB.MostImproved(c.UserContext(), choice.distance.Key, choice.year, shownOnBoard)
	if err != nil {
		return err
	}
	rank := ranker[float64]{}
	for _, i := range improved {
		share := fmt.Sprintf("%.1f\u00a0%%", 100*i.Share())
		props.Rows = append(props.Rows, components.BoardRow{
			Rank: rank.of(i.Share()), Runner: i.Runner, RunnerURL: fmt.Sprintf("/runners/%d", i.RunnerID),
			Figures: []string{share, i.After.String(), i.Before.String()},
			Values:  []any{share, i.After, i.Before, nil, nil, nil, idCell(i.RunnerID)},
		})
	}
	return nil
}

// titleWith joins a title and what it is about.
func titleWith(title string, parts ...string) string {
	for _, part := range parts {
		if part != "" {
			title += ", " + part
		}
	}
	return title
}

// ranker gives ranks to values in their order; equal ones share theirs.
type ranker[T comparable] struct {
	seen, rank int
	last       T
}

func (r *ranker[T]) of(value T) string {
	r.seen++
	if r.seen == 1 || value != r.last {
		r.rank, r.last = r.seen, value
	}
	return strconv.Itoa(r.rank)
}
