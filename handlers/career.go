package handlers

import (
	"fmt"
	"strconv"

	"runnerdb/club"
	"runnerdb/club/agegrade"
	"runnerdb/components"
	"runnerdb/queries"
)

// gradeOf prints the age grade of a performance; nothing where there is none.
func gradeOf(runner club.Runner, p club.Performance) string {
	percent, ok := gradeFigure(runner, p)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.1f\u00a0%%", percent)
}

func gradeFigure(runner club.Runner, p club.Performance) (percent float64, ok bool) {
	if p.Result.Status != club.Finished || p.Race.ShortCourse {
		return 0, false
	}
	age := agegrade.PublicAge(runner.BirthDate, p.Race.HeldOn)
	return agegrade.Grade(runner.Sex, age, p.Race.Length, p.Result.Time())
}

func raceLink(race club.Race) components.RaceLink {
	return components.RaceLink{
		Name: race.Name, URL: components.RaceURL(race.ID), Date: race.HeldOn.Words(), ISO: race.HeldOn.String(),
	}
}

func bestRows(runner club.Runner, career club.Career) []components.BestRow {
	rows := make([]components.BestRow, len(career.Bests))
	for i, b := range career.Bests {
		rows[i] = components.BestRow{
			Distance: b.Distance.Name, Time: b.Result.Time().String(), Pace: b.Result.Time().Pace(b.Race.Length),
			Grade: gradeOf(runner, b.Performance), Finishes: strconv.Itoa(b.Finishes), Race: raceLink(b.Race),
		}
	}
	return rows
}

func seasonTable(career club.Career) components.SeasonTable {
	var table components.SeasonTable
	for _, best := range career.Bests {
		table.Distances = append(table.Distances, best.Distance.Name)
	}
	for _, season := range career.Seasons {
		row := components.SeasonRow{
			Year: strconv.Itoa(season.Year), Races: strconv.Itoa(season.Started), Total: season.Metres.String(),
		}
		for _, best := range career.Bests {
			cell := components.SeasonCell{Distance: best.Distance.Name}
			if p, run := season.Bests[best.Distance.Key]; run {
				cell.Time, cell.URL = p.Result.Time().String(), components.RaceURL(p.Race.ID)
				cell.Best = p.Result.ID == best.Result.ID
			}
			row.Cells = append(row.Cells, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// shownMilestones bounds a list that grows with a life.
const shownMilestones = 20

func milestoneRows(career club.Career) []components.MilestoneRow {
	var rows []components.MilestoneRow
	for _, m := range career.Milestones[:min(len(career.Milestones), shownMilestones)] {
		rows = append(rows, components.MilestoneRow{Words: m.Words, Race: raceLink(m.Race)})
	}
	return rows
}

// categoryWords is the club's name of a category, with the place in it.
func categoryWords(settings queries.Settings, r club.Result) string {
	words := settings.Category(r.Category)
	switch {
	case r.CategoryPosition == 0:
		return words
	case words == "":
		return club.Ordinal(r.CategoryPosition) + " in category"
	default:
		return fmt.Sprintf("%s, %s", words, club.Ordinal(r.CategoryPosition))
	}
}
