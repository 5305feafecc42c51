package handlers_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// leaks are words that no visitor may read.
var leaks = []string{
	"canary", "panic", "goroutine", ".go", "/srv", "pq:", "sql", "postgres", "select", "relation", "no such table",
	"runtime error", "deadline", "context", "stack",
}

func checkNoLeak(t *testing.T, name string, a answer) {
	t.Helper()
	doc := a.doc(t)
	doc.Find("head, header, footer").Remove()
	body := strings.ToLower(doc.Text())
	for _, word := range leaks {
		if strings.Contains(body, word) {
			t.Errorf("%s: the visitor reads %q:\n%s", name, word, body)
		}
	}
}

// R029: a panic is a page with a number that the log knows too, and the next
// visitor is served.
func TestAPanicNeitherKillsNorLeaks(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", withFaults)
	b := s.browser(t)
	for i := range 20 {
		for _, a := range []answer{b.get("/test/panic"), b.fragment("/test/panic")} {
			if a.status != http.StatusInternalServerError {
				t.Errorf("got %d, want 500", a.status)
			}
			checkNoLeak(t, "panic", a)
		}
		if a := b.get("/runners"); a.status != http.StatusOK {
			t.Fatalf("after panic %d: got %d, want 200", i, a.status)
		}
	}
	if !s.log.contains("canary-panic") || !s.log.contains("headers_test.go") {
		t.Error("the log does not tell what panicked, and where")
	}
}

// R095: every error page is ours, leaks nothing, and names the number by
// which the log knows the request; htmx gets a fragment.
func TestErrorPagesLeakNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", withFaults)
	for name, a := range kinds(t, s) {
		if a.status < 400 || a.status == http.StatusUnauthorized || name == "422 login" {
			continue
		}
		checkNoLeak(t, name, a)
		fragment := strings.HasSuffix(name, "fragment")
		if a.whole() == fragment {
			t.Errorf("%s: a whole page: got %v, want %v", name, a.whole(), !fragment)
		}
		doc := a.doc(t)
		id := doc.Find("code").Text()
		if len(id) != 16 || !s.log.contains(id) {
			t.Errorf("%s: the request's number is %q; the log knows it: %v", name, id, s.log.contains(id))
		}
		if doc.Find(".error").Length() != 1 {
			t.Errorf("%s: not our page:\n%s", name, a.body)
		}
		if got := a.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
			t.Errorf("%s: Content-Type: got %q", name, got)
		}
		if got := a.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control: got %q, want no-store", name, got)
		}
		if got := a.header.Get("HX-Push-Url"); got != "false" {
			t.Errorf("%s: HX-Push-Url: got %q, want false: an error is no address to come back to", name, got)
		}
		if json := s.browser(t).get("/nowhere", "Accept: application/json"); !json.whole() {
			t.Errorf("an error as JSON: %s", json.body)
		}
	}
}

// R095: the request's number stands in the log for errors that the server
// itself answers, too, at the level that production logs.
func TestTheLogKnowsEveryRequestByItsNumber(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", withFaults)
	for name, a := range kinds(t, s) {
		if a.status < 400 || a.status == http.StatusUnauthorized || name == "422 login" {
			continue
		}
		id := a.doc(t).Find("code").Text()
		found := false
		for _, message := range []string{"request", "error"} {
			for _, line := range s.log.lines(message) {
				found = found || line["id"] == id && line["level"] != "DEBUG" && fmt.Sprint(line["status"]) == name[:3]
			}
		}
		if !found {
			t.Errorf("%s: no line above debug with number %q and its status", name, id)
		}
	}
}

// R095, R076 in so far as one process shows it: a database that breaks is
// our fault, one that does not answer in time is worth another try.
func TestABrokenDatabaseIsAnErrorPage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		s.exec(t, "ALTER TABLE runners RENAME TO canary_runners")
		b := s.browser(t)
		for _, path := range []string{"/runners", "/runners?q=karabo", "/runners/1", "/predict?q=karabo", "/predict?runner=1"} {
			for _, a := range []answer{b.get(path), b.fragment(path)} {
				if a.status != http.StatusInternalServerError {
					t.Errorf("%s: got %d, want 500", path, a.status)
				}
				checkNoLeak(t, path, a)
			}
		}
		if a := b.get("/"); a.status != http.StatusOK {
			t.Errorf("home, which needs no database: got %d, want 200", a.status)
		}
		if !s.log.contains("runners") {
			t.Error("the log does not say what broke")
		}
	})
}

func TestADatabaseThatTakesTooLongIsUnavailable(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, path := range []string{"/runners", "/runners?q=karabo", "/runners/1", "/predict?q=karabo", "/predict?runner=1"} {
			for _, a := range []answer{b.get(path), b.fragment(path)} {
				if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
					t.Errorf("%s: got %d, Retry-After %q, want 503", path, a.status, a.header.Get("Retry-After"))
				}
				checkNoLeak(t, path, a)
			}
		}
	}, outOfTime)
}

