package handlers_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"
)

var seenAt = regexp.MustCompile(`seen_at="\d+"`)

// R053: reading changes nothing. Every address that can be read, and every
// link on those pages, is opened twice by an admin.
func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		draft := b.uploadFile("Bay Run 10km 2026-03-08.csv", sheetOfResults).header.Get("Location")
		before := fmt.Sprint(s.stored(t))
		for range 2 {
			s.clock.forward(2 * time.Minute)
			crawled := crawl(b, "/", "/readyz", "/healthz", "/favicon.ico", "/logout", "/login", "/nowhere", "/runners?q=karabo", "/predict?q=two&runner=5",
				"/runners/1/card.png", "/login/code", "/invite/x", "/profile/confirm", "/admin/merge?a=1&b=2", draft, draft+"/rest",
				"/api/v1/openapi.json", "/api/v1/search?q=karabo", "/api/v1/runners/1", "/api/v1/runners/1/prediction", "/api/v1/races/1", "/api/v1/boards",
				"/runners/export?q=karabo", "/runners/1/prediction/export")
			if left := notCrawled(s, crawled); len(left) > 0 {
				t.Errorf("not read: %v", left)
			}
		}
		after := fmt.Sprint(s.stored(t))
		if seenAt.ReplaceAllString(before, "") != seenAt.ReplaceAllString(after, "") {
			t.Error("the database has changed")
		}
		if before == after {
			t.Error("the session was not even seen, so that the test can't fail")
		}
	})
}

// notCrawled are the routes that are read, and of which no address was.
func notCrawled(s *site, crawled map[string]bool) (left []string) {
	for _, route := range s.server.App().GetRoutes(true) {
		read := false
		for address := range crawled {
			path, _, _ := strings.Cut(address, "?")
			read = read || fiber.RoutePatternMatch(path, route.Path, s.server.App().Config())
		}
		if route.Method == http.MethodGet && !read {
			left = append(left, route.Path)
		}
	}
	return left
}

var valueOrNumber = regexp.MustCompile(`=[^&]*|\d+`)

// crawl reads pages and follows the links and htmx addresses on them: of those
// that differ only in numbers and in values a few, and not the runner with sixty
// races, whose panel takes long.
func crawl(b *browser, paths ...string) map[string]bool {
	b.t.Helper()
	alike := 3
	if timed() {
		alike = 10_000
	}
	seen, shapes := map[string]bool{}, map[string]int{}
	for len(paths) > 0 {
		path := paths[0]
		paths = paths[1:]
		shape := valueOrNumber.ReplaceAllString(path, "")
		if seen[path] || shapes[shape] == alike || strings.HasSuffix(path, fmt.Sprintf("runner=%d", sixty)) || path == runnerPath(sixty) || !strings.HasPrefix(path, "/") {
			continue
		}
		seen[path] = true
		shapes[shape]++
		for _, a := range []answer{b.get(path), b.fragment(path)} {
			if a.status >= 500 {
				b.t.Errorf("%s: got %d", path, a.status)
			}
			if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
				continue
			}
			a.doc(b.t).Find("[href], [hx-get], form[method=get]").Each(func(_ int, e *goquery.Selection) {
				for _, attribute := range []string{"href", "hx-get", "action"} {
					if link := e.AttrOr(attribute, ""); link != "" {
						paths = append(paths, link)
					}
				}
			})
		}
	}
	return seen
}
