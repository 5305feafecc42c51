package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/handlers"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// site is the web application as visitors meet it: on a listener of its own,
// with a database of its own.
type site struct {
	server   *handlers.Server
	db       *queries.DB
	location string
	address  string
	log      *logBook
	clock    *clock
}

// setup changes a site before it is served.
type setup struct {
	config handlers.Config
	// routes adds addresses that only the test has.
	routes func(*fiber.App)
	// listener changes the listener that the site is served on.
	listener func(net.Listener) net.Listener
	// empty leaves the database without runners and users.
	empty bool
	users []accounts.User
}

var testKeys = [][]byte{[]byte("0123456789abcdef0123456789abcdef")}

func newSite(t testing.TB, engine querytest.Engine, changes ...func(*setup)) *site {
	t.Helper()
	var plan setup
	for _, change := range changes {
		change(&plan)
	}
	if plan.empty {
		return serveSite(t, querytest.Location(t, engine), changes...)
	}
	s := serveSite(t, clubLocation(t, engine), changes...)
	for _, user := range append(users(t), plan.users...) {
		if _, err := s.db.CreateUser(t.Context(), user, s.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// serveSite serves a database, which others may serve as well.
func serveSite(t testing.TB, location string, changes ...func(*setup)) *site {
	t.Helper()
	s := &site{location: location, db: querytest.Open(t, location), log: &logBook{}, clock: &clock{}}
	plan := setup{config: handlers.Config{
		DB:          s.db,
		SessionKeys: testKeys,
		Lifetimes:   accounts.DefaultLifetimes,
		Throttle:    accounts.DefaultThrottle,
		Deadline:    30 * time.Second,
		Log:         slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:         s.clock.now,
	}}
	for _, change := range changes {
		change(&plan)
	}
	s.server = handlers.New(plan.config)
	if plan.routes != nil {
		plan.routes(s.server.App())
	}
	if plan.listener == nil {
		plan.listener = func(inner net.Listener) net.Listener { return inner }
	}
	s.listen(t, plan.listener)
	return s
}

func (s *site) listen(t testing.TB, change func(net.Listener) net.Listener) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Listener(change(listener)) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.server.App().ShutdownWithContext(ctx); err != nil {
			t.Error(err)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// onBoth runs a test on a site with each kind of database.
func onBoth(t *testing.T, test func(t *testing.T, s *site), changes ...func(*setup)) {
	t.Helper()
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			test(t, newSite(t, engine, changes...))
		})
	}
}

func emptied(p *setup) { p.empty = true }

// inProduction is behind a router, at an address of its own.
func inProduction(p *setup) {
	p.config.BaseURL = &url.URL{Scheme: "https", Host: "runners.example.org"}
	p.config.TrustProxy = true
}

// overTLS are the headers of a request that came encrypted to the address of
// inProduction.
var overTLS = []string{"Host: runners.example.org", "X-Forwarded-Proto: https"}

func withRoutes(routes func(*fiber.App)) func(*setup) {
	return func(p *setup) { p.routes = routes }
}

// outOfTime lets the deadline of every request be over when it begins.
func outOfTime(p *setup) { p.config.Deadline = time.Nanosecond }

// clock is a clock that the test can put forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time             { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration)    { c.ahead.Add(int64(d)) }
func (b *logBook) contains(s string) bool   { return strings.Contains(b.String(), s) }
func (b *logBook) count(message string) int { return len(b.lines(message)) }

// logBook keeps what the server logs.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// lines are the records with a message.
func (b *logBook) lines(message string) []map[string]any {
	var found []map[string]any
	for line := range strings.Lines(b.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err == nil && record["msg"] == message {
			found = append(found, record)
		}
	}
	return found
}
