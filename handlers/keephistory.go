package handlers

import (
	"cmp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// deedsOn is what was done to one record, the last first, and the import that it
// came with; of a runner also what was done to the contact and the results. Owners are led to the
// audit log, where they see more.
func (s *Server) deedsOn(c *fiber.Ctx, kind string, id int64) (components.DeedsProps, error) {
	filter := queries.AuditFilter{Kind: kind, ObjectID: id}
	if kind == queries.KindRunner {
		filter = queries.AuditFilter{RunnerID: id}
	}
	deeds, more, err := s.DB.AuditLog(c.UserContext(), filter, 1)
	if err != nil {
		return components.DeedsProps{}, err
	}
	if !more {
		imported, err := s.DB.ImportsOf(c.UserContext(), kind, id)
		if err != nil {
			return components.DeedsProps{}, err
		}
		deeds = append(deeds, imported...)
		slices.SortStableFunc(deeds, func(a, b queries.Entry) int { return cmp.Compare(b.Millis, a.Millis) })
	}
	props := components.DeedsProps{More: more}
	owner := visitorOf(c).account.User.Role.May(accounts.Owner)
	for _, deed := range deeds {
		line := auditRow(deed)
		line.Address = "" // only owners see where somebody was
		if owner && deed.Kind == queries.KindImport {
			line.ObjectURL = auditURL(deed.Kind, deed.ObjectID)
		} else if owner {
			line.ObjectURL = auditURL(deed.Kind, deed.ObjectID)
		}
		props.Rows = append(props.Rows, line)
	}
	return props, nil
}
