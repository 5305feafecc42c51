package handlers_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R103: a page that is made while the records change shows the newer state. A
// database that is set back to the older one must not bring that page back, nor
// what was cached to make it.
func TestFaultPagesMadeDuringALostChange(t *testing.T) {
	t.Parallel()
	paths := []string{"/", "/runners/11", "/runners?q=thandi", "/predict?runner=11", "/races/1", "/races/1/export", api + "/runners/11"}
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			location := clubLocation(t, engine)
			setBack := querytest.SetBack(t, location)
			for _, path := range paths {
				want := serveSite(t, location).browser(t).get(path)
				s, hooked := siteThatChanges(t, location)
				b := s.browser(t)
				lost := b.get(path)
				if !hooked() || lost.body == want.body {
					t.Fatalf("%s does not show what changes while it is made, so that the test can't fail", path)
				}
				setBack()
				headers := []string(nil)
				if tag := lost.header.Get("ETag"); tag != "" {
					headers = []string{"If-None-Match: " + tag}
				}
				for _, headers := range [][]string{headers, nil} {
					if a := b.get(path, headers...); a.status != http.StatusOK || a.body != want.body {
						t.Errorf("%s %v: got %d, %.500s", path, headers, a.status, a.text(t))
					}
				}
				if err := s.db.Close(); err != nil { // SQLite reads best alone
					t.Fatal(err)
				}
			}
		})
	}
}

// siteThatChanges serves a database. The records change once, right after the
// first request has asked for their version; hooked reports whether they have.
func siteThatChanges(t *testing.T, location string) (s *site, hooked func() bool) {
	t.Helper()
	var armed, done atomic.Bool
	elsewhere := querytest.Open(t, location)
	now := func() time.Time {
		if armed.CompareAndSwap(true, false) {
			changeAllThatShows(t, elsewhere)
			done.Store(true)
		}
		return time.Now()
	}
	s = serveSite(t, location, func(p *setup) { p.config.Now = now })
	if err := s.db.WarmUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	armed.Store(true)
	return s, done.Load
}

// changeAllThatShows changes a runner, the club's name and a result of race 1.
func changeAllThatShows(t *testing.T, db *queries.DB) {
	t.Helper()
	actor := queries.AtCommandLine(time.Now())
	for _, id := range []int64{three, thandi1} {
		runner, err := db.AnyRunner(t.Context(), id)
		if err != nil {
			t.Error(err)
			return
		}
		runner.Name += " Lost"
		if err := db.UpdateRunner(t.Context(), runner, actor); err != nil {
			t.Error(err)
		}
	}
	settings, err := db.Settings(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	settings.Name = "Lost Athletic Club"
	if err := db.SetSettings(t.Context(), settings, actor); err != nil {
		t.Error(err)
	}
	results, err := db.ResultsOfRace(t.Context(), 1)
	if err != nil || len(results) == 0 {
		t.Errorf("%d results, %v", len(results), err)
		return
	}
	for _, result := range results {
		result.Status, result.Net, result.Gun = club.Finished, result.Net+600_000, result.Gun+600_000
		if err := db.UpdateResult(t.Context(), result, actor); err != nil {
			t.Error(err)
		}
	}
}