// R090.
func TestHealthAndReadiness(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		check := func(when, path string, status int, body string) {
			t.Helper()
			a := b.get(path)
			if a.status != status || a.body != body {
				t.Errorf("%s, %s: got %d %q, want %d %q", when, path, a.status, a.body, status, body)
			}
			if got := a.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s, %s: Cache-Control: got %q, want no-store", when, path, got)
			}
			if len(a.cookies()) > 0 {
				t.Errorf("%s, %s sets a cookie", when, path)
			}
		}
		check("all well", "/healthz", http.StatusOK, "ok")
		check("all well", "/readyz", http.StatusOK, "ready")
		s.exec(t, "UPDATE goose_db_version SET version_id = version_id + 1000 WHERE version_id > 0")
		check("newer schema", "/healthz", http.StatusOK, "ok")
		check("newer schema", "/readyz", http.StatusServiceUnavailable, "unavailable")
		s.exec(t, "UPDATE goose_db_version SET version_id = version_id - 1000 WHERE version_id > 0")
		check("schema back", "/readyz", http.StatusOK, "ready")
		s.exec(t, "ALTER TABLE goose_db_version RENAME TO canary")
		check("no schema", "/readyz", http.StatusServiceUnavailable, "unavailable")
		s.exec(t, "ALTER TABLE canary RENAME TO goose_db_version")
		if err := s.db.Close(); err != nil {
			t.Fatal(err)
		}
		check("no database", "/healthz", http.StatusOK, "ok")
		check("no database", "/readyz", http.StatusServiceUnavailable, "unavailable")
	})
}

// R091, the part inside the process: readiness fails at once, what is under
// way is finished, and nothing new is taken.
func TestShutdownFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	s := newSite(t, "sqlite", withRoutes(func(app *fiber.App) {
		app.Get("/test/slow", func(c *fiber.Ctx) error {
			close(entered)
			<-release
			return c.SendString("finished")
		})
	}))
	// Both connections are open before the shutdown begins.
	b, slow := s.browser(t), s.browser(t)
	answered := make(chan answer, 1)
	go func() { answered <- slow.get("/test/slow") }()
	<-entered
	s.server.Drain()
	if a := b.get("/readyz"); a.status != http.StatusServiceUnavailable || a.body != "unavailable" {
		t.Errorf("readiness: got %d %q, want 503", a.status, a.body)
	}
	if a := b.get("/healthz"); a.status != http.StatusOK {
		t.Errorf("health: got %d, want 200", a.status)
	}
	if a := b.get("/runners"); a.status != http.StatusOK {
		t.Errorf("a page while draining: got %d, want 200", a.status)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.App().Shutdown() }()
	for refused := false; !refused; {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address)
		cancel()
		if refused = err != nil; !refused {
			_ = conn.Close()
		}
	}
	select {
	case err := <-stopped:
		t.Fatalf("shutdown came back before the request was finished: %v", err)
	default:
	}
	close(release)
	if a := <-answered; a.status != http.StatusOK || a.body != "finished" {
		t.Errorf("the request under way: got %d %q, want 200", a.status, a.body)
	}
	if err := <-stopped; err != nil {
		t.Errorf("shutdown: %v", err)
	}
}

// R096: what is secret never comes into the log, even at its most talkative.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		form := b.get("/login").fill(t, "/login", nil)
		before := b.sessionCookie().Value
		b.trySignIn(adminEmail, "canary-wrong-password")
		b.trySignIn("canary-nobody@example.org", password)
		b.post("/login?password=canary-in-address", nil)
		b.get("/login?next=/profile&password=canary-in-address")
		b.signIn()
		after := b.sessionCookie().Value
		token := b.get("/profile").fill(t, "/logout", nil).Get("form_token")
		for _, path := range []string{"/test/panic", "/test/error", "/profile", "/nowhere/canary-path", "/runners?q=canary-query"} {
			b.get(path, "Authorization: Bearer canary-bearer")
		}
		s.exec(t, "ALTER TABLE sessions RENAME TO broken")
		b.get("/profile")
		b.post("/logout", form)
		s.exec(t, "ALTER TABLE broken RENAME TO sessions")
		s.exec(t, "ALTER TABLE users RENAME TO broken")
		b.post("/login", form)
		b.get("/profile")
		log := s.log.String()
		if s.log.count("request") < 12 || s.log.count("error") < 3 {
			t.Fatalf("the log has %d requests and %d errors, too few to show anything", s.log.count("request"), s.log.count("error"))
		}
		for name, secret := range map[string]string{
			"the password": password, "a wrong password": "canary-wrong-password", "an e-mail address": "canary-nobody",
			"the old cookie": before, "the cookie": after, "the form's token": token, "the first form's token": form.Get("form_token"),
			"a query": "canary-in-address", "what was looked for": "canary-query", "a bearer token": "canary-bearer",
			"the name of a cookie": "runnerdb=", "the hash's scheme": "argon2id",
		} {
			if strings.Contains(log, secret) {
				t.Errorf("the log holds %s (%q)", name, secret)
			}
		}
	}, withFaults)
}

// R096, R040: each line is one record, in UTC or with its zone, and says who
// asked for what and how it went.
func TestEveryRequestIsOneRecord(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	b.signIn()
	b.get("/profile", "User-Agent: \"},{\"level\":\"ERROR\"")
	b.get("/nowhere%1b[31m%0a{\"level\":\"ERROR\",\"msg\":\"request\"}")
	b.get("/runners/1")
	records := s.log.lines("request")
	if got, want := len(records), 5; got != want {
		t.Fatalf("got %d records, want %d:\n%s", got, want, s.log)
	}
	last := records[4]
	for key, want := range map[string]any{
		"method": "GET", "route": "/runners/:id", "status": 200.0, "user": 1.0, "level": "INFO",
	} {
		if last[key] != want {
			t.Errorf("%s: got %v, want %v", key, last[key], want)
		}
	}
	for _, key := range []string{"id", "ms", "time"} {
		if last[key] == nil {
			t.Errorf("%s is missing", key)
		}
	}
	if got := strings.Count(s.log.String(), "\n"); got < len(records) || strings.Contains(s.log.String(), "\x1b") {
		t.Errorf("the log is not one record a line:\n%s", s.log)
	}
}
