package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"runnerdb/accounts"
)

// R043, R048: who has given the password alone is not signed in, and has
// nothing that opens anything else; the code has to come within 5 minutes.
func TestHalfSignedInIsNotSignedIn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner := s.browser(t)
		owner.signIn()
		app, _ := setUpFactor(t, owner)
		b := s.browser(t)
		b.get("/login")
		planted := b.sessionCookie().Value
		a := b.trySignIn(adminEmail, password, url.Values{"remember": {"yes"}})
		next := a.header.Get("Location")
		half := b.sessionCookie().Value
		if half == planted {
			t.Error("the token of before the password is kept")
		}
		for _, path := range []string{"/profile", "/admin/users", "/admin/runners", factorPath} {
			if a := b.get(path); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login?next=") {
				t.Errorf("%s: got %d to %q, want 303 to sign in", path, a.status, a.header.Get("Location"))
			}
		}
		if strings.Contains(strings.Join(s.stored(t)["second_steps"], "\n"), half) || len(s.stored(t)["sessions"]) != 1 {
			t.Error("the token is stored, or is a session")
		}
		form := b.get(next).fill(t, "/login/code", nil)
		if a := s.browser(t).post("/login/code", form); a.status != http.StatusForbidden {
			t.Errorf("the form from another browser: got %d, want 403", a.status)
		}
		if a := s.browser(t).get("/login/code", "Cookie: runnerdb="+planted); a.status != http.StatusSeeOther {
			t.Errorf("the cookie of before: got %d, want 303", a.status)
		}
		s.clock.forward(accounts.SecondStepLifetime)
		form.Set("code", app.code(t))
		late := b.post("/login/code", form)
		if late.status != http.StatusUnprocessableEntity || late.doc(t).Find("#password").Length() != 1 || b.signedIn() {
			t.Fatalf("too late: got %d to %q, want 422 and the login", late.status, late.header.Get("Location"))
		}
		if got := late.text(t); !strings.Contains(got, "within 5 minutes") {
			t.Errorf("the page does not say why: %s", got)
		}
		a = b.giveCode(app.next(t), url.Values{"remember": {"yes"}})
		if a.status != http.StatusSeeOther || a.cookie(t).Value == half || a.cookie(t).MaxAge <= 0 {
			t.Errorf("in time: got %d with %q", a.status, a.header.Get("Set-Cookie"))
		}
		if a := b.post("/login/code", form); a.status != http.StatusForbidden {
			t.Errorf("the form once more: got %d, want 403", a.status)
		}
	})
}

// A code works once, in whichever browser; a recovery code works once.
func TestCodesWorkOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		app, codes := setUpFactor(t, b)
		if a := s.browser(t).giveCode(app.code(t)); a.status != http.StatusUnprocessableEntity || a.doc(t).Find("#code[aria-invalid=true]").Length() != 1 {
			t.Errorf("the code that switched it on: got %d, want 422", a.status)
		}
		code := app.next(t)
		early := s.browser(t)
		if a := early.giveCode(code); a.status != http.StatusSeeOther {
			t.Errorf("a new code: got %d, want 303", a.status)
		}
		if a := s.browser(t).giveCode(code); a.status != http.StatusUnprocessableEntity {
			t.Errorf("once more: got %d, want 422", a.status)
		}
		if a := s.browser(t).giveCode(strings.ToUpper(codes[3])); a.status != http.StatusSeeOther {
			t.Errorf("a recovery code: got %d, want 303", a.status)
		}
		if a := s.browser(t).giveCode(codes[3]); a.status != http.StatusUnprocessableEntity {
			t.Errorf("once more: got %d, want 422", a.status)
		}
		if got := early.get(factorPath).text(t); !strings.Contains(got, "9 are left.") {
			t.Errorf("the page says %s", got)
		}
		fresh := early.post(factorPath+"/codes", early.get(factorPath).fill(t, factorPath+"/codes", nil))
		newCode := fresh.doc(t).Find(".codes code").First().Text()
		if a := s.browser(t).giveCode(codes[4]); a.status != http.StatusUnprocessableEntity {
			t.Errorf("a code of before the new ones: got %d, want 422", a.status)
		}
		if a := s.browser(t).giveCode(newCode); a.status != http.StatusSeeOther {
			t.Errorf("a new recovery code: got %d, want 303", a.status)
		}
	}, patient)
}

