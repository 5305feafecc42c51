package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/queries"
)

// The columns of what those who keep the records go through.
var (
	importColumns    = []string{"When (UTC)", "Who", "File", "New runners", "Results added", "Results changed", "Contacts", "Undone (UTC)", "Import"}
	duplicateColumns = []string{"Name", "Details", "Runner", "Other name", "Other details", "Other runner", "Why"}
	checkColumns     = []string{"What looks wrong", "Name", "Details", "Page"}
	binColumns       = []string{"When (UTC)", "Who", "Kind", "What"}
)

// exportImports are the imports that were done.
func (s *Server) exportImports(c *fiber.Ctx) error {
	return s.sendKept(c, download{
		fileName("imports", s.today().String()), importColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			done, more, err := s.DB.SheetImports(ctx, offset, limit)
			return cells(done, limit, func(im queries.SheetImport) []any {
				undone := time.Time{}
				if im.UndoneAt != 0 {
					undone = time.UnixMilli(im.UndoneAt).UTC()
				}
				return []any{
					time.UnixMilli(im.CreatedAt).UTC(), im.Actor, im.Name, im.Runners, im.Added, im.Changed, im.Contacts, undone, idCell(im.ID),
				}
			}), more, err
		},
	})
}

// exportDuplicates are the runners who may be one person.
func (s *Server) exportDuplicates(c *fiber.Ctx) error {
	return s.sendKept(c, download{
		fileName("duplicates", s.today().String()), duplicateColumns,
		func(ctx context.Context, _, _ int) ([][]any, bool, error) {
			found, err := s.DB.Duplicates(ctx)
			return cells(found, len(found), func(d queries.Duplicate) []any {
				return []any{
					d.A.Name, strings.Join(allDetails(d.A), ", "), idCell(d.A.ID),
					d.B.Name, strings.Join(allDetails(d.B), ", "), idCell(d.B.ID), string(d.Why),
				}
			}), false, err
		},
	})
}

// exportChecks is what looks wrong in the records.
func (s *Server) exportChecks(c *fiber.Ctx) error {
	return s.sendKept(c, download{
		fileName("checks", s.today().String()), checkColumns,
		func(ctx context.Context, _, _ int) ([][]any, bool, error) {
			groups, err := s.checks(ctx)
			var rows [][]any
			for _, group := range groups {
				rows = append(rows, cells(group.Rows, len(group.Rows), func(r components.CheckRow) []any {
					return []any{group.Title, r.Name, strings.Join(r.Details, ", "), r.URL}
				})...)
			}
			return rows, false, err
		},
	})
}

// exportBin is what can be had back.
func (s *Server) exportBin(c *fiber.Ctx) error {
	return s.sendKept(c, download{
		fileName("bin", s.today().String()), binColumns,
		func(ctx context.Context, offset, limit int) ([][]any, bool, error) {
			binned, more, err := s.DB.Bin(ctx, offset, limit)
			return cells(binned, limit, func(b queries.Binned) []any {
				return []any{b.Deleted(), b.Actor, string(b.Kind), b.Object}
			}), more, err
		},
	})
}
