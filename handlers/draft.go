package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/imports"
	"runnerdb/jobs"
	"runnerdb/queries"
	"runnerdb/sheets"
)

const (
	draftRowsOnPage = 100
	clubsOnPage     = 40
	skippedOnPage   = 20
	// importAtOnce is up to how many rows an import is done while the visitor
	// waits.
	importAtOnce = 3000
)

// records are what sheets are compared with.
func (s *Server) records() imports.Records {
	return imports.Records{DB: s.DB, Sealer: s.suppression}
}

// loadDraft finds the draft that an address names.
func (s *Server) loadDraft(c *fiber.Ctx) (imports.Draft, error) {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return imports.Draft{}, err
	}
	return s.shelf.Load(c.UserContext(), s.DB, id)
}

// showDraft shows what would become of each row of a sheet.
func (s *Server) showDraft(c *fiber.Ctx) error {
	draft, err := s.loadDraft(c)
	if err != nil {
		return err
	}
	return s.renderDraft(c, fiber.StatusOK, draft, nil)
}

func (s *Server) renderDraft(c *fiber.Ctx, status int, draft imports.Draft, problems map[string]string) error {
	props := components.DraftProps{
		Form: components.Form{Token: formTokenOf(c), Problems: problems}, Notice: importNotices[c.Query("done")], Name: draft.File.Name,
		URL: draftURL(draft.ID), Version: strconv.FormatInt(draft.Version, 10),
	}
	plan, err := s.planToShow(c, draft, problems)
	var refusal *sheets.RefusalError
	switch {
	case errors.As(err, &refusal):
		props.Refusal = refusal.Reason
		props.Columns, err = looseColumns(draft)
		props.Race = components.DraftRace{Name: draft.Choices.Race, HeldOn: draft.Choices.HeldOn.String()}
	case err == nil:
		err = s.fillDraft(c, &props, draft, plan)
	}
	if err != nil {
		return err
	}
	props.Sheets = sheetOptions(draft, plan)
	return s.render(c, status, page{title: draft.File.Name, body: components.DraftPage(props)})
}

// planToShow is the plan of a draft. What was chosen wrongly is not stored, so
// the plan is its own then.
func (s *Server) planToShow(c *fiber.Ctx, draft imports.Draft, problems map[string]string) (*imports.Plan, error) {
	if len(problems) > 0 {
		return draft.Plan(c.UserContext(), s.records())
	}
	return s.shelf.Plan(c.UserContext(), s.records(), draft)
}

func sheetOptions(draft imports.Draft, plan *imports.Plan) (options []components.Option) {
	current := draft.Choices.Sheet
	if plan != nil {
		current = plan.Sheet.Name
	}
	for _, choice := range draft.File.Choices() {
		options = append(options, components.Option{
			Label: fmt.Sprintf("%s (%s)", choice.Name, counted(choice.Rows, "row")), Value: choice.Name, Chosen: choice.Name == current,
		})
	}
	if n := draft.File.Full(); n > 1 {
		options = append(options, components.Option{
			Label: fmt.Sprintf("all %d with results", n), Value: sheets.AllSheets, Chosen: current == sheets.AllSheets,
		})
	}
	return options
}

func (s *Server) fillDraft(c *fiber.Ctx, props *components.DraftProps, draft imports.Draft, plan *imports.Plan) error {
	settings, err := s.settings(c.UserContext())
	if err != nil {
		return err
	}
	props.Shown = plan.Fingerprint()
	props.Race = draftRace(plan)
	props.Columns = draftColumns(plan.Sheet, draft.File.AsksContacts())
	props.Clubs = draftClubs(plan, draft, settings.Spellings)
	fillProblems(props, plan)
	verdict := imports.Verdict(c.Query("show"))
	at := listAddress(props.URL, "show", string(verdict))
	fillCounts(props, plan, verdict)
	rows := rowsOf(plan, verdict)
	number := pageParam(c)
	from := min((number-1)*draftRowsOnPage, len(rows))
	to := min(from+draftRowsOnPage, len(rows))
	for _, row := range rows[from:to] {
		props.Rows = append(props.Rows, draftRow(row, at.page(number)))
	}
	props.PrevURL, props.NextURL = at.pages(number, to < len(rows))
	for _, skipped := range plan.Sheet.Skipped[:min(len(plan.Sheet.Skipped), skippedOnPage)] {
		props.Skipped = append(props.Skipped, fmt.Sprintf("line %s: %s", sheets.PlaceOf(skipped.Line), skipped.Text))
	}
	if c.Query("line") != "" {
		props.Row, err = draftRowForm(draft, plan, c.Query("line"), at.page(number))
	}
	return err
}

// fillProblems asks for what is not known of the race.
func fillProblems(props *components.DraftProps, plan *imports.Plan) {
	if len(plan.Problems) > 0 && props.Problems == nil {
		props.Problems = map[string]string{"": strings.Join(plan.Problems, " ")}
	}
}

