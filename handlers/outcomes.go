package handlers

import (
	"fmt"
	"math"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/predictions"
	"runnerdb/queries"
)

// mostOutcomes bounds how many are predicted for one page.
const mostOutcomes = 50

// showOutcomes shows what would have been predicted before a race, and what
// came.
func (s *Server) showOutcomes(c *fiber.Ctx) error {
	race, err := s.raceOf(c)
	if err != nil {
		return err
	}
	props := components.OutcomesProps{Race: race, RaceURL: components.RaceURL(race.ID)}
	distance, standard := club.DistanceOf(race.Length)
	if standard && !race.ShortCourse {
		starters, err := s.DB.Starters(c.UserContext(), race, distance.Shortest, distance.Longest, mostOutcomes)
		if err != nil {
			return err
		}
		if err := fillOutcomes(c, race, starters, &props); err != nil {
			return err
		}
	}
	return s.render(c, fiber.StatusOK, page{
		title: fmt.Sprintf("Predicted and run: %s %d", race.Name, race.HeldOn.Year), body: components.OutcomesPage(props),
	})
}

func fillOutcomes(c *fiber.Ctx, race club.Race, starters []queries.Starter, props *components.OutcomesProps) error {
	within, missed := 0, 0.0
	for _, starter := range starters {
		before, ok, err := predictions.BeforeRace(c.UserContext(), starter.Runner, starter.Earlier, race)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		ran := starter.Result.Time()
		inside := before.Next.Lo95 <= ran && ran <= before.Next.Hi95
		within += btoi(inside)
		off := 100 * (ran.Minutes() - before.Next.Time.Minutes()) / before.Next.Time.Minutes()
		missed += math.Abs(off)
		props.Rows = append(props.Rows, components.OutcomeRow{
			Runner: starter.Runner.Name, URL: fmt.Sprintf("/runners/%d", starter.Runner.ID),
			Predicted: before.Next.Time.String(), Interval: fmt.Sprintf("%s to %s", before.Next.Lo95, before.Next.Hi95),
			Ran: ran.String(), Off: signed(off), Inside: inside,
			From: fmt.Sprintf("%s, %s", methodWords[before.Method].name, manyRaces(before.Races)),
		})
	}
	if n := len(props.Rows); n > 0 {
		props.Sum = fmt.Sprintf("%d of %d times came within the 95 %% interval; the predictions were off by %.1f\u00a0%% on average.",
			within, n, missed/float64(n))
	}
	return nil
}

// signed prints per cent with a sign; what rounds to nothing has none.
func signed(percent float64) string {
	sign := "+"
	switch tenths := math.Round(10 * percent); {
	case tenths < 0:
		sign = "\u2212"
	case tenths == 0:
		sign = ""
	}
	return fmt.Sprintf("%s%.1f\u00a0%%", sign, math.Abs(percent))
}
