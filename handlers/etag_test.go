package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// publicPages are pages that everybody sees alike.
var publicPages = []string{
	"/", "/runners", "/runners?q=karabo", "/runners/3", "/runners/11?distance=42k", "/predict", "/predict?q=karabo", "/predict?runner=11",
	"/races/1", "/races/1/export", "/races/1/export?format=xlsx", "/runners/1/export",
}

// change edits a runner through another process's connection.
func change(t *testing.T, db *queries.DB) {
	t.Helper()
	runner, err := db.AnyRunner(t.Context(), five)
	if err == nil {
		runner.Name += "s"
		err = db.UpdateRunner(t.Context(), runner, queries.AtCommandLine(time.Now()))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// R015 and issue 7: an unchanged page is a 304, without a look at what it
// shows: here its tables are gone.
func TestAnUnchangedPageIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		tags := map[string]string{}
		for _, path := range publicPages {
			a := b.get(path)
			if tags[path] = a.header.Get("ETag"); a.status != http.StatusOK || !strings.HasPrefix(tags[path], `W/"`) {
				t.Errorf("%s: got %d, ETag %q", path, a.status, tags[path])
			}
			if again := b.get(path); again.header.Get("ETag") != tags[path] || again.body != a.body {
				t.Errorf("%s: another answer without a change", path)
			}
			fragment := b.fragment(path, "If-None-Match: "+tags[path])
			if fragment.status != http.StatusOK && fragment.status != http.StatusNotFound {
				t.Errorf("%s: the fragment for the page's tag: got %d, want 200", path, fragment.status)
			}
		}
		s.exec(t, "ALTER TABLE results RENAME TO gone")
		s.exec(t, "ALTER TABLE runners RENAME TO gone_too")
		if a := b.get("/runners/4"); a.status != http.StatusInternalServerError {
			t.Fatalf("without its tables: got %d, so that the test can't fail", a.status)
		}
		for _, path := range publicPages {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				a := b.send(method, path, "", "If-None-Match: \"x\", "+tags[path], "Accept-Encoding: gzip")
				if a.status != http.StatusNotModified || a.body != "" || a.header.Get("ETag") != tags[path] ||
					a.header.Get("Cache-Control") != "no-cache" {
					t.Errorf("%s %s: got %d, %v", method, path, a.status, a.header)
				}
				checkVary(t, path, a)
			}
		}
	})
}

func TestAChangedPageIsMadeAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b, other := s.browser(t), querytest.Open(t, s.location)
		for _, path := range publicPages {
			tag := b.get(path).header.Get("ETag")
			change(t, other)
			changed := time.Now()
			for b.get(path, "If-None-Match: "+tag).status == http.StatusNotModified {
				if time.Since(changed) > 20*time.Second {
					t.Fatalf("%s: a change is not seen", path)
				}
			}
			a := b.get(path)
			if got := a.header.Get("ETag"); got == tag {
				t.Errorf("%s: the same ETag after a change", path)
			}
		}
	})
}

// Ages, and how long ago something was, change by themselves.
func TestNoPageIsKeptPastMidnight(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	tag := b.get(runnerPath(three)).header.Get("ETag")
	if a := b.get(runnerPath(three), "If-None-Match: "+tag); a.status != http.StatusNotModified {
		t.Fatalf("the same day: got %d, want 304", a.status)
	}
	s.clock.forward(24 * time.Hour)
	if a := b.get(runnerPath(three), "If-None-Match: "+tag); a.status != http.StatusOK {
		t.Errorf("the day after: got %d, want 200", a.status)
	}
}

// What is not everybody's, and what failed, has no name to be kept under.
func TestOnlyPublicSuccessesAreNamed(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	stranger, admin := s.browser(t), s.browser(t)
	public := stranger.get(runnerPath(three)).header.Get("ETag")
	admin.signIn()
	for _, path := range append([]string{"/profile", "/admin/runners"}, publicPages...) {
		if a := admin.get(path, "If-None-Match: "+public); a.header.Get("ETag") != "" || a.status != http.StatusOK {
			t.Errorf("%s, signed in: got %d, ETag %q", path, a.status, a.header.Get("ETag"))
		}
	}
	for _, path := range []string{"/nowhere", runnerPath(secret), runnerPath(unknownID), "/profile", "/login", predictPath(three) + "&goal=x"} {
		if a := stranger.get(path); a.header.Get("ETag") != "" {
			t.Errorf("%s: got %d, ETag %q", path, a.status, a.header.Get("ETag"))
		}
	}
	if a := admin.get(runnerPath(three), "If-None-Match: "+public); a.status != http.StatusOK {
		t.Errorf("a stranger's tag, signed in: got %d, want 200", a.status)
	}
}
