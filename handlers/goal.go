package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/predictions"
)

// goalProps is the question how likely a time is, with the answer to the goal
// that the address names; nothing where nobody can tell.
func goalProps(p predictions.Prediction, at place) *components.GoalProps {
	if _, ok := p.Chance(p.Next.Time); !ok {
		return nil
	}
	typed := at.params.Get("goal")
	props := &components.GoalProps{
		Action: at.path, Hidden: at.fields("goal"), Value: typed,
		Targets: targetProps(p, at),
	}
	_, above := roundTimes(p.Next.Time)
	props.Example = above.String()
	if strings.TrimSpace(typed) == "" {
		return props
	}
	goal, err := readGoal(typed, p.Next.Time)
	switch {
	case errors.Is(err, errOutOfReach):
		props.Problem = fmt.Sprintf("%s is too far from %s, which is expected over %s, to say anything. Ask for a time nearer to it.",
			goal, p.Next.Time, p.Series.Distance.Name)
		return props
	case err != nil:
		props.Problem = "That is no time that we can read. Write it like 4:00:00, 4:00 or 45 min."
		return props
	}
	chance, _ := p.Chance(goal)
	props.Chance, props.Time = chanceWords(chance), goal.String()
	if wish := plainGoal(typed); wish != props.Time {
		props.Reading = fmt.Sprintf("We read “%s” as %s.", wish, goal)
	}
	return props
}

// chanceWords is a probability in words; nothing is certain.
func chanceWords(chance float64) string {
	switch percent := math.Round(100 * chance); {
	case percent < 1:
		return "Less than 1\u00a0%"
	case percent > 99:
		return "More than 99\u00a0%"
	default:
		return fmt.Sprintf("%.0f\u00a0%%", percent)
	}
}

// errOutOfReach says that a goal is a time, but none for this race.
var errOutOfReach = errors.New("no time for this race")

// outOfReach is how many times slower or faster than expected a goal may be.
const outOfReach = 3

// readGoal reads a time as runners name a goal: "sub 4:00", "4h50", "45 min",
// "3:59:59". Where it may be hours and minutes or minutes and seconds, it is
// what is nearer, as a ratio, to the expected time. Errors wrap club.ErrNotATime
// or errOutOfReach; with the latter comes the time that was read.
func readGoal(typed string, expected club.FinishTime) (club.FinishTime, error) {
	var readings []club.FinishTime
	var err error
	for _, spelling := range spellings(plainGoal(typed)) {
		goal, wrong := club.ParseFinishTime(spelling)
		if wrong == nil {
			readings = append(readings, goal)
		} else {
			err = wrong
		}
	}
	if len(readings) == 0 {
		return 0, err
	}
	distance := func(t club.FinishTime) float64 { return math.Abs(math.Log(t.Minutes() / expected.Minutes())) }
	goal := slices.MinFunc(readings, func(a, b club.FinishTime) int { return cmp.Compare(distance(a), distance(b)) })
	if distance(goal) > math.Log(outOfReach) {
		return goal, errOutOfReach
	}
	return goal, nil
}

// plainGoal leaves out the words around a time.
func plainGoal(typed string) string {
	wish := strings.ToLower(strings.TrimSpace(typed))
	for _, word := range []string{"sub", "under", "below", "<"} {
		if time, found := strings.CutPrefix(wish, word); found {
			return strings.TrimLeft(time, " -–")
		}
	}
	return wish
}

// spellings are the ways to write out what may be meant.
func spellings(wish string) []string {
	digits := strings.Trim(wish, "0123456789") == ""
	switch {
	case digits && len(wish) > 4:
		return []string{wish}
	case digits:
		return []string{wish, wish + "00", wish + "h", wish + "min"}
	case strings.Count(wish, ":")+strings.Count(wish, ".") == 1:
		wish = strings.Replace(wish, ".", ":", 1)
		return []string{wish, wish + ":00"}
	default:
		return []string{wish}
	}
}

// comradesQualifier is the slowest time over a marathon that qualifies for
// Comrades.
const (
	comradesQualifier = club.FinishTime((4*60 + 50) * 60_000)
	marathon          = club.Metres(42_195)
)

// targetProps are goals to choose: the round times next to the one expected,
// and what qualifies for Comrades where that is neither certain nor out of the
// question.
func targetProps(p predictions.Prediction, at place) []components.Target {
	below, above := roundTimes(p.Next.Time)
	goals := []club.FinishTime{below, above}
	chance, _ := p.Chance(comradesQualifier)
	qualifies := p.Series.Distance.Length == marathon && chance > 0.01 && chance < 0.99
	if qualifies {
		goals = append(goals, comradesQualifier)
	}
	slices.Sort(goals)
	asked, _ := readGoal(at.params.Get("goal"), p.Next.Time)
	var targets []components.Target
	for _, goal := range slices.Compact(goals) {
		if goal <= 0 {
			continue
		}
		target := components.Target{
			ID: fmt.Sprintf("goal-%d", goal/1000), Label: goal.String(), Query: at.with("goal", goal.String()), Current: goal == asked,
		}
		target.URL = target.Query + "#goal"
		if qualifies && goal == comradesQualifier {
			target.Note = "qualifies for Comrades"
		}
		targets = append(targets, target)
	}
	return targets
}

// roundTimes are the goals on either side of a time: whole minutes up to half
// an hour, then every 5 minutes up to 2½ hours, every 15 up to 6, every 30
// beyond.
func roundTimes(expected club.FinishTime) (below, above club.FinishTime) {
	const minute = club.FinishTime(60_000)
	step := 30 * minute
	switch {
	case expected <= 30*minute:
		step = minute
	case expected <= 150*minute:
		step = 5 * minute
	case expected <= 360*minute:
		step = 15 * minute
	}
	below = (expected - 1) / step * step
	return below, below + step
}