func draftRace(plan *imports.Plan) components.DraftRace {
	first := plan.Races[0]
	race := components.DraftRace{Name: first.Name, HeldOn: first.HeldOn.String()}
	if len(plan.Races) == 1 {
		if first.Length > 0 {
			race.Length = exactLength(first.Length)
		}
		return race
	}
	for i, r := range plan.Races {
		length := "distance not known"
		if r.Length > 0 {
			length = r.Length.String()
		}
		race.Events = append(race.Events, fmt.Sprintf("%s, %s: %s", r.Name, length, counted(plan.Sheet.Events[i].Rows, "row")))
	}
	return race
}

// exactLength is a length that reads back as the same.
func exactLength(length club.Metres) string {
	if text := length.String(); sheets.LengthOf(text) == length {
		return text
	}
	return strconv.FormatFloat(float64(length)/1000, 'f', -1, 64) + " km"
}

// fillCounts counts the rows of each verdict, and what can be done with them.
func fillCounts(props *components.DraftProps, plan *imports.Plan, current imports.Verdict) {
	props.Counts = []components.Choice{{Label: counted(len(plan.Rows), "row"), URL: props.URL, Current: current == ""}}
	for _, verdict := range imports.Verdicts {
		if n := plan.Count(verdict); n > 0 {
			props.Counts = append(props.Counts, components.Choice{
				Label: fmt.Sprintf("%s %s", grouped(n), verdict), URL: props.URL + "?show=" + string(verdict), Current: current == verdict,
			})
		}
	}
	doubtful := 0
	for _, row := range plan.Rows {
		switch {
		case row.Ready():
			props.Ready++
		case row.Verdict != imports.Present:
			props.Rest++
		}
		if row.Verdict == imports.Warning && row.Acceptable() {
			doubtful++
		}
	}
	props.Import = "Import " + counted(props.Ready, "row")
	if doubtful > 0 {
		props.Agree = fmt.Sprintf("Agree to %s that looks doubtful, or was repaired", counted(doubtful, "row"))
	}
}

func rowsOf(plan *imports.Plan, verdict imports.Verdict) (rows []imports.PlanRow) {
	for _, row := range plan.Rows {
		if verdict == "" || row.Verdict == verdict {
			rows = append(rows, row)
		}
	}
	return rows
}

func draftRow(row imports.PlanRow, back string) components.DraftRowProps {
	e := row.Entry
	line := strconv.Itoa(e.Line)
	sign := "?"
	if strings.Contains(back, "?") {
		sign = "&"
	}
	d := components.DraftRowProps{
		Line: sheets.PlaceOf(e.Line), Name: e.Name, Verdict: string(row.Verdict), Reasons: row.Reasons, URL: back + sign + "line=" + line + "#row",
	}
	if d.Name == "" {
		d.Name = "no name"
	}
	if e.Time() > 0 {
		d.Time = e.Time().Exact()
	}
	if e.Status != club.Finished {
		d.Status = e.Status.Words()
	}
	return d
}

// exportRest is a file of the rows that would not be stored, with the reasons.
func (s *Server) exportRest(c *fiber.Ctx) error {
	draft, err := s.loadDraft(c)
	if err != nil {
		return err
	}
	plan, err := s.shelf.Plan(c.UserContext(), s.records(), draft)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := plan.WriteRest(&b); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="not-imported-%d.csv"`, draft.ID))
	c.Set(fiber.HeaderContentType, sheets.CSV.ContentType())
	return c.Send(b.Bytes())
}

// Why a sheet was not imported.
const (
	sheetUnderWay = "That sheet is being imported already."
	sheetChanged  = "Nothing was imported: the records have changed since you looked. Look at the rows below, as they would be now, and import then."
)

// refuseCommit shows the draft as it is now, and says why nothing was imported.
func (s *Server) refuseCommit(c *fiber.Ctx, problems map[string]string) error {
	draft, err := s.loadDraft(c)
	if err != nil {
		return err
	}
	return s.renderDraft(c, fiber.StatusUnprocessableEntity, draft, problems)
}

// commitDraft stores what was shown: at once, or as a job where it is long.
func (s *Server) commitDraft(c *fiber.Ctx) error {
	draft, err := s.loadDraft(c)
	if err != nil {
		return err
	}
	shown := formOf(c).Get("shown")
	if shown == "" {
		return fiber.ErrBadRequest
	}
	if draft.File.Rows() > importAtOnce {
		order := jobs.ImportOrder{Draft: draft.ID, Shown: shown, Actor: s.actor(c)}
		_, err := s.DB.Enqueue(c.UserContext(), jobs.Import(order, draft.File.Name), s.actor(c))
		if errors.Is(err, queries.ErrExists) {
			return s.renderDraft(c, fiber.StatusUnprocessableEntity, draft, map[string]string{"": sheetUnderWay})
		}
		if err != nil {
			return err
		}
		return redirect(c, importsPath+"?done=started")
	}
	_, _, err = imports.Commit(c.UserContext(), s.records(), draft.Order(shown), s.actor(c))
	switch {
	case errors.Is(err, imports.ErrChanged):
		return s.refuseCommit(c, map[string]string{"": sheetChanged})
	case errors.Is(err, imports.ErrIncomplete):
		return s.refuseCommit(c, nil) // the plan says itself what is missing
	case err != nil:
		return err
	}
	return redirect(c, importsPath+"?done=stored")
}
