package handlers

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/sheets"
)

// chooseDraft stores what was decided about a sheet, and shows what would
// become of it then.
func (s *Server) chooseDraft(c *fiber.Ctx) error {
	draft, err := s.loadDraft(c)
	if err != nil {
		return err
	}
	form := formOf(c)
	version, err := parseID(form.Get("version"))
	if err != nil {
		return fiber.ErrBadRequest
	}
	if version != draft.Version {
		return queries.ErrStale
	}
	back := draftURL(draft.ID)
	var problems map[string]string
	switch form.Get("part") {
	case "race":
		problems = s.chooseRace(c, &draft.Choices)
	case "columns":
		err = chooseColumns(c, draft, &draft.Choices)
	case "clubs":
		draft.Choices.Clubs = nil
		for _, name := range form["club"] {
			if name = strings.TrimSpace(name); name != "" && utf8.RuneCountInString(name) <= maxNameLength {
				draft.Choices.Clubs = append(draft.Choices.Clubs, name)
			}
		}
	case "agree":
		draft.Choices.AcceptAll = true
	case "row":
		back = localPath(form.Get("back"), back)
		err = chooseRow(c, &draft.Choices)
	default:
		err = fiber.ErrBadRequest
	}
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return s.renderDraft(c, fiber.StatusUnprocessableEntity, draft, problems)
	}
	if err := draft.Choose(c.UserContext(), s.DB); err != nil {
		return err
	}
	return redirect(c, withParam(back, "done", "saved"))
}

func withParam(path, name, value string) string {
	if strings.Contains(path, "?") {
		return path + "&" + name + "=" + value
	}
	return path + "?" + name + "=" + value
}

func (s *Server) chooseRace(c *fiber.Ctx, choices *imports.Choices) map[string]string {
	form := formOf(c)
	problems := map[string]string{}
	if sheet := form.Get("sheet"); form.Has("sheet") && sheet != choices.Sheet {
		// What was decided was about the rows of another sheet.
		*choices = imports.Choices{Sheet: sheet, Race: choices.Race, HeldOn: choices.HeldOn}
	}
	choices.Race = strings.Join(strings.Fields(form.Get("race")), " ")
	if utf8.RuneCountInString(choices.Race) > maxNameLength {
		problems["race"] = "A name has at most 200 letters."
	}
	choices.HeldOn = club.Date{}
	if held := strings.TrimSpace(form.Get("held")); held != "" {
		day, err := club.ParseDate(held)
		switch {
		case err != nil:
			problems["held"] = "Write the date as 2026-11-29."
		case day.Compare(s.today()) > 0:
			problems["held"] = "That day has not come yet."
		case day.Year < oldestBirthYear:
			problems["held"] = "Nobody kept results so long ago."
		}
		choices.HeldOn = day
	}
	if length := strings.TrimSpace(form.Get("length")); length != "" {
		if choices.Length = sheets.LengthOf(length); choices.Length == 0 {
			problems["length"] = "Write the distance as 10 km, 21.1 or half marathon."
		}
	}
	return problems
}

// chooseColumns takes what differs from how the columns were understood.
func chooseColumns(c *fiber.Ctx, draft imports.Draft, choices *imports.Choices) error {
	options := draft.Choices.Options()
	options.Mapping, options.Edits = nil, nil
	sheet, err := draft.File.Read(options)
	var refusal *sheets.RefusalError
	if errors.As(err, &refusal) {
		return queries.ErrInvalid
	}
	if err != nil {
		return err
	}
	choices.Mapping = map[string]sheets.Field{}
	for _, column := range sheet.Columns {
		text := formOf(c).Get("column-" + column.Letter)
		if text == "" {
			continue
		}
		field, err := sheets.ParseField(text)
		if err != nil {
			return fiber.ErrBadRequest
		}
		isLeftOut := field == sheets.Skip && column.Field == sheets.Private
		if field != column.Field && !isLeftOut {
			choices.Mapping[column.Letter] = field
		}
	}
	return nil
}

// chooseRow takes what was decided about one row.
func chooseRow(c *fiber.Ctx, choices *imports.Choices) error {
	form := formOf(c)
	line, err := strconv.Atoi(form.Get("line"))
	if err != nil || line < 1 {
		return fiber.ErrBadRequest
	}
	for _, field := range sheets.Editable {
		text := strings.TrimSpace(form.Get("cell-" + string(field)))
		if !form.Has("cell-"+string(field)) || text == form.Get("was-"+string(field)) {
			continue
		}
		if choices.Edits == nil {
			choices.Edits = map[int]map[sheets.Field]string{}
		}
		if choices.Edits[line] == nil {
			choices.Edits[line] = map[sheets.Field]string{}
		}
		choices.Edits[line][field] = clip(text, 500)
	}
	choices.Accept = with(choices.Accept, line, form.Get("accept") != "")
	choices.Skip = with(choices.Skip, line, form.Get("skip") != "")
	return chooseWho(form.Get("who"), line, choices)
}

func with(set map[int]bool, line int, in bool) map[int]bool {
	if set == nil {
		set = map[int]bool{}
	}
	delete(set, line)
	if in {
		set[line] = true
	}
	return set
}

// chooseWho takes whom a row means: nothing for as found, 0 for somebody new.
func chooseWho(who string, line int, choices *imports.Choices) error {
	if choices.Who == nil {
		choices.Who = map[int]int64{}
	}
	delete(choices.Who, line)
	switch who {
	case "":
	case "0":
		choices.Who[line] = 0
	default:
		id, err := parseID(who)
		if err != nil {
			return fiber.ErrBadRequest
		}
		choices.Who[line] = id
	}
	return nil
}

// titled is a word as it stands over a field.
func titled(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// draftRowForm is the form that decides about a row.
func draftRowForm(draft imports.Draft, plan *imports.Plan, text, back string) (*components.DraftRowForm, error) {
	line, err := strconv.Atoi(text)
	if err != nil {
		return nil, fiber.ErrNotFound
	}
	for _, row := range plan.Rows {
		if row.Entry.Line != line {
			continue
		}
		cells, err := draft.File.Cells(draft.Choices.Options(), line)
		if err != nil {
			return nil, err
		}
		form := &components.DraftRowForm{
			Line: text, Place: sheets.PlaceOf(line), Name: row.Entry.Name, Verdict: string(row.Verdict), Reasons: row.Reasons, Back: back,
			Accept: draft.Choices.Accept[line] || draft.Choices.AcceptAll && !row.Erased, Skip: draft.Choices.Skip[line], CanAccept: len(row.Entry.Warnings) > 0 || row.Erased,
		}
		for _, cell := range cells {
			form.Cells = append(form.Cells, components.DraftCell{Field: string(cell.Field), Label: titled(fieldWords[cell.Field]), Text: cell.Text})
		}
		who, said := draft.Choices.Who[line]
		form.NewChosen = said && who == 0
		for _, m := range row.Matches {
			r := m.Runner
			form.People = append(form.People, components.Person{
				ID: strconv.FormatInt(r.ID, 10), Name: r.Name, Chosen: said && who == r.ID,
				Details: append([]string{m.Why}, components.Details(r.Category, r.Sex, r.Club, r.Races, club.Date{})...),
			})
		}
		return form, nil
	}
	return nil, fiber.ErrNotFound
}
