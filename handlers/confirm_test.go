package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
)

// confirm gives the password again.
func (b *browser) confirm(password string) answer {
	b.t.Helper()
	page := b.get("/profile/confirm?next=%2Fadmin%2Fusers")
	return b.post("/profile/confirm", page.fill(b.t, "/profile/confirm", url.Values{"confirm_password": {password}}))
}

var rememberMe = url.Values{"remember": {"yes"}}

// R047: on a device that remembers its user, what could do harm takes the
// password again after half an hour; one comes to where one wanted to go.
func TestPagesThatAskForThePasswordAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b, plain := s.browser(t), s.browser(t)
		b.signIn(rememberMe)
		plain.signIn()
		s.clock.forward(accounts.DefaultLifetimes.Confirmed - time.Minute)
		for _, path := range []string{"/admin/users", "/admin/users/2", factorPath} {
			if a := b.get(path); a.status != http.StatusOK {
				t.Errorf("%s, 29 minutes later: got %d, want 200", path, a.status)
			}
		}
		s.clock.forward(2 * time.Minute)
		for _, path := range []string{"/admin/users?q=nomsa&sort=seen", "/admin/users/2", factorPath} {
			a := b.get(path)
			ask := a.header.Get("Location")
			if a.status != http.StatusSeeOther || ask != "/profile/confirm?"+(url.Values{"next": {path}}).Encode() || strings.Contains(a.body, "@example.org") {
				t.Errorf("%s: got %d to %q, want 303 to the question", path, a.status, ask)
			}
			if a := b.fragment(path); a.status != http.StatusNoContent || a.header.Get("HX-Redirect") != ask {
				t.Errorf("%s, htmx: got %d to %q", path, a.status, a.header.Get("HX-Redirect"))
			}
			if a := plain.get(path); a.status != http.StatusOK {
				t.Errorf("%s in a session that is not remembered: got %d, want 200", path, a.status)
			}
		}
		for _, path := range []string{"/profile", "/admin/runners", "/admin/audit"} {
			if a := b.get(path); a.status != http.StatusOK {
				t.Errorf("%s: got %d, want 200", path, a.status)
			}
		}
		ask := "/profile/confirm?next=%2Fadmin%2Fusers%3Fq%3Dnomsa"
		wrong := b.post("/profile/confirm", b.get(ask).fill(t, "/profile/confirm", url.Values{"confirm_password": {"wrong horse battery"}}))
		if wrong.status != http.StatusUnprocessableEntity || wrong.doc(t).Find("#confirm_password[aria-invalid=true]").Length() != 1 || b.get("/admin/users").status != http.StatusSeeOther {
			t.Errorf("a wrong password: got %d, want 422 and why", wrong.status)
		}
		a := b.post("/profile/confirm", wrong.fill(t, "/profile/confirm", url.Values{"confirm_password": {password}}))
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/users?q=nomsa" {
			t.Errorf("the right one: got %d to %q", a.status, a.header.Get("Location"))
		}
		if a := b.get("/admin/users"); a.status != http.StatusOK {
			t.Errorf("after it: got %d, want 200", a.status)
		}
		// R039.
		for _, next := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""} {
			form := b.get("/profile/confirm").fill(t, "/profile/confirm", url.Values{"confirm_password": {password}, "next": {next}})
			if got := b.post("/profile/confirm", form).header.Get("Location"); got != "/profile" {
				t.Errorf("next=%q leads to %q", next, got)
			}
		}
	})
}

// R047: a form that was open for too long asks for the password and then does
// what it was sent for.
func TestAFormIsNotLostWhenThePasswordIsAskedFor(t *testing.T) {
	t.Parallel()
	for kind, headers := range map[string][]string{"plain": nil, "htmx": {"HX-Request: true"}} {
		t.Run(kind, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *site) { inviteLate(t, s, headers) })
		})
	}
}

func inviteLate(t *testing.T, s *site, headers []string) {
	t.Helper()
	const path = "/admin/users/invite"
	b := s.browser(t)
	b.signIn(rememberMe)
	form := b.get("/admin/users").fill(t, path, url.Values{"email": {"zola@example.org"}, "name": {`Zola <"&>`}, "role": {"editor"}})
	s.clock.forward(accounts.DefaultLifetimes.Confirmed)
	users := strings.Join(s.stored(t)["users"], "\n")
	ask := b.post(path, form, headers...)
	if ask.status != http.StatusUnprocessableEntity || ask.doc(t).Find("#confirm_password").Length() != 1 {
		t.Fatalf("got %d, want 422 and the question", ask.status)
	}
	wrong := b.post(path, ask.fill(t, path, url.Values{"confirm_password": {"wrong horse battery"}}), headers...)
	if wrong.status != http.StatusUnprocessableEntity || strings.Join(s.stored(t)["users"], "\n") != users || strings.Contains(wrong.body, "wrong horse") {
		t.Errorf("a wrong password: got %d, or something was changed", wrong.status)
	}
	linkOn(t, b.post(path, wrong.fill(t, path, url.Values{"confirm_password": {password}}), headers...))
	if !containsRow(s.stored(t)["users"], []string{`email="zola@example.org"`, `role="editor"`}) {
		t.Error("nobody was invited")
	}
	if a := b.get("/admin/users"); a.status != http.StatusOK {
		t.Errorf("the list after that: got %d, want 200", a.status)
	}
}

// R059: who finds such a device can't guess the password there.
func TestConfirmingIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn(rememberMe)
		s.clock.forward(accounts.DefaultLifetimes.Confirmed)
		for range accounts.DefaultThrottle.PerAccount {
			b.confirm("wrong horse battery")
		}
		if a := b.confirm(password); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
			t.Errorf("got %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
		}
		if !b.signedIn() {
			t.Error("the session has ended")
		}
	})
}
