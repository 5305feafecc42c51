package handlers

import (
	"fmt"

	"runnerdb/club"
	"runnerdb/predictions"
)

// What programs read: openapi.json says what each field is. None holds what is
// not on a public page.
type (
	apiHit struct {
		ID         int64  `json:"id"`
		Name       string `json:"name"`
		Sex        string `json:"sex"`
		Category   string `json:"category"`
		Club       string `json:"club"`
		Races      int    `json:"races"`
		LastRaceOn string `json:"last_race_on,omitempty"`
		URL        string `json:"url"`
	}
	apiRace struct {
		ID          int64  `json:"id"`
		Name        string `json:"name"`
		Date        string `json:"date"`
		Metres      int    `json:"metres"`
		ShortCourse bool   `json:"short_course"`
		URL         string `json:"url"`
	}
	apiSearch struct {
		Runners []apiHit  `json:"runners"`
		Races   []apiRace `json:"races"`
		More    bool      `json:"more"`
		CSV     string    `json:"csv_url"`
	}
	apiResult struct {
		Status           string `json:"status"`
		NetMS            int64  `json:"net_ms,omitempty"`
		GunMS            int64  `json:"gun_ms,omitempty"`
		Position         int    `json:"position,omitempty"`
		Category         string `json:"category"`
		CategoryPosition int    `json:"category_position,omitempty"`
		Club             string `json:"club"`
	}
	apiRun struct {
		Race apiRace `json:"race"`
		apiResult
	}
	apiRunner struct {
		ID         int64    `json:"id"`
		Name       string   `json:"name"`
		Sex        string   `json:"sex"`
		Results    []apiRun `json:"results"`
		Prediction string   `json:"prediction_url"`
		CSV        string   `json:"csv_url"`
	}
	apiEntrant struct {
		Name   string `json:"name"`
		Runner string `json:"runner_url,omitempty"`
		Sex    string `json:"sex"`
		apiResult
	}
	apiRaceResults struct {
		apiRace
		Page    int          `json:"page"`
		Results []apiEntrant `json:"results"`
		Next    string       `json:"next_url,omitempty"`
		CSV     string       `json:"csv_url"`
	}
	apiPrediction struct {
		predictions.Answer
		Goal *apiGoal `json:"goal,omitempty"`
		CSV  string   `json:"csv_url"`
	}
	apiGoal struct {
		Time   string  `json:"time"`
		Chance float64 `json:"chance"`
	}
	apiBoard struct {
		Board   string        `json:"board"`
		Title   string        `json:"title"`
		Figures []string      `json:"figures"`
		Rows    []apiBoardRow `json:"rows"`
		CSV     string        `json:"csv_url"`
	}
	apiBoardRow struct {
		Rank    string   `json:"rank"`
		Name    string   `json:"name"`
		Runner  string   `json:"runner_url"`
		Race    string   `json:"race_url,omitempty"`
		Date    string   `json:"date,omitempty"`
		Figures []string `json:"figures"`
	}
)

func apiURL(kind string, id int64) string { return fmt.Sprintf("%s/%s/%d", apiPath, kind, id) }

func apiRaceOf(r club.Race) apiRace {
	return apiRace{r.ID, r.Name, r.HeldOn.String(), int(r.Length), r.ShortCourse, apiURL("races", r.ID)}
}

func apiResultOf(r club.Result) apiResult {
	return apiResult{string(r.Status), int64(r.Net), int64(r.Gun), r.Position, r.Category, r.CategoryPosition, r.Club}
}
