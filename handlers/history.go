package handlers

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

const historyOnPage = 100

// historyParams are the parameters that a list of results reads.
var historyParams = []string{"over", "year", "sort"}

// otherLengths chooses races over no standard distance.
const otherLengths = "other"

var historyOrders = [][2]string{
	{"", "newest first"}, {"oldest", "oldest first"}, {"pace", "fastest pace"}, {"grade", "age grade"}, {"place", "place"},
}

// historyProps lists the results that the address asks for. Values of the
// address that mean nothing choose all.
func historyProps(c *fiber.Ctx, at place, runner club.Runner, all []club.Performance, career club.Career, settings queries.Settings) components.HistoryProps {
	props := components.HistoryProps{
		Action: at.path, Hidden: at.fields(historyParams...), Orders: options(historyOrders, at.params.Get("sort")),
		Distances: distanceOptions(all, at.params.Get("over")), Years: yearOptions(career, at.params.Get("year")),
	}
	if len(all) == 0 {
		return props
	}
	chosen := chooseResults(all, at.params.Get("over"), at.params.Get("year"))
	orderResults(chosen, runner, at.params.Get("sort"))
	props.Count = counted(len(chosen), "result")
	number := pageParam(c)
	first := min((number-1)*historyOnPage, len(chosen))
	last := min(first+historyOnPage, len(chosen))
	props.PrevURL, props.NextURL = address(at).pages(number, last < len(chosen))
	for _, p := range chosen[first:last] {
		row := historyRow(runner, p, career, settings)
		props.Graded = props.Graded || row.Grade != ""
		props.Rows = append(props.Rows, row)
	}
	return props
}

func historyRow(runner club.Runner, p club.Performance, career club.Career, settings queries.Settings) components.HistoryRow {
	row := components.HistoryRow{
		Race: raceLink(p.Race), Distance: p.Race.Length.String(), Short: p.Race.ShortCourse, Result: p.Result,
		Grade: gradeOf(runner, p), Category: categoryWords(settings, p.Result), Honour: career.Honours[p.Result.ID],
	}
	if p.Result.Status == club.Finished {
		row.Pace = p.Result.Time().Pace(p.Race.Length)
	}
	if p.Result.Position > 0 {
		row.Place = strconv.Itoa(p.Result.Position)
	}
	return row
}

// lengthKey is the key of a race's standard distance, or otherLengths.
func lengthKey(race club.Race) string {
	if d, standard := club.DistanceOf(race.Length); standard {
		return d.Key
	}
	return otherLengths
}

func chooseResults(all []club.Performance, over, year string) []club.Performance {
	var chosen []club.Performance
	for _, p := range all {
		if (over == "" || over == lengthKey(p.Race)) && (year == "" || year == strconv.Itoa(p.Race.HeldOn.Year)) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// orderResults puts results, which come newest first, into another order; those
// without what it goes by come last.
func orderResults(results []club.Performance, runner club.Runner, order string) {
	last := func(a, b bool) int { return cmp.Compare(btoi(!a), btoi(!b)) }
	switch order {
	case "oldest":
		slices.Reverse(results)
	case "pace":
		pace := func(p club.Performance) float64 { return float64(p.Result.Time()) / float64(max(p.Race.Length, 1)) }
		slices.SortStableFunc(results, func(a, b club.Performance) int {
			return cmp.Or(last(a.Result.Status == club.Finished, b.Result.Status == club.Finished), cmp.Compare(pace(a), pace(b)))
		})
	case "grade":
		slices.SortStableFunc(results, func(a, b club.Performance) int {
			gradeA, okA := gradeFigure(runner, a)
			gradeB, okB := gradeFigure(runner, b)
			return cmp.Or(last(okA, okB), cmp.Compare(gradeB, gradeA))
		})
	case "place":
		slices.SortStableFunc(results, func(a, b club.Performance) int {
			return cmp.Or(last(a.Result.Position > 0, b.Result.Position > 0), cmp.Compare(a.Result.Position, b.Result.Position))
		})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func distanceOptions(all []club.Performance, chosen string) []components.Option {
	found := [][2]string{{"", "all distances"}}
	run := map[string]bool{}
	for _, p := range all {
		run[lengthKey(p.Race)] = true
	}
	for _, d := range club.Distances {
		if run[d.Key] {
			found = append(found, [2]string{d.Key, d.Name})
		}
	}
	if run[otherLengths] && len(found) > 1 {
		found = append(found, [2]string{otherLengths, "other distances"})
	}
	return options(found, chosen)
}

func yearOptions(career club.Career, chosen string) []components.Option {
	found := [][2]string{{"", "all years"}}
	for _, season := range career.Seasons {
		year := strconv.Itoa(season.Year)
		found = append(found, [2]string{year, year})
	}
	return options(found, chosen)
}
