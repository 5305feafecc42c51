package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"runnerdb/handlers"

	"runnerdb/queries/querytest"
)

// A page that was made is given again, packed or not as it is asked for, without
// a look at what it shows: here its tables are gone.
func TestAPageThatWasMadeIsGivenAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		packings := []string{"Accept: */*", "Accept-Encoding: gzip", "Accept-Encoding: br"}
		first := map[string]answer{}
		for _, path := range publicPages {
			for _, packing := range packings {
				first[path+packing] = b.get(path, packing)
			}
		}
		s.exec(t, "ALTER TABLE results RENAME TO gone")
		s.exec(t, "ALTER TABLE runners RENAME TO gone_too")
		for _, path := range publicPages {
			if strings.Contains(path, "/export") {
				continue // lists stream
			}
			for _, packing := range packings {
				was, is := first[path+packing], b.get(path, packing)
				if is.status != http.StatusOK || is.body != was.body {
					t.Errorf("%s, %s: got %d and another body", path, packing, is.status)
				}
				for _, header := range []string{"ETag", "Content-Type", "Content-Encoding", "Cache-Control", "Content-Security-Policy"} {
					if is.header.Get(header) != was.header.Get(header) {
						t.Errorf("%s, %s: %s is %q, was %q", path, packing, header, is.header.Get(header), was.header.Get(header))
					}
				}
				checkVary(t, path, is)
			}
			if a := b.get(path, "Cookie: x=y"); strings.HasPrefix(path, "/runners/") && a.status == http.StatusOK {
				t.Errorf("%s: whoever has a cookie gets what was kept", path)
			}
		}
	})
}

// What another process has changed before a page is asked for is on it.
func TestAnAnswerIsNotOlderThanTheQuestion(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b, other := s.browser(t), querytest.Open(t, s.location)
		for range 5 {
			change(t, other)
			runner, err := other.AnyRunner(t.Context(), five)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{"/runners?q=five", "/predict?q=five", runnerPath(five), predictPath(five)} {
				a := b.get(path)
				for range 2 {
					if again := b.get(path); again.body != a.body {
						t.Errorf("%s: another answer without a change", path)
					}
				}
				if got := a.text(t); !strings.Contains(got, runner.Name) {
					t.Errorf("%s: %q is not on it", path, runner.Name)
				}
			}
		}
	})
}

// What is kept is bounded, and what is asked for stays.
func TestKeptAnswersAreBounded(t *testing.T) {
	kept := handlers.NewAnswers()
	kept.Put("asked for", 1000)
	for i := range 10_000 {
		kept.Put(strconv.Itoa(i), 10_000)
		if !kept.Has("asked for") {
			t.Fatalf("after %d others, what is asked for all the time is gone", i)
		}
		if size := kept.Size(); size > handlers.MaxAnswers {
			t.Fatalf("%d bytes are kept", size)
		}
	}
	if kept.Has("0") || !kept.Has("9999") {
		t.Error("the newest should be kept, and the oldest not")
	}
}
