package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"runnerdb/accounts"
)

// The list of users is searched, filtered, sorted and leafed through, and its
// address says how.
func TestTheListOfUsersKeepsItsStateInTheAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner := s.browser(t)
		owner.signIn()
		for path, want := range map[string]string{
			"/admin/users":                                    "62 users",
			"/admin/users?q=runner":                           "60 users",
			"/admin/users?q=RUNNER&role=editor":               "60 users",
			"/admin/users?q=runner1&state=active":             "10 users",
			"/admin/users?role=owner":                         "1 user",
			"/admin/users?state=disabled":                     "0 users",
			"/admin/users?state=none&role=king&sort=password": "62 users",
			"/admin/users?q=%25":                              "0 users",
		} {
			for kind, a := range map[string]answer{"page": owner.get(path), "fragment": owner.fragment(path)} {
				if got := a.doc(t).Find(".count").Text(); a.status != http.StatusOK || got != want || a.whole() != (kind == "page") {
					t.Errorf("%s, %s: got %d with %q, want %q", path, kind, a.status, got, want)
				}
			}
		}
		if a := owner.get("/admin/users?q=%00"); a.status != http.StatusBadRequest {
			t.Errorf("NUL: got %d, want 400", a.status)
		}
		first := owner.get("/admin/users?q=runner&sort=email")
		doc := first.doc(t)
		if got := doc.Find("th[aria-sort=ascending]").Text(); !strings.Contains(got, "E-mail address") {
			t.Errorf("sorted by %q", got)
		}
		if got := doc.Find("th a.sort").Eq(2).AttrOr("href", ""); got != "/admin/users?q=runner&sort=role" {
			t.Errorf("the head of roles leads to %q", got)
		}
		next := doc.Find("a[rel=next]").AttrOr("href", "")
		if next != "/admin/users?page=2&q=runner&sort=email" {
			t.Fatalf("the next page is %q", next)
		}
		second := owner.get(next)
		if rows := strings.Count(rowsOf(t, second), "\n") + 1; rows != 10 || !strings.Contains(rowsOf(t, second), "runner59@example.org") {
			t.Errorf("the second page has %d rows, want 10", rows)
		}
		if got := doc.Find("form.files").AttrOr("action", ""); !strings.Contains(got, "q=runner") {
			t.Errorf("the file is not as the list: %q", got)
		}
		if a := owner.file("/admin/users/export?format=csv&q=runner1"); strings.Count(a.body, "\n") != 11 {
			t.Errorf("the file has %d lines, want 11", strings.Count(a.body, "\n"))
		}
	}, func(p *setup) {
		for i := range 60 {
			p.users = append(p.users, accounts.User{
				Email: fmt.Sprintf("runner%02d@example.org", i), Name: fmt.Sprint("Member ", i), Role: accounts.Editor, PasswordHash: "hash",
			})
		}
	})
}

// The audit log is read by person and by object, from the pages of both.
func TestTheAuditLogIsReadByPersonAndByObject(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner := s.browser(t)
		owner.signIn()
		act(t, owner, 2, "role", url.Values{"role": {"editor"}})
		act(t, owner, 2, "disable", nil)
		form := owner.get("/admin/runners/1/edit").fill(t, "/admin/runners/1", nil)
		form.Set("name", "Karabo Changed")
		if a := owner.post("/admin/runners/1", form); a.status != http.StatusSeeOther {
			t.Fatalf("edit: got %d", a.status)
		}
		links := owner.get("/admin/users/2").doc(t).Find(".links a")
		to := links.Last().AttrOr("href", "")
		if to != "/admin/audit?id=2&kind=user" {
			t.Fatalf("what was done to the user is at %q", to)
		}
		page := owner.get(to)
		if got := page.doc(t).Find("tbody tr").Length(); got != 2 {
			t.Errorf("%s: got %d entries, want 2", to, got)
		}
		if got := page.doc(t).Find(".onward a").AttrOr("href", ""); got != "/admin/audit?kind=user" {
			t.Errorf("all objects are at %q", got)
		}
		if got := page.doc(t).Find("tbody th a").AttrOr("href", ""); got != "/admin/audit?person=admin%40example.org" {
			t.Errorf("the person's deeds are at %q", got)
		}
		history := owner.get("/admin/runners/1").doc(t).Find("tbody a.sort").AttrOr("href", "")
		if history != "/admin/audit?id=1&kind=runner" || owner.get(history).doc(t).Find("tbody tr").Length() != 1 {
			t.Errorf("the runner's deeds are at %q", history)
		}
		viewer := s.browser(t)
		viewer.trySignIn("viewer@example.org", password)
		if a := viewer.get("/admin/runners/1"); a.status != http.StatusOK || strings.Contains(a.body, "/admin/audit") {
			t.Errorf("a viewer is led to the audit log, or gets %d", a.status)
		}
		for _, id := range []string{"0", "-1", "x", "01", "9223372036854775808"} {
			if a := owner.get("/admin/audit?id=" + id); a.status != http.StatusNotFound {
				t.Errorf("id=%s: got %d, want 404", id, a.status)
			}
		}
	}, ofEveryRole)
}
