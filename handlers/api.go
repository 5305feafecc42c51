package handlers

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
)

// apiPath begins the addresses that programs ask. What answers there is
// described in openapi.json, and changes only by additions.
const apiPath = "/api/v1"

//go:embed openapi.json
var openAPI []byte

func isAPI(c *fiber.Ctx) bool { return strings.HasPrefix(c.Path(), apiPath+"/") }

// answerJSON answers a program as render does a browser.
func (s *Server) answerJSON(c *fiber.Ctx, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return sendJSON(c, "application/json; charset=utf-8", body)
}

func sendJSON(c *fiber.Ctx, contentType string, body []byte) error {
	c.Vary(variants)
	setCacheControl(c)
	setETag(c)
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(append(body, '\n'))
}

// problem is an error as programs read it (RFC 9457).
type problem struct {
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	RequestID string `json:"request_id"`
}

func answerProblem(c *fiber.Ctx, words components.ErrorWords) error {
	body, err := json.Marshal(problem{words.Title, words.Status, words.Text, words.RequestID})
	if err != nil {
		return err
	}
	c.Status(words.Status)
	return sendJSON(c, "application/problem+json; charset=utf-8", body)
}

// showOpenAPI describes the addresses for programs to programs.
func (s *Server) showOpenAPI(c *fiber.Ctx) error {
	title, err := json.Marshal(s.settingsOrLast(c.UserContext()).ClubName() + ": Runner DB")
	if err != nil {
		return err
	}
	named := bytes.Replace(openAPI, []byte(`"title": "Runner DB"`), append([]byte(`"title": `), title...), 1)
	return sendJSON(c, "application/json; charset=utf-8", named)
}

// searchAPI finds runners and races as the search box does.
func (s *Server) searchAPI(c *fiber.Ctx) error {
	hits, err := s.searched(c)
	if err != nil {
		return err
	}
	answer := apiSearch{Runners: []apiHit{}, Races: []apiRace{}, More: hits.more, CSV: searchFile(hits.query)}
	for _, f := range hits.runners {
		answer.Runners = append(answer.Runners, apiHit{
			ID: f.ID, Name: f.Name, Sex: string(f.Sex), Category: f.Category, Club: f.Club, Races: f.Races, LastRaceOn: f.LastRaceOn.String(),
			URL: apiURL("runners", f.ID),
		})
	}
	for _, f := range hits.races {
		answer.Races = append(answer.Races, apiRaceOf(f.Race))
	}
	return s.answerJSON(c, answer)
}

// runnerAPI is a runner with all results, the newest first.
func (s *Server) runnerAPI(c *fiber.Ctx) error {
	runner, performances, err := s.runnerOf(c)
	if err != nil {
		return err
	}
	answer := apiRunner{
		ID: runner.ID, Name: runner.Name, Sex: string(runner.Sex), Results: []apiRun{},
		Prediction: apiURL("runners", runner.ID) + "/prediction", CSV: fmt.Sprintf("/runners/%d/export?format=csv", runner.ID),
	}
	for _, p := range performances {
		answer.Results = append(answer.Results, apiRun{apiRaceOf(p.Race), apiResultOf(p.Result)})
	}
	return s.answerJSON(c, answer)
}

// predictionAPI is the prediction of a runner's next race, and how likely a
// goal is.
func (s *Server) predictionAPI(c *fiber.Ctx) error {
	prediction, goal, err := s.predicted(c)
	if err != nil {
		return err
	}
	return s.answerJSON(c, apiPrediction{prediction.Answer(), goal, predictionFile(c, prediction.Runner.ID)})
}

// raceAPI is a race with a page of its results.
func (s *Server) raceAPI(c *fiber.Ctx) error {
	race, err := s.raceOf(c)
	if err != nil {
		return err
	}
	number, f := pageParam(c), entrantFilter(c)
	entrants, more, err := s.DB.Entrants(c.UserContext(), race.ID, f, (number-1)*entrantsOnPage, entrantsOnPage)
	if err != nil {
		return err
	}
	answer := apiRaceResults{
		apiRace: apiRaceOf(race), Page: number, Results: []apiEntrant{}, CSV: fmt.Sprintf("/races/%d/export?format=csv", race.ID),
	}
	_, answer.Next = entrantAddress(answer.URL, f).pages(number, more)
	for _, e := range entrants {
		entrant := apiEntrant{apiResult: apiResultOf(e.Result), Name: e.Runner, Sex: string(e.Sex)}
		if !e.Hidden {
			entrant.Runner = apiURL("runners", e.RunnerID)
		}
		answer.Results = append(answer.Results, entrant)
	}
	return s.answerJSON(c, answer)
}

// boardAPI is a board of the club, as its page shows it.
func (s *Server) boardAPI(c *fiber.Ctx) error {
	props, err := s.board(c)
	if err != nil {
		return err
	}
	answer := apiBoard{Board: props.Board, Title: props.Title, Figures: props.Figures, Rows: []apiBoardRow{}, CSV: props.Files.CSV}
	for _, r := range props.Rows {
		row := apiBoardRow{Rank: r.Rank, Name: r.Runner, Runner: apiPath + r.RunnerURL, Figures: r.Figures}
		if r.Race != nil {
			row.Race, row.Date = apiPath+r.Race.URL, r.Race.ISO
		}
		answer.Rows = append(answer.Rows, row)
	}
	return s.answerJSON(c, answer)
}