// patient lets a test try more often than the throttle does.
func patient(p *setup) { p.config.Throttle.PerAccount, p.config.Throttle.PerAddress = 100, 100 }

// Of many requests at once with one code, in two processes, one signs in.
func TestParallelRequestsWithOneCode(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		other := serveSite(t, s.location, patient)
		other.clock = s.clock
		b := s.browser(t)
		b.signIn()
		app, _ := setUpFactor(t, b)
		browsers, forms := make([]*browser, 8), make([]url.Values, 8)
		code := app.code(t)
		s.exec(t, "UPDATE second_factors SET step = 0")
		for i := range browsers {
			browsers[i] = []*site{s, other}[i%2].browser(t)
			a := browsers[i].trySignIn(adminEmail, password)
			forms[i] = browsers[i].get(a.header.Get("Location")).fill(t, "/login/code", url.Values{"code": {code}})
		}
		var group sync.WaitGroup
		var in atomic.Int64
		for i := range browsers {
			group.Go(func() {
				if browsers[i].post("/login/code", forms[i]).status == http.StatusSeeOther {
					in.Add(1)
				}
			})
		}
		group.Wait()
		if in.Load() != 1 {
			t.Errorf("%d requests signed in with one code, want 1", in.Load())
		}
	}, patient)
}

// R054: codes are throttled as passwords are, and the right password in between
// gives nobody more tries.
func TestGuessingCodesIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		app, codes := setUpFactor(t, b)
		wrong := map[string]string{"000000": "000001"}[app.next(t)]
		if wrong == "" {
			wrong = "000000"
		}
		thief := s.browser(t)
		for i := range accounts.DefaultThrottle.PerAccount {
			if a := thief.giveCode(wrong); a.status != http.StatusUnprocessableEntity {
				t.Fatalf("wrong code %d: got %d, want 422", i+1, a.status)
			}
		}
		for name, code := range map[string]string{"the right code": app.code(t), "a recovery code": codes[0]} {
			a := thief.giveCode(code)
			if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" || !strings.Contains(a.text(t), "Wait 15 minutes") {
				t.Errorf("%s after that: got %d, Retry-After %q", name, a.status, a.header.Get("Retry-After"))
			}
		}
		for _, outcome := range []string{"failed", "throttled"} {
			if !containsRow(s.stored(t)["audit_log"], []string{`action="second step"`, `outcome="` + outcome + `"`, `object="admin@example.org"`}) {
				t.Errorf("a %s second step is not in the audit log", outcome)
			}
		}
		s.clock.forward(accounts.DefaultThrottle.Window)
		if a := thief.giveCode(app.code(t)); a.status != http.StatusSeeOther {
			t.Errorf("15 minutes later: got %d, want 303", a.status)
		}
	})
}

// R055: a second factor shows only to who knows the password.
func TestASecondFactorDoesNotShowBeforeThePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	before := s.browser(t).trySignIn(adminEmail, "wrong horse battery")
	b.signIn()
	setUpFactor(t, b)
	after := s.browser(t).trySignIn(adminEmail, "wrong horse battery")
	if before.status != after.status || masked(before.body) != masked(after.body) {
		t.Errorf("a wrong password: got %d before, %d with a second factor, or another page", before.status, after.status)
	}
}

// A link to set a password leads a user with a second factor to the code.
func TestALinkDoesNotGoRoundTheSecondFactor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, user := s.browser(t), s.browser(t)
		owner.signIn()
		user.trySignIn(markupEmail, password)
		app, _ := setUpFactor(t, user)
		link := linkOn(t, act(t, owner, 2, "link", nil))
		guest := s.browser(t)
		a := accept(t, guest, link, newPassword)
		next := a.header.Get("Location")
		if !strings.HasPrefix(next, "/login/code?") || guest.signedIn() {
			t.Fatalf("got %d to %q", a.status, next)
		}
		a = guest.post("/login/code", guest.get(next).fill(t, "/login/code", url.Values{"code": {app.next(t)}}))
		if a.header.Get("Location") != "/profile?done=welcome" || !guest.signedIn() {
			t.Errorf("with the code: got %d to %q", a.status, a.header.Get("Location"))
		}
	})
}
