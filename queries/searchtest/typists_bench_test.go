package searchtest_test

import (
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/handlers" //nolint:depguard // the typists come over HTTP
	"runnerdb/queries/querytest"
	"runnerdb/seed" //nolint:depguard // the questions are about the people that it makes
)

// Typists are quick: keystroke is the mean pause between two letters, for 80
// words a minute. Without a pause the next letter comes with the answer.
const (
	typists   = 32
	keystroke = 150 * time.Millisecond
	perTypist = 200 // letters
	crowd     = 1000
)

// benchTypists lets typists ask over HTTP at once, letter by letter. They and
// the server share the machine, and on PostgreSQL the database too.
func benchTypists(b *testing.B, location string, opt seed.Options, pause time.Duration) {
	mix := typed(b, opt)
	address := listen(b, location)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: typists}}
	took := make([][]time.Duration, typists)
	for b.Loop() {
		var group sync.WaitGroup
		for typist := range typists {
			group.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(typist)))
				for letters := 0; letters < perTypist; {
					name := []rune(mix[random.IntN(len(mix))])
					for end := range name {
						time.Sleep(time.Duration(2 * random.Float64() * float64(pause)))
						took[typist] = append(took[typist], ask(b, client, address, string(name[:end+1])))
						letters++
					}
				}
			})
		}
		group.Wait()
	}
	var all []time.Duration
	for _, of := range took {
		all = append(all, of...)
	}
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "requests/s")
	report(b, all)
}

// benchBurst lets a crowd ask all at once, each something else (R080).
func benchBurst(b *testing.B, location string, opt seed.Options) {
	mix := typed(b, opt)
	address := listen(b, location)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: crowd}}
	took := make([]time.Duration, crowd)
	for b.Loop() {
		var group sync.WaitGroup
		for i := range crowd {
			group.Go(func() { took[i] = ask(b, client, address, mix[i%len(mix)]) })
		}
		group.Wait()
	}
	report(b, took)
}

func listen(b *testing.B, location string) (address string) {
	db := querytest.Open(b, location)
	if err := db.WarmUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	app := handlers.New(handlers.Config{
		DB: db, SessionKeys: [][]byte{make([]byte, 32)}, Lifetimes: accounts.DefaultLifetimes,
		Deadline: 10 * time.Second, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Now: time.Now,
	}).App()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.Shutdown() })
	return "http://" + listener.Addr().String()
}

func ask(b *testing.B, client *http.Client, address, query string) time.Duration {
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address+"/predict?q="+url.QueryEscape(query), nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("HX-Request", "true")
	start := time.Now()
	answer, err := client.Do(request)
	if err != nil {
		b.Errorf("%q: %v", query, err)
		return 0
	}
	_, err = io.Copy(io.Discard, answer.Body)
	took := time.Since(start)
	if _ = answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		b.Errorf("%q: %s, %v", query, answer.Status, err)
	}
	return took
}
