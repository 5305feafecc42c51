package handlers_test

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"runnerdb/accounts"
)

// phone is an authenticator app that knows a secret.
type phone struct {
	secret string
	clock  *clock
}

// code is what the app shows.
func (p phone) code(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(p.secret, p.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// next is what the app shows after the next change.
func (p phone) next(t *testing.T) string {
	t.Helper()
	p.clock.forward(30 * time.Second)
	return p.code(t)
}

const factorPath = "/profile/second-factor"

// setUpFactor switches a user's second factor on, and gives the app and the
// recovery codes.
func setUpFactor(t *testing.T, b *browser) (phone, []string) {
	t.Helper()
	page := b.get(factorPath)
	p := phone{strings.ReplaceAll(page.doc(t).Find("#secret").Text(), "-", ""), b.site.clock}
	a := b.post(factorPath, page.fill(t, factorPath, url.Values{"code": {p.code(t)}}))
	codes := a.doc(t).Find(".codes code").Map(func(_ int, e *goquery.Selection) string { return e.Text() })
	if a.status != http.StatusOK || len(codes) != accounts.RecoveryCodes {
		t.Fatalf("set up: got %d with %d codes:\n%s", a.status, len(codes), a.body)
	}
	return p, codes
}

// giveCode signs in with the password and then a code.
func (b *browser) giveCode(code string, more ...url.Values) answer {
	b.t.Helper()
	a := b.trySignIn(adminEmail, password, more...)
	next := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(next, "/login/code?next=") {
		b.t.Fatalf("password: got %d to %q, want 303 to the second step", a.status, next)
	}
	return b.post("/login/code", b.get(next).fill(b.t, "/login/code", url.Values{"code": {code}}))
}

// A user switches the second factor on with a code, signs in with another, and
// switches it off with the password.
func TestASecondFactorIsSetUpUsedAndSwitchedOff(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		here, there := s.browser(t), s.browser(t)
		here.signIn()
		there.signIn()
		old := "Cookie: runnerdb=" + here.sessionCookie().Value
		page := here.get(factorPath)
		doc := page.doc(t)
		if doc.Find("svg.qr path[d]").Length() != 1 || !strings.HasPrefix(doc.Find("a[href^='otpauth://totp/']").AttrOr("href", ""), "otpauth://totp/RCS%20Gugulethu%20AC:admin@example.org?") {
			t.Error("there is no picture, or no link")
		}
		wrong := here.post(factorPath, page.fill(t, factorPath, url.Values{"code": {"12345"}}))
		if wrong.status != http.StatusUnprocessableEntity || wrong.doc(t).Find("#code[aria-invalid=true]").Length() != 1 ||
			wrong.doc(t).Find("#secret").Text() != doc.Find("#secret").Text() {
			t.Errorf("a wrong code: got %d, want 422, why, and the same secret", wrong.status)
		}
		app, codes := setUpFactor(t, here)
		if there.signedIn() || s.browser(t).get("/profile", old).status != http.StatusSeeOther {
			t.Error("sessions of before still hold")
		}
		if a := here.get(factorPath); !strings.Contains(a.text(t), "10 are left.") || strings.Contains(a.body, codes[0]) {
			t.Errorf("the page says %s", a.text(t))
		}
		stored := strings.Join(append(s.stored(t)["second_factors"], s.stored(t)["recovery_codes"]...), "\n")
		raw, err := base32.StdEncoding.DecodeString(app.secret)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(stored, app.secret) || strings.Contains(stored, string(raw)) || strings.Contains(stored, codes[0]) {
			t.Errorf("the database holds a secret:\n%s", stored)
		}
		if a := there.giveCode(app.next(t), url.Values{"next": {"/admin/users"}}); a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/users" {
			t.Errorf("the second step: got %d to %q", a.status, a.header.Get("Location"))
		}
		if !there.signedIn() {
			t.Error("not signed in after the second step")
		}
		refused := here.post(factorPath+"/off", here.get(factorPath).fill(t, factorPath+"/off", url.Values{"current": {"wrong horse battery"}}))
		if refused.status != http.StatusUnprocessableEntity || refused.doc(t).Find("#current[aria-invalid=true]").Length() != 1 {
			t.Errorf("off with a wrong password: got %d, want 422", refused.status)
		}
		off := here.post(factorPath+"/off", here.get(factorPath).fill(t, factorPath+"/off", url.Values{"current": {password}}))
		if off.status != http.StatusSeeOther || !here.signedIn() || there.signedIn() {
			t.Errorf("off: got %d, here %v, there %v", off.status, here.signedIn(), there.signedIn())
		}
		if a := there.trySignIn(adminEmail, password); a.header.Get("Location") != "/profile" {
			t.Errorf("sign in after that: got to %q", a.header.Get("Location"))
		}
		for _, action := range []string{"set up second step", "second step", "switch off second step"} {
			if !containsRow(s.stored(t)["audit_log"], []string{`action="` + action + `"`, `outcome="ok"`, `actor="admin@example.org"`}) {
				t.Errorf("%q is not in the audit log", action)
			}
		}
	})
}

