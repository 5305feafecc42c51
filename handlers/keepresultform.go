package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// statuses are how a race may end, the usual way first.
var statuses = []club.Status{club.Finished, club.DidNotFinish, club.DidNotStart, club.Disqualified, club.OutOfTime}

func statusOptions(chosen club.Status) []components.Option {
	options := make([]components.Option, len(statuses))
	for i, status := range statuses {
		options[i] = components.Option{Value: string(status), Label: status.Words(), Chosen: status == chosen}
	}
	return options
}

const whoURL = "/admin/who"

func newResultForm(c *fiber.Ctx, race club.Race) components.ResultFormProps {
	url := keptRaceURL(race.ID)
	return components.ResultFormProps{
		Form: components.Form{Token: formTokenOf(c)}, URL: url, WhoURL: whoURL, Statuses: statusOptions(club.Finished), Counts: true,
	}
}

func resultForm(c *fiber.Ctx, r queries.KeptResult, race club.Race) components.ResultFormProps {
	id := strconv.FormatInt(r.ID, 10)
	form := components.ResultFormProps{
		Form: components.Form{Token: formTokenOf(c)}, ID: id, URL: "/admin/results/" + id + rowQuery(c), Row: "/admin/results/" + id + rowQuery(c), Cancel: keptRaceURL(r.RaceID),
		Version: strconv.FormatInt(r.Version, 10), Runner: r.Runner, Race: append([]string{race.Name}, components.RaceDetails(race)...), Category: r.Category, ClubName: r.Club,
		Statuses: statusOptions(r.Status), Counts: r.Counts,
	}
	if r.Time() > 0 {
		form.Time = r.Time().String()
	}
	if r.Position > 0 {
		form.Position = strconv.Itoa(r.Position)
	}
	if r.CategoryPosition > 0 {
		form.Within = strconv.Itoa(r.CategoryPosition)
	}
	return form
}

// rowQuery goes on to the addresses of a row that stands in a list of results
// of many races.
func rowQuery(c *fiber.Ctx) string {
	if c.Query("in") == inList {
		return "?in=" + inList
	}
	return ""
}

const inList = "list"

// resultRow is a result in a list; of many races where a race is given.
func resultRow(c *fiber.Ctx, r queries.KeptResult, race *club.Race) components.ResultRowProps {
	row := components.ResultRowProps{
		ID: strconv.FormatInt(r.ID, 10), Tick: tick(r.ID, r.Version), Runner: r.Runner, RunnerURL: runnerURL(queries.RunnerHit{ID: r.RunnerID}),
		Result: r.Result, Hidden: r.Hidden, MayEdit: mayEdit(c), Details: resultDetails(r.Result),
	}
	if race != nil {
		row.Race, row.RaceURL, row.Query = race.Name, keptRaceURL(race.ID), "?in="+inList
		row.Details = append(components.RaceDetails(*race), row.Details...)
	}
	return row
}

func resultDetails(r club.Result) []string {
	var details []string
	if r.Position > 0 {
		details = append(details, "place "+strconv.Itoa(r.Position))
	}
	if r.Category != "" {
		details = append(details, r.Category)
	}
	if r.CategoryPosition > 0 {
		details = append(details, club.Ordinal(r.CategoryPosition)+" in category")
	}
	if r.Club != "" {
		details = append(details, r.Club)
	}
	if !r.Counts {
		details = append(details, "not used for predictions")
	}
	return details
}

