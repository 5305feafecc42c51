package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/queries"
)

// The columns of results, as docs/export.md has them. Other software finds
// results by them: new ones come last.
var (
	runnerColumns = []string{
		"Name", "Also known as", "Sex", "Birth date", "Licence", "Hidden", "Races", "Last race", "Category", "Club", "Runner",
	}
	raceColumns   = []string{"Race", "Date", "Distance (m)", "Short course", "Results", "Race ID"}
	resultColumns = []string{"Pos", "Name", "Sex", "Category", "Club", "Status", "Net time", "Gun time", "Runner"}
	keptColumns   = append(slices.Clone(resultColumns), "Counts", "Hidden")
	listedColumns = append([]string{"Date", "Race", "Distance (m)", "Short course", "Race ID"}, keptColumns...)
	runColumns    = []string{
		"Date", "Race", "Distance (m)", "Pos", "Status", "Net time", "Gun time", "Category", "Club", "Short course", "Race ID",
	}
	userColumns  = []string{"Name", "E-mail", "Role", "State", "Last seen (UTC)"}
	auditColumns = []string{"When (UTC)", "Who", "Address", "What", "Outcome", "Kind", "Object ID", "Object", "Before", "After"}
)

// exportRunners is the list of those who keep the runners, as it is filtered.
func (s *Server) exportRunners(c *fiber.Ctx) error {
	filter, err := runnerFilter(c)
	if err != nil {
		return err
	}
	return s.sendKept(c, download{
		fileName("runners", s.today().String()), runnerColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			filter.Offset, filter.Limit = offset, limit+1
			runners, err := s.DB.ListKeptRunners(ctx, filter)
			return cells(runners, limit, func(r queries.KeptRunner) []any {
				return []any{
					r.Name, strings.Join(r.Aliases, "; "), string(r.Sex), r.BirthDate, r.Licence, r.Hidden, r.Races, r.LastRaceOn,
					r.Category, r.Club, idCell(r.ID),
				}
			}), len(runners) > limit, err
		},
	})
}

// exportRaces is the list of those who keep the races.
func (s *Server) exportRaces(c *fiber.Ctx) error {
	query, err := textParam(c, "q")
	if err != nil {
		return err
	}
	sort := c.Query("sort")
	return s.sendKept(c, download{
		fileName("races", s.today().String()), raceColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			races, total, err := s.DB.KeptRaces(ctx, query, sort, offset, limit)
			return cells(races, limit, func(r queries.KeptRace) []any {
				return []any{r.Name, r.HeldOn, int(r.Length), r.ShortCourse, r.Results, idCell(r.ID)}
			}), offset+limit < total, err
		},
	})
}

// exportResults are the results of a list, as it is filtered; as it is sorted,
// too, where one can leaf through it, and else in the order of entry.
func (s *Server) exportResults(c *fiber.Ctx) error {
	filter, _, err := resultFilter(c)
	if err != nil {
		return err
	}
	long, last := false, int64(0)
	return s.sendKept(c, download{
		fileName("results", s.today().String()), listedColumns,
		func(ctx context.Context, offset, limit int) (rows [][]any, more bool, err error) {
			var results []queries.RacedResult
			if !long {
				filter.Offset, filter.Limit = offset, limit+1
				if results, _, long, err = s.DB.KeptResultsOf(ctx, filter); err != nil {
					return nil, false, err
				}
			}
			if long {
				if results, err = s.DB.KeptResultsAfter(ctx, filter, last, limit+1); err != nil {
					return nil, false, err
				}
			}
			rows = cells(results, limit, func(r queries.RacedResult) []any {
				last = r.Result.ID
				return append([]any{r.Race.HeldOn, r.Race.Name, int(r.Race.Length), r.Race.ShortCourse, idCell(r.Race.ID)}, keptCells(r.Result)...)
			})
			return rows, len(results) > limit, nil
		},
	})
}

