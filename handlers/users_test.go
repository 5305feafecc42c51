package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"runnerdb/accounts"
)

var inviteLink = regexp.MustCompile(`^http://[^/\s]+(/invite/[A-Za-z0-9_-]{43})$`)

// rowsOf are the rows of the tables on a page, with a bar between cells.
func rowsOf(t *testing.T, a answer) string {
	t.Helper()
	return strings.Join(a.doc(t).Find("tbody tr").Map(func(_ int, row *goquery.Selection) string {
		return strings.Join(row.Children().Map(func(_ int, cell *goquery.Selection) string {
			return strings.Join(strings.Fields(cell.Text()), " ")
		}), " | ")
	}), "\n")
}

// invite lets an owner invite somebody, and gives the path of the link.
func invite(t *testing.T, owner *browser, email, name string, role accounts.Role) string {
	t.Helper()
	form := owner.get("/admin/users").fill(t, "/admin/users/invite", url.Values{"email": {email}, "name": {name}, "role": {string(role)}})
	return linkOn(t, owner.post("/admin/users/invite", form))
}

func linkOn(t *testing.T, a answer) string {
	t.Helper()
	link := inviteLink.FindStringSubmatch(a.doc(t).Find(".secret code").Text())
	if a.status != http.StatusOK || link == nil {
		t.Fatalf("got %d and no link:\n%s", a.status, a.body)
	}
	return link[1]
}

// accept opens a link and chooses a password.
func accept(t *testing.T, b *browser, link, password string) answer {
	t.Helper()
	return b.post(link, b.get(link).fill(t, link, url.Values{"new": {password}, "again": {password}}))
}

// An owner invites somebody by a link, which is shown once, works once and
// signs in who uses it.
func TestAnInvitedUserChoosesAPasswordAndIsSignedIn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, guest := s.browser(t), s.browser(t)
		owner.signIn()
		link := invite(t, owner, " Zola@Example.org ", "Zola", accounts.Editor)
		token := strings.TrimPrefix(link, accounts.InvitationPath)
		if stored := fmt.Sprint(s.stored(t)); strings.Contains(stored, token) || !strings.Contains(stored, accounts.HashToken(token)) {
			t.Error("the database holds the link's token, or not its hash")
		}
		list := owner.get("/admin/users")
		if got := rowsOf(t, list); !strings.Contains(got, "Zola | Zola@Example.org | editor | invited | never") || strings.Contains(list.body, token) {
			t.Errorf("the list of users says %s", got)
		}
		if a := guest.trySignIn("zola@example.org", ""); a.status != http.StatusUnprocessableEntity {
			t.Errorf("sign in without a password: got %d, want 422", a.status)
		}
		weak := guest.post(link, guest.get(link).fill(t, link, url.Values{"new": {"Zola@Example.org"}, "again": {"Zola@Example.org"}}))
		if weak.status != http.StatusUnprocessableEntity || weak.doc(t).Find("#new[aria-invalid=true]").Length() != 1 {
			t.Errorf("a weak password: got %d, want 422 and why", weak.status)
		}
		planted := guest.sessionCookie().Value
		a := accept(t, guest, link, newPassword)
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/profile?done=welcome" || a.cookie(t).Value == planted {
			t.Fatalf("got %d to %q", a.status, a.header.Get("Location"))
		}
		if got := guest.get("/profile").doc(t).Find("h1").Text(); got != "Welcome, Zola!" {
			t.Errorf("got %q", got)
		}
		// R096.
		if s.log.contains(token) || s.log.contains(newPassword) {
			t.Error("the log holds the link or the password")
		}
		if a := s.browser(t).get(link); a.status != http.StatusNotFound || !strings.Contains(a.text(t), "does not work any more") {
			t.Errorf("the link once more: got %d, want 404", a.status)
		}
		for _, want := range [][]string{{`action="invite"`, `actor="admin@example.org"`}, {`action="accept invitation"`, `actor="Zola@Example.org"`}} {
			if !containsRow(s.stored(t)["audit_log"], want) {
				t.Errorf("the audit log lacks %q", want)
			}
		}
	})
}

func TestLinksEndAndGuessingThemIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, guest := s.browser(t), s.browser(t)
		owner.signIn(url.Values{"remember": {"yes"}})
		link := invite(t, owner, "zola@example.org", "Zola", accounts.Owner)
		form := guest.get(link).fill(t, link, url.Values{"new": {newPassword}, "again": {newPassword}})
		s.clock.forward(accounts.InvitationLifetime - time.Minute)
		if a := guest.get(link); a.status != http.StatusOK {
			t.Errorf("a minute before its end: got %d, want 200", a.status)
		}
		s.clock.forward(2 * time.Minute)
		if a := guest.post(link, form); a.status != http.StatusNotFound {
			t.Errorf("after its end: got %d, want 404", a.status)
		}
		owner.confirm(password)
		if got := rowsOf(t, owner.get("/admin/users")); !strings.Contains(got, "invitation ended") {
			t.Errorf("the list of users says %s", got)
		}
		for _, token := range []string{"x", accounts.NewToken(), "", strings.Repeat("A", 43)} {
			if a := guest.get(accounts.InvitationPath + token); a.status != http.StatusNotFound {
				t.Errorf("%q: got %d, want 404", token, a.status)
			}
		}
		for range accounts.DefaultThrottle.PerAccount - 1 {
			guest.post(accounts.InvitationPath+accounts.NewToken(), form)
		}
		if a := guest.post(accounts.InvitationPath+accounts.NewToken(), form); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
			t.Errorf("one more: got %d, want 429", a.status)
		}
	})
}

// act sends one of the forms of a user's page.
func act(t *testing.T, owner *browser, id int, action string, more url.Values) answer {
	t.Helper()
	path := "/admin/users/" + strconv.Itoa(id)
	return owner.post(path+"/"+action, owner.get(path).fill(t, path+"/"+action, more))
}

// R046: whose role changes, or who is disabled or deleted, is signed out
// everywhere at the next request.
func TestWhatAnOwnerDoesToAUserHoldsAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, user := s.browser(t), serveSite(t, s.location).browser(t)
		owner.signIn()
		signIn := func(want int) {
			t.Helper()
			if a := user.trySignIn(markupEmail, password); a.status != want {
				t.Fatalf("sign in: got %d, want %d", a.status, want)
			}
		}
		done := func(a answer, action string) {
			t.Helper()
			if a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/users?done="+action {
				t.Errorf("%s: got %d to %q", action, a.status, a.header.Get("Location"))
			}
			if user.signedIn() {
				t.Errorf("%s: still signed in", action)
			}
		}
		signIn(http.StatusSeeOther)
		done(act(t, owner, 2, "role", url.Values{"role": {"editor"}}), "role")
		signIn(http.StatusSeeOther)
		if got := user.get("/profile").doc(t).Find("dd").Last().Text(); got != "editor" {
			t.Errorf("the role is not changed: %s", got)
		}
		done(act(t, owner, 2, "disable", nil), "disable")
		signIn(http.StatusUnprocessableEntity)
		done(act(t, owner, 2, "enable", nil), "enable")
		signIn(http.StatusSeeOther)
		// A link sets a new password, and ends what the old one opened.
		link := linkOn(t, act(t, owner, 2, "link", nil))
		if !user.signedIn() {
			t.Error("making a link signed the user out")
		}
		accept(t, s.browser(t), link, newPassword)
		if user.signedIn() {
			t.Error("the old session outlives the old password")
		}
		done(act(t, owner, 2, "delete", nil), "delete")
		signIn(http.StatusUnprocessableEntity)
		if a := owner.get("/admin/users/2"); a.status != http.StatusNotFound {
			t.Errorf("a deleted user: got %d, want 404", a.status)
		}
	})
}