// resultChanges are the fields in which two forms of a result differ.
func resultChanges(mine, theirs components.ResultFormProps) []components.Change {
	chosen := func(form components.ResultFormProps) string {
		i := slices.IndexFunc(form.Statuses, func(o components.Option) bool { return o.Chosen })
		return form.Statuses[max(i, 0)].Label
	}
	return differing([]components.Change{
		{Field: "Time", Mine: mine.Time, Theirs: theirs.Time},
		{Field: "How it ended", Mine: chosen(mine), Theirs: chosen(theirs)},
		{Field: "Place", Mine: mine.Position, Theirs: theirs.Position},
		{Field: "Category", Mine: mine.Category, Theirs: theirs.Category},
		{Field: "Place in the category", Mine: mine.Within, Theirs: theirs.Within},
		{Field: "Club", Mine: mine.ClubName, Theirs: theirs.ClubName},
		{Field: "Counts for predictions", Mine: yesNo(mine.Counts), Theirs: yesNo(theirs.Counts)},
	})
}

// maxPosition is more than any race has had runners.
const maxPosition = 1_000_000

// readResult reads what was typed of a result into one, and back into its
// form with what is wrong.
func readResult(c *fiber.Ctx, form components.ResultFormProps, race club.Race, r club.Result) (club.Result, components.ResultFormProps) {
	fields := formOf(c)
	text := func(name string) string { return strings.Join(strings.Fields(clip(fields.Get(name), 200)), " ") }
	form.Problems = map[string]string{}
	form.Time, form.Position, form.Category, form.ClubName = text("time"), text("position"), text("category"), text("club")
	form.Within = text("within")
	form.Counts = fields.Get("counts") != ""
	r.Status, r.Category, r.Club, r.Counts = club.Status(fields.Get("status")), form.Category, form.ClubName, form.Counts
	if r.Status == "" {
		r.Status = club.Finished
	}
	form.Statuses = statusOptions(r.Status)
	time, err := club.ParseFinishTime(form.Time)
	switch {
	case form.Time == "" && r.Status == club.Finished:
		form.Problems["time"] = "Write the time, or below how the race ended."
	case form.Time == "":
		r.Net, r.Gun = 0, 0
	case err != nil:
		form.Problems["time"] = "That is no time that we can read. Write it like 3:47:05, 3h47 or 34705."
	case r.Gun > 0 && r.Net == 0:
		r.Gun = time
	default:
		r.Net = time
	}
	r.Position, r.CategoryPosition = readPosition(form, "position", form.Position), readPosition(form, "within", form.Within)
	if r.Position > 0 && r.CategoryPosition > r.Position && form.Problems["within"] == "" {
		form.Problems["within"] = "Nobody is further back in a category than in the race."
	}
	if form.Problems["time"] == "" {
		addDoubt(&form, "time", club.Doubt(r.Time(), race.Length))
	}
	return r, form
}

// readPosition reads a place, 0 where there is none.
func readPosition(form components.ResultFormProps, field, text string) int {
	place, err := strconv.Atoi(cmp.Or(text, "0"))
	if err != nil || place < 0 || place > maxPosition {
		form.Problems[field] = "A place is a number."
		return 0
	}
	return place
}

// doubtAge adds to a form why a result hardly fits the runner's age. Who says
// that it is right all the same is believed.
func (s *Server) doubtAge(c *fiber.Ctx, form *components.ResultFormProps, race club.Race, r club.Result) error {
	if formOf(c).Get("sure") != "" {
		form.Doubts = nil
		return nil
	}
	if r.RunnerID == 0 {
		return nil
	}
	runner, err := s.DB.AnyRunner(c.UserContext(), r.RunnerID)
	if err != nil {
		return err
	}
	others, err := s.DB.Performances(c.UserContext(), r.RunnerID)
	if err != nil {
		return err
	}
	for field, doubt := range map[string]string{
		"runner":   club.AgeDoubt(runner.BirthDate, race.HeldOn),
		"category": club.CategoryDoubt(runner.BirthDate, club.Performance{Result: r, Race: race}, others),
	} {
		addDoubt(form, field, doubt)
	}
	return nil
}

// addDoubt puts a doubt, where there is one, at a field.
func addDoubt(form *components.ResultFormProps, field, doubt string) {
	if doubt == "" {
		return
	}
	if form.Doubts == nil {
		form.Doubts = map[string]string{}
	}
	form.Doubts[field] = doubt
}
