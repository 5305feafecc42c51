package handlers_test

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"strings"
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
	const step = 30 * time.Second
	into := p.clock.now().Sub(p.clock.now().Truncate(step))
	p.clock.forward(step - into) // a step begins, and does not end while the test types
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