// R062, R063: a form that somebody else has overtaken is refused, fields that
// it does not have change nothing, and the last owner stays.
func TestWhatAnOwnerCannotDo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner := s.browser(t)
		owner.signIn()
		path := "/admin/users/2"
		stale := owner.get(path).fill(t, path+"/role", url.Values{"role": {"owner"}})
		act(t, owner, 2, "role", url.Values{"role": {"editor"}, "id": {"1"}, "password_hash": {"x"}, "email": {"x@example.org"}, "disabled": {"true"}})
		if rows := s.stored(t)["users"]; !containsRow(rows, []string{`id="2"`, `role="editor"`, markupEmail}) || !containsRow(rows, []string{`id="1"`, `role="owner"`}) {
			t.Errorf("fields that the form does not have were taken: %q", rows)
		}
		users := fmt.Sprint(s.stored(t)["users"])
		if a := owner.post(path+"/role", stale); a.status != http.StatusConflict {
			t.Errorf("an old version: got %d, want 409", a.status)
		}
		fresh := owner.get(path).fill(t, path+"/role", nil)
		for name, test := range map[string]struct {
			path, field, value string
			want               int
		}{
			"no such role":     {path + "/role", "role", "king", http.StatusBadRequest},
			"two roles":        {path + "/role", "role", "owner,editor", http.StatusBadRequest},
			"no version":       {path + "/role", "version", "", http.StatusBadRequest},
			"a made-up one":    {path + "/delete", "version", "-1", http.StatusBadRequest},
			"nobody":           {"/admin/users/999/delete", "", "", http.StatusNotFound},
			"no number":        {"/admin/users/x/delete", "", "", http.StatusNotFound},
			"the version in q": {path + "/delete?version=3", "version", "", http.StatusBadRequest},
		} {
			form := url.Values{"form_token": fresh["form_token"], "version": fresh["version"], "role": {"viewer"}}
			form.Set(test.field, test.value)
			if a := owner.post(test.path, form); a.status != test.want {
				t.Errorf("%s: got %d, want %d", name, a.status, test.want)
			}
		}
		for _, action := range []string{"role", "disable", "delete"} {
			a := act(t, owner, 1, action, url.Values{"role": {"viewer"}})
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), "Make somebody else an owner first.") {
				t.Errorf("%s of the last owner: got %d, want 422 and why", action, a.status)
			}
		}
		if !owner.signedIn() || fmt.Sprint(s.stored(t)["users"]) != users {
			t.Error("a refused change has changed something")
		}
		for _, test := range []struct{ email, name, role, field string }{
			{"nobody", "Zola", "editor", "email"},
			{"ADMIN@example.org", "Zola", "editor", "email"},
			{"zola@example.org", "  ", "editor", "name"},
			{"zola@example.org", strings.Repeat("é", 201), "editor", "name"},
			{"zola@example.org", "Zola", "king", "role"},
		} {
			form := owner.get("/admin/users").fill(t, "/admin/users/invite", url.Values{"email": {test.email}, "name": {test.name}, "role": {test.role}})
			a := owner.post("/admin/users/invite", form)
			if a.status != http.StatusUnprocessableEntity || a.doc(t).Find("#"+test.field+"[aria-invalid=true]").Length() != 1 {
				t.Errorf("invite %q: got %d, want 422 and why at %s", test, a.status, test.field)
			}
		}
	})
}

// R064: owners read who did what; others don't.
func TestTheAuditLogIsRead(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner := s.browser(t)
		owner.signIn()
		act(t, owner, 2, "role", url.Values{"role": {"editor"}})
		for i := range 12 {
			s.browser(t).trySignIn(fmt.Sprintf("user%d@example.org", i), "wrong horse battery")
		}
		all := rowsOf(t, owner.get("/admin/audit"))
		if !strings.Contains(all, "change role | user "+markupEmail+"Role: viewer editor | ok") {
			t.Errorf("the change does not show: %s", all)
		}
		if strings.Index(all, "user11@example.org") > strings.Index(all, "user3@example.org") {
			t.Error("the newest entry does not stand first")
		}
		rows := func(path string) int { return owner.get(path).doc(t).Find("tbody tr").Length() }
		for path, want := range map[string]int{
			"/admin/audit":                                            14,
			"/admin/audit?person=ADMIN@example.org":                   2,
			"/admin/audit?kind=user":                                  1,
			"/admin/audit?kind=sign-in":                               13,
			"/admin/audit?kind=sign-in&person=user3@example.org":      1,
			"/admin/audit?kind=nothing":                               0,
			"/admin/audit?person=%25":                                 0,
			"/admin/audit?page=2":                                     0,
			"/admin/audit?page=x":                                     14,
			"/admin/audit?person='%20OR%201=1%20--":                   0,
			"/admin/audit?kind=user&person=admin@example.org&page=-1": 1,
		} {
			if got := rows(path); got != want {
				t.Errorf("%s: got %d entries, want %d", path, got, want)
			}
		}
		for i := range 60 {
			s.exec(t, fmt.Sprintf("INSERT INTO audit_log (at, actor, address, action, outcome, kind, object_id, object) VALUES (%d, 'x', '', 'x', 'ok', 'x', 0, 'x')", i))
		}
		first := owner.get("/admin/audit?kind=x")
		next := first.doc(t).Find("a[rel=next]").AttrOr("href", "")
		if n := first.doc(t).Find("tbody tr").Length(); n != 50 || next == "" {
			t.Fatalf("got %d entries and next %q, want 50 and a second page", n, next)
		}
		if n := rows(next); n != 10 {
			t.Errorf("%s: got %d entries, want 10", next, n)
		}
	})
}
