package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"runnerdb/accounts"
)

const newPassword = "seven goats on a taxi roof"

func changeOf(current, chosen, again string) url.Values {
	return url.Values{"current": {current}, "new": {chosen}, "again": {again}}
}

// R044, R046: a new password ends every session but the one that set it,
// which gets a new token; in every process, at the next request.
func TestANewPasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		process := serveSite(t, s.location)
		here, there := s.browser(t), process.browser(t)
		here.signIn(url.Values{"remember": {"yes"}})
		there.signIn()
		old := "Cookie: runnerdb=" + here.sessionCookie().Value
		a := here.post("/profile/password", here.get("/profile").fill(t, "/profile/password", changeOf(password, newPassword, newPassword)))
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/profile?done=password" {
			t.Fatalf("got %d to %q:\n%s", a.status, a.header.Get("Location"), a.body)
		}
		if cookie := a.cookie(t); cookie.MaxAge <= 0 || "Cookie: runnerdb="+cookie.Value == old {
			t.Errorf("the cookie is not new, or not remembered: %s", cookie.Raw)
		}
		if got := here.get("/profile?done=password").text(t); !strings.Contains(got, "Your password is changed.") {
			t.Errorf("the page does not say so: %s", got)
		}
		if there.signedIn() {
			t.Error("the other session still holds")
		}
		if a := s.browser(t).get("/profile", old); a.status != http.StatusSeeOther {
			t.Errorf("the token of before: got %d, want 303", a.status)
		}
		if a := there.trySignIn(adminEmail, password); a.status != http.StatusUnprocessableEntity {
			t.Errorf("the old password: got %d, want 422", a.status)
		}
		if a := there.trySignIn(adminEmail, newPassword); a.status != http.StatusSeeOther {
			t.Errorf("the new password: got %d, want 303", a.status)
		}
		if !containsRow(s.stored(t)["audit_log"], []string{`action="change password"`, `outcome="ok"`, `actor="admin@example.org"`}) {
			t.Error("the change is not in the audit log")
		}
	})
}

// R059: the current password is needed, and the new one must not be easy to
// guess; the page says at the field what is wrong, and nothing is changed.
func TestWhichNewPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	b.signIn()
	users := strings.Join(s.stored(t)["users"], "\n")
	for _, test := range []struct {
		name, current, chosen, again, field, words string
	}{
		{"wrong current password", "wrong horse battery", newPassword, newPassword, "current", "not your current password"},
		{"no current password", "", newPassword, newPassword, "current", "not your current password"},
		{"short", password, "eleven char", "eleven char", "new", "at least 12 characters"},
		{"long", password, strings.Repeat("ab cd", 300), strings.Repeat("ab cd", 300), "new", "at most 1024 bytes"},
		{"common", password, "qwertyuiop123", "qwertyuiop123", "new", "too many people"},
		{"the user's name", password, "NomsaAdmin2031", "NomsaAdmin2031", "new", "a name that everybody here knows"},
		{"the club's name", password, "RCS Gugulethu AC", "RCS Gugulethu AC", "new", "a name that everybody here knows"},
		{"the same as before", password, password, password, "new", "the password that you have"},
		{"typed in two ways", password, newPassword, newPassword + "!", "again", "differ"},
	} {
		a := b.post("/profile/password", b.get("/profile").fill(t, "/profile/password", changeOf(test.current, test.chosen, test.again)))
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", test.name, a.status)
		}
		doc := a.doc(t)
		field := doc.Find("#" + test.field + "[aria-invalid=true]")
		problem := doc.Find("#" + field.AttrOr("aria-describedby", "none")).Text()
		if !strings.Contains(strings.ToLower(problem), test.words) {
			t.Errorf("%s: the field says %q, want %q", test.name, problem, test.words)
		}
		if n := doc.Find("[aria-invalid=true]").Length(); n != 1 {
			t.Errorf("%s: %d fields are wrong, want 1", test.name, n)
		}
		if doc.Find("input[type=password][value]").Length() > 0 {
			t.Errorf("%s: the page holds a password", test.name)
		}
	}
	if got := strings.Join(s.stored(t)["users"], "\n"); got != users {
		t.Errorf("the user has changed: %s", got)
	}
	if a := b.post("/profile/password", b.get("/profile").fill(t, "/profile/password", changeOf(strings.Repeat("a", 1025), newPassword, newPassword))); a.status != http.StatusBadRequest {
		t.Errorf("1025 bytes: got %d, want 400", a.status)
	}
}

// R059: whoever finds an open browser can't guess the password there.
func TestChangingThePasswordIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		for range accounts.DefaultThrottle.PerAccount {
			b.post("/profile/password", b.get("/profile").fill(t, "/profile/password", changeOf("wrong horse battery", newPassword, newPassword)))
		}
		a := b.post("/profile/password", b.get("/profile").fill(t, "/profile/password", changeOf(password, newPassword, newPassword)))
		if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" || !strings.Contains(a.text(t), "Wait 15 minutes") {
			t.Errorf("got %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
		}
	})
}

// R049: a user sees where they are signed in, and ends it there.
func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		const firefox = "User-Agent: Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
		const chrome = "User-Agent: Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
		here, phone, office, stranger := s.browser(t, chrome), s.browser(t, firefox), s.browser(t), s.browser(t)
		here.signIn()
		phone.signIn()
		office.signIn()
		if a := stranger.trySignIn(markupEmail, password); a.status != http.StatusSeeOther {
			t.Fatalf("got %d", a.status)
		}
		page := here.get("/profile")
		if n := page.doc(t).Find(".entries li").Length(); n != 3 {
			t.Fatalf("%d sessions are listed, want 3", n)
		}
		if got := page.text(t); !strings.Contains(got, "Chrome on Windows this one since") || !strings.Contains(got, "Firefox on Android since") {
			t.Errorf("the list does not name the browsers: %s", got)
		}
		var form url.Values
		page.doc(t).Find(".entries li").Each(func(_ int, item *goquery.Selection) {
			if strings.Contains(item.Text(), "Firefox on Android") {
				form = url.Values{
					"session":    {item.Find("[name=session]").AttrOr("value", "")},
					"form_token": {item.Find("[name=form_token]").AttrOr("value", "")},
				}
			}
		})
		// Another user's session can't be ended, and is not told from none.
		theirs := stranger.get("/profile").fill(t, "/profile/password", nil)
		theirs.Set("session", form.Get("session"))
		if a := stranger.post("/profile/sessions/end", theirs); a.status != http.StatusSeeOther {
			t.Errorf("another's session: got %d, want 303", a.status)
		}
		if !phone.signedIn() {
			t.Fatal("another user ended the session")
		}
		if a := here.post("/profile/sessions/end", form); a.status != http.StatusSeeOther {
			t.Errorf("end one: got %d, want 303", a.status)
		}
		if phone.signedIn() || !office.signedIn() {
			t.Error("want the phone signed out, and the office not")
		}
		if a := here.post("/profile/sessions/end-others", here.get("/profile").fill(t, "/profile/sessions/end-others", nil)); a.status != http.StatusSeeOther {
			t.Errorf("end all others: got %d, want 303", a.status)
		}
		if office.signedIn() || !here.signedIn() || !stranger.signedIn() {
			t.Error("want only the office signed out")
		}
	})
}
