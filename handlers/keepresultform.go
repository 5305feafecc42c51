package handlers

import (
	"cmp"
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

func newResultForm(c *fiber.Ctx, race club.Race) components.ResultFormProps {
	url := keptRaceURL(race.ID)
	return components.ResultFormProps{
		Form: components.Form{Token: formTokenOf(c)}, URL: url, WhoURL: url + "/who", Statuses: statusOptions(club.Finished), Counts: true,
	}
}

func resultForm(c *fiber.Ctx, r queries.KeptResult) components.ResultFormProps {
	id := strconv.FormatInt(r.ID, 10)
	form := components.ResultFormProps{
		Form: components.Form{Token: formTokenOf(c)}, ID: id, URL: "/admin/results/" + id, Cancel: keptRaceURL(r.RaceID),
		Version: strconv.FormatInt(r.Version, 10), Runner: r.Runner, Category: r.Category, ClubName: r.Club,
		Statuses: statusOptions(r.Status), Counts: r.Counts,
	}
	if r.Time() > 0 {
		form.Time = r.Time().String()
	}
	if r.Position > 0 {
		form.Position = strconv.Itoa(r.Position)
	}
	return form
}

func resultRow(c *fiber.Ctx, r queries.KeptResult) components.ResultRowProps {
	row := components.ResultRowProps{
		ID: strconv.FormatInt(r.ID, 10), Runner: r.Runner, RunnerURL: runnerURL(queries.RunnerHit{ID: r.RunnerID}),
		Time: r.Time().String(), Hidden: r.Hidden, MayEdit: mayEdit(c),
	}
	if r.Status != club.Finished {
		row.Time, row.StatusWords = string(r.Status), r.Status.Words()
	}
	if r.Position > 0 {
		row.Details = append(row.Details, "place "+strconv.Itoa(r.Position))
	}
	for _, detail := range []string{r.Category, r.Club} {
		if detail != "" {
			row.Details = append(row.Details, detail)
		}
	}
	if !r.Counts {
		row.Details = append(row.Details, "not used for predictions")
	}
	return row
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
	if r.Position, err = strconv.Atoi(cmp.Or(form.Position, "0")); err != nil || r.Position < 0 || r.Position > maxPosition {
		form.Problems["position"] = "A place is a number."
	}
	if fields.Get("sure") == "" && form.Problems["time"] == "" {
		form.Doubt = club.Doubt(r.Time(), race.Length)
	}
	return r, form
}
