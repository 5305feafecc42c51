package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

// sharedCache stands between visitors and a site, as nginx or a cache of a
// provider does: it keeps all that it may, tells requests apart by what answers
// vary by, and asks whether what it keeps is still right where it must (RFC
// 9111, 3, 4.1 and 4.3).
type sharedCache struct {
	behind *browser
	kept   map[string][]keptAnswer
	hits   int
}

type keptAnswer struct {
	by map[string]string // what the request held that the answer varies by
	answer
}

func (c *sharedCache) get(path string, headers ...string) answer {
	held := http.Header{}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		held.Set(name, value)
	}
	for _, kept := range c.kept[path] {
		same := true
		for name, value := range kept.by {
			same = same && held.Get(name) == value
		}
		if !same {
			continue
		}
		asked := c.behind.get(path, append(headers, "If-None-Match: "+kept.header.Get("ETag"))...)
		if asked.status == http.StatusNotModified {
			c.hits++
			return kept.answer
		}
		return c.keep(path, held, asked)
	}
	return c.keep(path, held, c.behind.get(path, headers...))
}

func (c *sharedCache) keep(path string, held http.Header, a answer) answer {
	control := a.header.Get("Cache-Control")
	if a.status != http.StatusOK || strings.Contains(control, "no-store") || strings.Contains(control, "private") || a.header.Get("ETag") == "" {
		return a
	}
	by := map[string]string{}
	for _, names := range a.header.Values("Vary") {
		for name := range strings.SplitSeq(names, ",") {
			by[strings.TrimSpace(name)] = held.Get(strings.TrimSpace(name))
		}
	}
	c.kept[path] = append(c.kept[path], keptAnswer{by, a})
	return a
}

// R015: through a shared cache everybody gets what they would get without it:
// a page or the fragment that was asked for, packed or not, and nobody what
// belongs to somebody who is signed in.
func TestASharedCacheMixesNothingUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		keeper := s.browser(t)
		keeper.signIn()
		cookie := "Cookie: " + pair(keeper.sessionCookie())
		cache := &sharedCache{behind: s.browser(t), kept: map[string][]keptAnswer{}}
		asks := [][]string{
			nil,
			{"HX-Request: true"},
			{"HX-Request: true", "HX-Target: hits"},
			{"HX-Request: true", "HX-Boosted: true"},
			{"HX-Request: true", "HX-History-Restore-Request: true"},
			{"HX-Request: true", "HX-Request-Type: partial"},
			{"Accept-Encoding: gzip"},
			{"Accept-Encoding: br", "HX-Request: true"},
			{cookie},
			{cookie, "HX-Request: true"},
		}
		for round := range 3 {
			for _, path := range []string{"/", "/runners", "/runners?q=karabo", runnerPath(three), predictPath(three), "/boards", "/races/1", "/api/v1/search?q=k"} {
				for i := range asks {
					headers := asks[(i+3*round)%len(asks)]
					got, want := cache.get(path, headers...), s.browser(t).get(path, headers...)
					if got.status != want.status || got.whole() != want.whole() || got.header.Get("Content-Encoding") != want.header.Get("Content-Encoding") ||
						len(got.body) != len(want.body) {
						t.Errorf("%s %q: got %d and %d bytes, want %d and %d", path, headers, got.status, len(got.body), want.status, len(want.body))
					}
					if signedIn := strings.Contains(strings.Join(headers, " "), cookie); !signedIn && strings.Contains(got.body, "form_token") {
						t.Errorf("%s %q: a stranger gets what is somebody's", path, headers)
					}
				}
			}
		}
		if cache.hits < 50 {
			t.Errorf("only %d answers came from the cache", cache.hits)
		}
	})
}
