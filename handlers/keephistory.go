package handlers

import (
	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// deedsOn is what was done to one record, the last first. Owners are led to the
// audit log, where they see more.
func (s *Server) deedsOn(c *fiber.Ctx, kind string, id int64) (components.DeedsProps, error) {
	deeds, more, err := s.DB.AuditLog(c.UserContext(), queries.AuditFilter{Kind: kind, ObjectID: id}, 1)
	if err != nil {
		return components.DeedsProps{}, err
	}
	props := components.DeedsProps{More: more}
	owner := visitorOf(c).account.User.Role.May(accounts.Owner)
	for _, deed := range deeds {
		line := auditRow(deed)
		line.Address = "" // only owners see where somebody was
		if owner {
			line.ObjectURL = auditURL(kind, id)
		}
		props.Rows = append(props.Rows, line)
	}
	return props, nil
}
