package handlers

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// showAudit shows the audit log to owners, the newest entries first.
func (s *Server) showAudit(c *fiber.Ctx) error {
	filter, err := auditFilter(c)
	if err != nil {
		return err
	}
	number := pageParam(c)
	entries, more, err := s.DB.AuditLog(c.UserContext(), filter, number)
	if err != nil {
		return err
	}
	kinds, err := s.DB.AuditKinds(c.UserContext())
	if err != nil {
		return err
	}
	at := listAddress("/admin/audit", "person", filter.Person, "kind", filter.Kind, "id", idText(filter.ObjectID))
	props := components.AuditProps{Person: filter.Person, Kinds: kindChoices(kinds, filter.Kind)}
	for _, entry := range entries {
		row := auditRow(entry)
		row.WhoURL = listAddress("/admin/audit", "person", entry.Actor).page(1)
		if entry.ObjectID != 0 {
			row.ObjectURL = auditURL(entry.Kind, entry.ObjectID)
		}
		props.Entries = append(props.Entries, row)
	}
	if filter.ObjectID != 0 {
		props.ObjectID = idText(filter.ObjectID)
		props.AnyObject = listAddress("/admin/audit", "person", filter.Person, "kind", filter.Kind).page(1)
	}
	props.PrevURL, props.NextURL = at.pages(number, more)
	props.Files = at.keptFiles(c)
	return s.render(c, fiber.StatusOK, page{title: "Audit log", nav: components.NavSignIn, body: components.AuditPage(props)})
}

func auditFilter(c *fiber.Ctx) (queries.AuditFilter, error) {
	person, err := textParam(c, "person")
	if err != nil {
		return queries.AuditFilter{}, err
	}
	kind, err := textParam(c, "kind")
	if err != nil {
		return queries.AuditFilter{}, err
	}
	filter := queries.AuditFilter{Person: strings.TrimSpace(person), Kind: kind}
	if id := c.Query("id"); id != "" {
		filter.ObjectID, err = parseID(id)
	}
	return filter, err
}

// auditURL is what was done to one object.
func auditURL(kind string, id int64) string {
	return listAddress("/admin/audit", "kind", kind, "id", idText(id)).page(1)
}

// idText is nothing for an object that is not known.
func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

func kindChoices(kinds []string, current string) []components.Option {
	choices := []components.Option{{Label: "everything"}}
	for _, kind := range kinds {
		choices = append(choices, components.Option{Value: kind, Label: kind, Chosen: kind == current})
	}
	return choices
}

func auditRow(e queries.Entry) components.AuditRow {
	row := components.AuditRow{
		When: moment(e.At()), Who: e.Actor, Address: e.Address, What: e.Action, Outcome: string(e.Outcome),
		Object: e.Kind + " " + e.Object, Changes: changedFields(e.Before, e.After),
	}
	if e.Object == "" {
		row.Object = e.Kind
	}
	return row
}

// changedFields are the fields in which two objects in JSON differ; either may
// be missing. The version always differs and tells nothing.
func changedFields(before, after string) []components.AuditChange {
	was, is := fieldsOf(before), fieldsOf(after)
	names := map[string]bool{}
	for name := range was {
		names[name] = true
	}
	for name := range is {
		names[name] = true
	}
	var changes []components.AuditChange
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was[name] != is[name] && name != "Version" {
			changes = append(changes, components.AuditChange{Field: name, Before: valueWords(name, was[name]), After: valueWords(name, is[name])})
		}
	}
	return changes
}

// valueWords prints times and lengths as one reads them.
func valueWords(field, value string) string {
	number, err := strconv.ParseInt(value, 10, 64)
	switch {
	case err != nil:
		return value
	case field == "Net", field == "Gun":
		return club.FinishTime(number).String()
	case field == "Length":
		return value + " m"
	default:
		return value
	}
}

// fieldsOf are the fields of an object in JSON as text; those that hold
// nothing are empty.
func fieldsOf(object string) map[string]string {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &raw); err != nil {
		return nil
	}
	fields := map[string]string{}
	for name, value := range raw {
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			text = string(value)
		}
		if text != "null" && text != "[]" && text != "0" && text != "false" {
			fields[name] = text
		}
	}
	return fields
}