// The page that shows recovery codes belongs to the new session: its forms work.
func TestFormsWorkOnThePageOfRecoveryCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	b.signIn()
	page := b.get(factorPath)
	p := phone{strings.ReplaceAll(page.doc(t).Find("#secret").Text(), "-", ""), s.clock}
	a := b.post(factorPath, page.fill(t, factorPath, url.Values{"code": {p.code(t)}}))
	if out := b.post("/logout", a.fill(t, "/logout", nil)); out.status != http.StatusSeeOther || b.signedIn() {
		t.Errorf("log out from there: got %d", out.status)
	}
}

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
		if late.status != http.StatusSeeOther || !strings.HasPrefix(late.header.Get("Location"), "/login?") || b.signedIn() {
			t.Fatalf("too late: got %d to %q", late.status, late.header.Get("Location"))
		}
		if got := b.get(late.header.Get("Location")).text(t); !strings.Contains(got, "within 5 minutes") {
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

// An owner takes the second factor of somebody away, who is signed out.
func TestAnOwnerTakesASecondFactorAway(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, user := s.browser(t), s.browser(t)
		owner.signIn()
		user.trySignIn(markupEmail, password)
		if owner.get("/admin/users/2").doc(t).Find("form[action$='/second-factor']").Length() != 0 {
			t.Error("what there is not can be taken away")
		}
		setUpFactor(t, user)
		if a := act(t, owner, 2, "second-factor", nil); a.header.Get("Location") != "/admin/users?done=factor" || user.signedIn() {
			t.Errorf("got %d to %q, signed in: %v", a.status, a.header.Get("Location"), user.signedIn())
		}
		if a := user.trySignIn(markupEmail, password); a.header.Get("Location") != "/profile" {
			t.Errorf("the password alone: got to %q", a.header.Get("Location"))
		}
		if !containsRow(s.stored(t)["audit_log"], []string{`action="take away second step"`, `actor="admin@example.org"`, `object="` + markupEmail + `"`}) {
			t.Error("it is not in the audit log")
		}
	})
}

// R050: after a rotation a secret of the old key still checks codes, and is
// sealed anew by the next; without the key that sealed it recovery codes are
// what is left.
func TestSecondFactorsThroughARotation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, old *site) {
		newKey := []byte("newnewnewnewnewnewnewnewnewnewnew")
		serve := func(keys ...[]byte) *site {
			s := serveSite(t, old.location, func(p *setup) { p.config.SessionKeys = keys }, func(p *setup) { p.config.Now = old.clock.now })
			s.clock = old.clock
			return s
		}
		b := old.browser(t)
		b.signIn()
		app, codes := setUpFactor(t, b)
		rotated, without := serve(newKey, testKeys[0]), serve(newKey)
		code := app.next(t)
		a := without.browser(t).giveCode(code)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), "Use a recovery code") {
			t.Errorf("without the key: got %d", a.status)
		}
		if len(without.log.lines("second factor not opened: was a session key dropped too early?")) != 1 {
			t.Error("the log does not say so")
		}
		if a := without.browser(t).giveCode(codes[0]); a.status != http.StatusSeeOther {
			t.Errorf("a recovery code: got %d, want 303", a.status)
		}
		if a := rotated.browser(t).giveCode(code); a.status != http.StatusSeeOther {
			t.Errorf("with the old key second: got %d, want 303", a.status)
		}
		if a := without.browser(t).giveCode(app.next(t)); a.status != http.StatusSeeOther {
			t.Errorf("without the old key, after it was sealed anew: got %d, want 303", a.status)
		}
	})
}

// Where the keys end with the process nothing is sealed with them, and the page
// says what to do.
func TestNoSecondFactorWithoutLastingKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", func(p *setup) { p.config.PassingKeys = true })
	b := s.browser(t)
	b.signIn()
	page := b.get(factorPath)
	if !strings.Contains(page.text(t), "sets SESSION_KEYS") || page.doc(t).Find("#secret, svg.qr").Length() != 0 {
		t.Errorf("the page says %s", page.text(t))
	}
	token := page.fill(t, "/logout", nil)
	token.Set("sealed", "v1.")
	if a := b.post(factorPath, token); a.status != http.StatusBadRequest {
		t.Errorf("got %d, want 400", a.status)
	}
}
