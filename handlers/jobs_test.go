package handlers_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnerdb/jobs"
	"runnerdb/queries"
)

// A job is started, seen, and stopped on the page; while one is under way the
// list asks for itself again.
func TestJobsPage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		token := b.get("/profile").fill(t, "/logout", nil).Get("form_token")
		if list := b.get("/admin/jobs").doc(t).Find("#job-list"); list.Find("td").Length() != 0 || list.AttrOr("hx-get", "") != "" {
			t.Error("there are jobs before any was started")
		}
		start := func(kind, want string) {
			t.Helper()
			a := b.post("/admin/jobs", url.Values{"form_token": {token}, "kind": {kind}})
			if a.status != http.StatusSeeOther || a.header.Get("Location") != want {
				t.Errorf("start %q: got %d to %q, want %q", kind, a.status, a.header.Get("Location"), want)
			}
		}
		start(jobs.Rebuild.Kind, "/admin/jobs?done=started")
		refused := func(name string, a answer, why string) {
			t.Helper()
			if got := a.doc(t).Find(".problem").Text(); a.status != http.StatusUnprocessableEntity || !strings.Contains(got, why) || a.doc(t).Find("#job-list").Length() != 1 {
				t.Errorf("%s: got %d %q, want 422 and %q", name, a.status, got, why)
			}
		}
		refused("start again", b.post("/admin/jobs", url.Values{"form_token": {token}, "kind": {jobs.Rebuild.Kind}}), "waiting or under way already")
		if a := b.post("/admin/jobs", url.Values{"form_token": {token}, "kind": {"no such"}}); a.status != http.StatusBadRequest {
			t.Errorf("an unknown kind: got %d, want 400", a.status)
		}
		job, err := s.db.ClaimJob(t.Context(), []string{jobs.Rebuild.Kind}, "worker", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		lease := queries.Lease{Job: job.ID, Holder: "worker", For: time.Minute}
		if _, err := s.db.RenewJob(t.Context(), lease, 1200, 5000); err != nil {
			t.Fatal(err)
		}
		a := b.fragment("/admin/jobs")
		list := a.doc(t).Find("#job-list")
		if a.whole() || list.AttrOr("hx-trigger", "") == "" || !strings.Contains(strings.ReplaceAll(list.Text(), "\u00a0", " "), "of 5") ||
			list.Find("progress").AttrOr("value", "") != "1200" {
			t.Errorf("a job under way: %s", a.body)
		}
		// Its process dies: that is seen, and need not be waited out.
		resume := "/admin/jobs/" + strconv.FormatInt(job.ID, 10) + "/resume"
		refused("resume what goes on", b.post(resume, url.Values{"form_token": {token}}), "goes on")
		s.exec(t, "UPDATE jobs SET lease_until = lease_until - 50000")
		page := b.get("/admin/jobs")
		if text := page.doc(t).Find("#job-list").Text(); !strings.Contains(text, "interrupted") {
			t.Errorf("an interrupted job: %s", text)
		}
		if a := b.post(resume, page.fill(t, resume, nil)); a.header.Get("Location") != "/admin/jobs?done=resumed" {
			t.Errorf("resume: got %d to %q", a.status, a.header.Get("Location"))
		}
		if _, err := s.db.RenewJob(t.Context(), lease, 1, 1); !errors.Is(err, queries.ErrLeaseLost) {
			t.Errorf("the holder of old: got %v, want ErrLeaseLost", err)
		}
		if _, err := s.db.ClaimJob(t.Context(), []string{jobs.Rebuild.Kind}, "worker", time.Minute); err != nil {
			t.Fatal(err)
		}
		cancel := list.Find("form").AttrOr("action", "")
		form := b.get("/admin/jobs").fill(t, cancel, nil)
		if a := b.post(cancel, form); a.header.Get("Location") != "/admin/jobs?done=cancelled" {
			t.Errorf("cancel: got %d to %q", a.status, a.header.Get("Location"))
		}
		if text := b.get("/admin/jobs").doc(t).Find("#job-list").Text(); !strings.Contains(text, "stopping") || strings.Contains(text, "Cancel") {
			t.Errorf("a job that is told to stop: %s", text)
		}
		if err := s.db.FinishJob(t.Context(), lease, queries.JobDone, "<b>5000</b> runners indexed.", 5000, 5000); err != nil {
			t.Fatal(err)
		}
		list = b.get("/admin/jobs").doc(t).Find("#job-list")
		if !strings.Contains(list.Text(), "<b>5000</b> runners") || !strings.Contains(list.Text(), adminEmail) || list.AttrOr("hx-get", "") != "" {
			t.Errorf("a job that is done: %s", list.Text())
		}
		refused("cancel what is over", b.post(cancel, form), "had ended already")
		if a := b.post("/admin/jobs/999/cancel", form); a.status != http.StatusNotFound {
			t.Errorf("cancel nobody's: got %d, want 404", a.status)
		}
	})
}
