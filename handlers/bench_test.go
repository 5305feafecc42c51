package handlers_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/handlers"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/seed"
)

// clients is how many visitors ask at once.
const clients = 4

// BenchmarkHTTP measures whole requests over a socket: a bare Fiber handler
// that answers a constant, then our pages on both databases. times-bare is
// the ratio of the medians in the same run. Nothing is cached between
// requests.
func BenchmarkHTTP(b *testing.B) {
	bare := benchBare(b)
	for _, engine := range querytest.Engines {
		benchPanels(b, engine, bare)
		benchSearch(b, engine, bare)
	}
}

func benchBare(b *testing.B) (median time.Duration) {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("constant") })
	address := listen(b, app)
	b.Run("bare", func(b *testing.B) {
		median = measure(b, 0, func(int) string { return "http://" + address + "/" })
	})
	return median
}

// benchPanels asks for the prediction panels of runners with ten and with
// sixty marathons, of twenty of each.
func benchPanels(b *testing.B, engine querytest.Engine, bare time.Duration) {
	const each = 20
	db := querytest.New(b, engine)
	fillMarathons(b, db, each, 10, 60)
	address := listenOurs(b, db)
	for i, races := range []int{10, 60} {
		b.Run(fmt.Sprintf("panel/races=%d/%s", races, engine), func(b *testing.B) {
			measure(b, bare, func(n int) string {
				return fmt.Sprintf("http://%s/predict?runner=%d", address, i*each+n%each+1)
			})
		})
	}
}

// benchSearch types names letter by letter among 10,000 runners.
func benchSearch(b *testing.B, engine querytest.Engine, bare time.Duration) {
	db := querytest.New(b, engine)
	if err := seed.Fill(b.Context(), db, seed.Options{Seed: 1, Runners: 10_000, Now: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)}); err != nil {
		b.Fatal(err)
	}
	var typed []string
	for _, name := range []string{"karabo khumalo", "ndluvu", "van der merwe", "nkosi thabo", "zzzz", "o'brien", "lehtabo"} {
		for end := 1; end <= len(name); end++ {
			typed = append(typed, name[:end])
		}
	}
	address := listenOurs(b, db)
	b.Run(fmt.Sprintf("search/runners=10000/%s", engine), func(b *testing.B) {
		measure(b, bare, func(n int) string {
			var u fasthttp.Args
			u.Set("q", typed[n%len(typed)])
			return fmt.Sprintf("http://%s/runners?%s", address, u.String())
		})
	})
}

func listenOurs(b *testing.B, db *queries.DB) string {
	return listen(b, handlers.New(handlers.Config{
		DB: db, SessionKeys: [][]byte{make([]byte, 32)}, Lifetimes: accounts.DefaultLifetimes,
		Deadline: 10 * time.Second, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Now: time.Now,
	}).App())
}

func listen(b *testing.B, app *fiber.App) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.ShutdownWithContext(context.Background()) })
	return listener.Addr().String()
}

// measure sends b.N requests and reports how long they took.
func measure(b *testing.B, bare time.Duration, target func(n int) string) (median time.Duration) {
	took := make([]time.Duration, b.N)
	client := &fasthttp.Client{MaxConnsPerHost: clients}
	var group sync.WaitGroup
	b.ResetTimer()
	for worker := range clients {
		group.Go(func() {
			var request fasthttp.Request
			var response fasthttp.Response
			request.Header.Set("HX-Request", "true")
			for n := worker; n < b.N; n += clients {
				request.SetRequestURI(target(n))
				start := time.Now()
				err := client.Do(&request, &response)
				took[n] = time.Since(start)
				if err != nil || response.StatusCode() != fasthttp.StatusOK {
					b.Errorf("%s: %d, %v", target(n), response.StatusCode(), err)
					return
				}
			}
		})
	}
	group.Wait()
	b.StopTimer()
	slices.Sort(took)
	median = took[len(took)/2]
	b.ReportMetric(float64(median.Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	if bare > 0 {
		b.ReportMetric(float64(median)/float64(bare), "times-bare")
	}
	return median
}

// fillMarathons stores, for each number of races, so many runners with that
// many marathons.
func fillMarathons(b *testing.B, db *queries.DB, runners int, numbers ...int) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	batch := queries.Batch{Series: []club.Series{{ID: 1, Name: "Marathon"}}}
	most := slices.Max(numbers)
	for i := range most {
		held := club.Date{Year: 2000, Month: time.March, Day: 5}.AddDays(120 * i)
		batch.Races = append(batch.Races, club.Race{ID: int64(i + 1), SeriesID: 1, HeldOn: held, Length: 42_195})
	}
	for i := range runners * len(numbers) {
		runner := club.Runner{ID: int64(i + 1), Name: fmt.Sprintf("Runner %d", i)}
		batch.Runners = append(batch.Runners, runner)
		for race := range numbers[i/runners] {
			batch.Results = append(batch.Results, club.Result{
				ID: int64(len(batch.Results) + 1), RunnerID: runner.ID, RaceID: int64(race + 1), Status: club.Finished,
				Net: club.FinishTimeOfMinutes(240 + 15*random.NormFloat64()), Counts: true,
			})
		}
	}
	querytest.Load(b, db, batch)
}
