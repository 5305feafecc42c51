package handlers_test

import (
	"errors"
	"net/http"
	"testing"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// A standby of PostgreSQL answers visitors. What it can't do is put off until it
// takes the place of the other.
func TestAStandbyAnswersVisitors(t *testing.T) {
	t.Parallel()
	database := querytest.NewServer(t)
	location := database.Location(t)
	db, err := queries.Open(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(querytest.LoadBatch(t.Context(), db, clubBatch()), db.Close()); err != nil {
		t.Fatal(err)
	}
	database.Stop(t, false)
	database.Demote(t)
	s := serveSite(t, location)
	b := s.browser(t)
	for _, path := range []string{"/readyz", "/", "/runners?q=karabo", "/runners/1", "/races/1", "/predict?runner=1", "/records", "/boards", "/accuracy"} {
		if a := b.get(path); a.status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, a.status)
		}
	}
	if a := b.trySignIn(adminEmail, password); a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("signing in: got %d, Retry-After %q, want 503", a.status, a.header.Get("Retry-After"))
	}
	database.Promote(t)
	if a := b.trySignIn(adminEmail, password); a.status != http.StatusUnprocessableEntity {
		t.Errorf("signing in once it has been promoted: got %d, want 422, as nobody is known", a.status)
	}
}
