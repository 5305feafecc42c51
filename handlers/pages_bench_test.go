package handlers_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"runnerdb/predictions"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/seed"
)

// millionResults is how many runners the seed gives a million results.
const millionResults = 270_000

// BenchmarkPages asks, one after the other, for the heaviest public pages of a
// database with a million results, whole, as over a socket: the runner with the
// longest history, the largest race and what was predicted of it, boards,
// records, a series, four runners side by side. Each is packed as for a browser
// and made anew, for no address is asked for twice. RUNNERS asks for another
// number of runners.
func BenchmarkPages(b *testing.B) {
	runners, err := strconv.Atoi(os.Getenv("RUNNERS"))
	if err != nil {
		runners = millionResults
	}
	for _, engine := range querytest.Engines {
		db := querytest.New(b, engine)
		var tally seed.Tally
		today := time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
		if err := seed.Fill(b.Context(), db, seed.Options{Seed: 1, Runners: runners, Now: today, Tally: &tally}); err != nil {
			b.Fatal(err)
		}
		kept := queries.Backtest{RunAt: today}
		if err := predictions.Keep(b.Context(), db, measured(), kept); err != nil {
			b.Fatal(err)
		}
		site := "http://" + listenOurs(b, db)
		for _, page := range heavyPages(b, db) {
			b.Run(fmt.Sprintf("results=%d/%s/%s", tally.Results, engine, page.name), func(b *testing.B) { timePage(b, site+page.path) })
		}
	}
}

type heavyPage struct{ name, path string }

func heavyPages(b *testing.B, db *queries.DB) []heavyPage {
	busiest, err := db.MostRaces(b.Context(), 0, 4)
	if err != nil {
		b.Fatal(err)
	}
	const listed = 10_000
	races, _, err := db.KeptRaces(b.Context(), "", "date", 0, listed)
	if err != nil {
		b.Fatal(err)
	}
	largest := slices.MaxFunc(races, func(a, b queries.KeptRace) int { return a.Results - b.Results })
	runner, race := fmt.Sprintf("/runners/%d", busiest[0].RunnerID), fmt.Sprintf("/races/%d", largest.ID)
	four := fmt.Sprintf("/compare?runners=%d,%d,%d,%d", busiest[0].RunnerID, busiest[1].RunnerID, busiest[2].RunnerID, busiest[3].RunnerID)
	return []heavyPage{
		{"home", "/"},
		{"runners", "/runners"},
		{"runner", runner},
		{"runner-by-grade", runner + "?sort=grade"},
		{"card", runner + "/card.png"},
		{"race", race},
		{"race-women", race + "?sex=F"},
		{"race-last-page", fmt.Sprintf("%s?page=%d", race, largest.Results/100)},
		{"race-predicted", race + "/predictions"},
		{"series", fmt.Sprintf("/series/%d", largest.SeriesID)},
		{"records", "/records"},
		{"records-distance", "/records?distance=10k"},
		{"record-history", "/records/history?distance=10k&sex=M"},
		{"fastest", "/boards"},
		{"fastest-70", "/boards?distance=42k&sex=F&category=70%2B"},
		{"most", "/boards?board=most"},
		{"improved", "/boards?board=improved"},
		{"compare", four},
		{"compare-graded", four + "&graded=1"},
		{"accuracy", "/accuracy"},
	}
}

// timePage reports how long the server takes for one page.
func timePage(b *testing.B, address string) {
	const rounds = 200
	var request fasthttp.Request
	var response fasthttp.Response
	request.Header.Set("Accept-Encoding", "gzip, deflate, br")
	join := "?"
	if strings.Contains(address, "?") {
		join = "&"
	}
	var client fasthttp.Client
	var took []time.Duration
	for b.Loop() {
		for range rounds {
			request.SetRequestURI(fmt.Sprintf("%s%sround=%d", address, join, len(took)))
			start := time.Now()
			err := client.Do(&request, &response)
			took = append(took, time.Since(start))
			if err != nil || response.StatusCode() != http.StatusOK {
				b.Fatalf("%s: %d, %v", address, response.StatusCode(), err)
			}
		}
	}
	first := took[0]
	slices.Sort(took)
	b.ReportMetric(inMilliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(inMilliseconds(took[len(took)*99/100]), "p99-ms")
	b.ReportMetric(inMilliseconds(first), "first-ms")
	b.ReportMetric(0, "ns/op")
}

func inMilliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
