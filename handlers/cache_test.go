package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// variants are the headers by which htmx's requests differ.
var variants = []string{"Cookie", "HX-Request", "HX-Request-Type", "HX-Target", "HX-Boosted", "HX-History-Restore-Request"}

func checkVary(t *testing.T, name string, a answer) {
	t.Helper()
	vary := strings.Join(a.header.Values("Vary"), ", ")
	for _, want := range variants {
		if !strings.Contains(", "+vary+",", ", "+want+",") {
			t.Errorf("%s: Vary: got %q, want it to hold %q", name, vary, want)
		}
	}
}

// R015, R016: one address, two answers; both say by what they differ.
func TestFragmentAndPageAreToldApart(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for _, path := range []string{
			"/", "/runners", "/runners?q=karabo", "/runners?q=", "/runners/3", "/predict", "/predict?q=karabo",
			"/predict?runner=11", "/predict?q=three&runner=11", "/login", "/nowhere", "/runners/999",
		} {
			b := s.browser(t)
			whole := map[string]answer{
				"page":              b.get(path),
				"history":           b.get(path, "HX-Request: true", "HX-History-Restore-Request: true"),
				"boosted":           b.get(path, "HX-Request: true", "HX-Boosted: true"),
				"full":              b.get(path, "HX-Request: true", "HX-Request-Type: full"),
				"not quite htmx":    b.get(path, "HX-Request: false"),
				"only its target":   b.get(path, "HX-Target: hits"),
				"accepts all":       b.get(path, "Accept: */*"),
				"asks for JSON":     b.get(path, "Accept: application/json"),
				"by XMLHttpRequest": b.get(path, "X-Requested-With: XMLHttpRequest"),
			}
			for name, a := range whole {
				checkVary(t, path+", "+name, a)
				if !a.whole() || a.status != whole["page"].status {
					t.Errorf("%s, %s: got %d, whole %v, want %d, a whole page", path, name, a.status, a.whole(), whole["page"].status)
				}
			}
			for name, a := range map[string]answer{
				"fragment": b.fragment(path), "partial": b.fragment(path, "HX-Request-Type: partial"),
			} {
				checkVary(t, path+", "+name, a)
				if a.whole() || strings.Contains(a.body, "<body") || a.body == "" && path != "/predict" {
					t.Errorf("%s, %s: not a fragment:\n%.200s", path, name, a.body)
				}
			}
		}
	})
}

// R015: what belongs to somebody is kept by nobody.
func TestPrivateAnswersAreNotKept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		stranger, admin := s.browser(t), s.browser(t)
		signedIn := admin.signIn()
		answers := map[string]answer{
			"login":                     stranger.get("/login"),
			"login once more":           stranger.get("/login"),
			"after the login page":      stranger.get("/runners"),
			"fragment after login page": stranger.fragment("/runners?q=karabo"),
			"wrong login":               stranger.trySignIn(adminEmail, "wrong horse battery"),
			"profile of a stranger":     s.browser(t).get("/profile"),
			"profile fragment":          s.browser(t).fragment("/profile"),
			"signed in":                 signedIn,
			"profile":                   admin.get("/profile"),
			"home":                      admin.get("/"),
			"runners":                   admin.get("/runners"),
			"search":                    admin.fragment("/runners?q=karabo"),
			"panel":                     admin.fragment(predictPath(three)),
			"runner":                    admin.get(runnerPath(three)),
			"login page":                admin.get("/login"),
			"error":                     admin.get("/nowhere"),
		}
		answers["log out"] = admin.post("/logout", answers["profile"].fill(t, "/logout", nil))
		for name, a := range answers {
			if got := a.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control: got %q, want no-store", name, got)
			}
			if len(a.cookies()) > 0 && a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s sets a cookie and may be kept", name)
			}
		}
		for _, path := range []string{"/", "/runners", "/runners?q=karabo", "/predict", runnerPath(three)} {
			if got := s.browser(t).get(path).header.Get("Cache-Control"); got != "no-cache" {
				t.Errorf("%s for anybody: Cache-Control: got %q, want no-cache", path, got)
			}
		}
	})
}

// R015: packing is one more way in which answers of one address differ, and
// what holds secrets is not packed.
func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	stranger, admin := s.browser(t), s.browser(t)
	admin.signIn()
	for _, encoding := range []string{"gzip", "br", "deflate"} {
		a := stranger.get("/runners", "Accept-Encoding: "+encoding)
		if got := a.header.Get("Content-Encoding"); got != encoding {
			t.Errorf("%s: Content-Encoding: got %q", encoding, got)
		}
		checkVary(t, encoding, a)
		if vary := strings.Join(a.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("%s: Vary: got %q, want it to hold Accept-Encoding", encoding, vary)
		}
		if got := admin.get("/runners", "Accept-Encoding: "+encoding).header.Get("Content-Encoding"); got != "" {
			t.Errorf("%s, signed in: Content-Encoding: got %q, want none", encoding, got)
		}
	}
	if plain := stranger.get("/runners"); !strings.Contains(strings.Join(plain.header.Values("Vary"), ", "), "Accept-Encoding") {
		t.Errorf("not packed: Vary: got %q, want it to hold Accept-Encoding too", plain.header.Values("Vary"))
	}
}

// A session that has ended while a page was open: htmx is sent to sign in,
// and gets no login page into the middle of another one.
func TestHtmxIsSentToSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	a := s.browser(t).fragment("/profile")
	if a.status != http.StatusUnauthorized || a.header.Get("HX-Redirect") != "/login?next="+url.QueryEscape("/profile") {
		t.Errorf("got %d to %q, want 401 to the login page", a.status, a.header.Get("HX-Redirect"))
	}
	if strings.Contains(a.body, "<form") {
		t.Errorf("the answer holds a form:\n%s", a.body)
	}
	b := s.browser(t)
	form := b.get("/login").fill(t, "/login", url.Values{"email": {adminEmail}, "password": {password}})
	signedIn := b.post("/login", form, "HX-Request: true")
	if signedIn.header.Get("HX-Redirect") != "/profile" || signedIn.header.Get("Location") != "" {
		t.Errorf("sign in by htmx: got %d, HX-Redirect %q, Location %q", signedIn.status, signedIn.header.Get("HX-Redirect"), signedIn.header.Get("Location"))
	}
	if !b.signedIn() {
		t.Error("sign in by htmx: not signed in")
	}
}