// exportKeptResults are the results of a race, hidden runners' too.
func (s *Server) exportKeptResults(c *fiber.Ctx) error {
	race, err := s.raceOf(c)
	if err != nil {
		return err
	}
	return s.sendKept(c, download{
		raceFile(race), keptColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			results, more, err := s.DB.KeptResults(ctx, race.ID, offset, limit)
			return cells(results, limit, keptCells), more, err
		},
	})
}

// exportRace are the results of a race as everybody sees them.
func (s *Server) exportRace(c *fiber.Ctx) error {
	race, err := s.raceOf(c)
	if err != nil {
		return err
	}
	filter := entrantFilter(c)
	return s.send(c, download{
		raceFile(race), resultColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			entrants, more, err := s.DB.Entrants(ctx, race.ID, filter, offset, limit)
			return cells(entrants, limit, func(e queries.Entrant) []any { return resultCells(e.Result, e.Runner, e.Sex) }), more, err
		},
	})
}

// exportRunner are a runner's results as everybody sees them.
func (s *Server) exportRunner(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	runner, err := s.DB.Runner(c.UserContext(), id)
	if err != nil {
		return err
	}
	return s.send(c, download{
		fileName(runner.Name, "results"), runColumns,
		func(ctx context.Context, _, _ int) ([][]any, bool, error) {
			performances, err := s.DB.Performances(ctx, id)
			return cells(performances, len(performances), func(p club.Performance) []any {
				return []any{
					p.Race.HeldOn, p.Race.Name, int(p.Race.Length), count(p.Result.Position), string(p.Result.Status), p.Result.Net,
					p.Result.Gun, p.Result.Category, p.Result.Club, p.Race.ShortCourse, idCell(p.Race.ID),
				}
			}), false, err
		},
	})
}

// exportUsers are those who may sign in, as they are filtered.
func (s *Server) exportUsers(c *fiber.Ctx) error {
	filter, err := userFilter(c)
	if err != nil {
		return err
	}
	return s.sendKept(c, download{
		fileName("users", s.today().String()), userColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			filter.Offset, filter.Limit = offset, limit
			users, total, err := s.DB.Users(ctx, s.Now(), filter)
			return cells(users, limit, func(u queries.UserEntry) []any {
				return []any{u.Name, u.Email, string(u.Role), string(u.State), u.Seen()}
			}), offset+len(users) < total, err
		},
	})
}

// exportAudit is the audit log as it is filtered.
func (s *Server) exportAudit(c *fiber.Ctx) error {
	filter, err := auditFilter(c)
	if err != nil {
		return err
	}
	return s.sendKept(c, download{
		fileName("audit log", s.today().String()), auditColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			entries, more, err := s.DB.AuditEntries(ctx, filter, offset, limit)
			return cells(entries, limit, func(e queries.Entry) []any {
				return []any{
					e.At(), e.Actor, e.Address, e.Action, string(e.Outcome), e.Kind, idCell(e.ObjectID), e.Object, e.Before, e.After,
				}
			}), more, err
		},
	})
}

func resultCells(r club.Result, name string, sex club.Sex) []any {
	return []any{
		count(r.Position), name, string(sex), r.Category, r.Club, string(r.Status), r.Net, r.Gun, idCell(r.RunnerID),
	}
}

func keptCells(r queries.KeptResult) []any {
	return append(resultCells(r.Result, r.Runner, r.Sex), r.Counts, r.Hidden)
}

// cells are the rows of the first of a list.
func cells[T any](list []T, limit int, row func(T) []any) [][]any {
	rows := make([][]any, min(len(list), limit))
	for i := range rows {
		rows[i] = row(list[i])
	}
	return rows
}

// count is a number that is not known where it is 0.
func count(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// idCell is the number of a runner or a race; who is hidden has none.
func idCell(id int64) any {
	if id == 0 {
		return nil
	}
	if n := int(id); int64(n) == id {
		return n
	}
	return strconv.FormatInt(id, 10)
}

func raceFile(race club.Race) string {
	return fileName(race.Name, race.HeldOn.String(), race.Length.String())
}
