package handlers

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/calendar"
	"runnerdb/cards"
	"runnerdb/club"
	"runnerdb/components"
)

// showCalendar answers with a runner's past races for a calendar.
func (s *Server) showCalendar(c *fiber.Ctx) error {
	runner, performances, err := s.runnerOf(c)
	if err != nil {
		return err
	}
	career := club.CareerOf(performances)
	var events []calendar.Event
	for _, p := range performances {
		if p.Result.Status == club.DidNotStart {
			continue
		}
		events = append(events, calendar.Event{
			ID: fmt.Sprintf("result-%d@runnerdb", p.Result.ID), On: p.Race.HeldOn,
			Title: p.Race.Name + ", " + outcomeWords(p), Text: strings.Join(eventWords(p, career), ", "),
			URL: s.absolute(components.RaceURL(p.Race.ID)),
		})
	}
	var b bytes.Buffer
	if err := calendar.Write(&b, fmt.Sprintf("Races of %s, %s", runner.Name, s.settingsOrLast(c.UserContext()).ClubName()), events); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s.ics"`, fileName(runner.Name, "races")))
	return sendMade(c, "text/calendar; charset=utf-8", b.Bytes())
}

func outcomeWords(p club.Performance) string {
	if p.Result.Status == club.Finished {
		return p.Result.Time().String()
	}
	return p.Result.Status.Words()
}

func eventWords(p club.Performance, career club.Career) []string {
	words := []string{p.Race.Length.String()}
	if p.Result.Position > 0 {
		words = append(words, club.Ordinal(p.Result.Position)+" place")
	}
	switch career.Honours[p.Result.ID] {
	case club.PersonalBest:
		words = append(words, "personal best")
	case club.SeasonBest:
		words = append(words, "best of the year")
	case club.NoHonour:
	}
	return words
}

// showCard answers with the picture that is shown where somebody shares a
// runner's page.
func (s *Server) showCard(c *fiber.Ctx) error {
	runner, performances, err := s.runnerOf(c)
	if err != nil {
		return err
	}
	settings := s.settingsOrLast(c.UserContext())
	card := cards.Card{
		Title: runner.Name, Club: settings.ClubName(), Line: strings.Join(runnerDetails(runner, performances, settings), " · "),
	}
	for _, best := range mostRun(club.CareerOf(performances).Bests, cards.MaxFacts) {
		card.Facts = append(card.Facts, cards.Fact{Name: best.Distance.Name, Value: best.Result.Time().String()})
	}
	var b bytes.Buffer
	if err := card.Write(&b); err != nil {
		return err
	}
	return sendMade(c, "image/png", b.Bytes())
}

// sendMade answers with what is no page, but is made of the same records.
func sendMade(c *fiber.Ctx, kind string, body []byte) error {
	c.Vary(variants)
	setCacheControl(c)
	setETag(c)
	c.Set(fiber.HeaderContentType, kind)
	return c.Send(body)
}

// mostRun are the bests of the distances run most often, shortest first.
func mostRun(bests []club.Best, n int) []club.Best {
	for len(bests) > n {
		least := 0
		for i, best := range bests {
			if best.Finishes < bests[least].Finishes {
				least = i
			}
		}
		bests = append(append([]club.Best{}, bests[:least]...), bests[least+1:]...)
	}
	return bests
}

// absolute is the public address of a path; nothing where the site does not
// know its own.
func (s *Server) absolute(path string) string {
	if s.BaseURL == nil {
		return ""
	}
	return s.BaseURL.JoinPath(path).String()
}

// shareProps are what is said of a page where its address is shared.
func (s *Server) shareProps(title, text, path, picture string) *components.Share {
	if s.BaseURL == nil {
		return nil
	}
	return &components.Share{Title: title, Text: text, URL: s.absolute(path), Picture: s.absolute(picture)}
}
