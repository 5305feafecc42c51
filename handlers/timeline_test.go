package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R103: a database that was set back and counts up to the same numbers again
// is another one: nothing that a process or a browser has kept of the lost
// timeline is shown.
func TestFaultNothingOfALostTimelineIsShown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		setBack := querytest.SetBack(t, s.location)
		for range querytest.Rounds(2) {
			tags := rememberLostName(t, s)
			setBack()
			editThree(t, s, func(r *club.Runner) { r.Visibility = club.Hidden })
			for path, tag := range tags {
				for _, headers := range [][]string{nil, {"If-None-Match: " + tag}} {
					a := s.browser(t).get(path, headers...)
					if a.status == http.StatusNotModified || strings.Contains(a.body, "Nomsa") {
						t.Errorf("%s %v: got %d, %.300s", path, headers, a.status, a.body)
					}
				}
			}
			setBack()
		}
	})
}

// rememberLostName gives a runner a name that is about to be lost, and has the
// site and a browser keep pages with it. It returns the ETags by address.
func rememberLostName(t *testing.T, s *site) map[string]string {
	t.Helper()
	editThree(t, s, func(r *club.Runner) { r.Name = "Nomsa Lost" })
	runner := fmt.Sprintf("/runners/%d", three)
	b, tags := s.browser(t), map[string]string{}
	for _, path := range []string{runner, "/runners?q=nomsa", "/predict?q=nomsa", api + runner} {
		a := b.get(path)
		tags[path] = a.header.Get("ETag")
		if !strings.Contains(path, "q=") && tags[path] == "" {
			t.Errorf("%s has no ETag", path)
		}
		if !strings.Contains(a.body, "Nomsa") {
			t.Errorf("%s does not show the new name: %s", path, a.text(t))
		}
	}
	return tags
}

// editThree edits a runner beside the site, as another process would.
func editThree(t *testing.T, s *site, edit func(r *club.Runner)) {
	t.Helper()
	runner, err := s.db.AnyRunner(t.Context(), three)
	if err != nil {
		t.Fatal(err)
	}
	edit(&runner)
	if err := s.db.UpdateRunner(t.Context(), runner, queries.AtCommandLine(s.clock.now())); err != nil {
		t.Fatal(err)
	}
}
