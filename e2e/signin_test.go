package e2e

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
)

// signIn fills the form of the login page and sends it.
func (b *tab) signIn(email, password string) {
	b.t.Helper()
	b.click("#email")
	eval[bool](b, `(one('#email').select(), true)`)
	b.press(email)
	b.click("#password")
	b.press(password)
	b.click("form.fields button")
}

// signingIn lets one test after the other sign in: of many who do at once, with
// one address and from one place, a site takes some for guesses.
var signingIn sync.Mutex

// signedIn opens a tab in which the admin has signed in.
func signedIn(t *testing.T, s *site) *tab {
	t.Helper()
	b := open(t, s)
	b.visit("/login")
	signingIn.Lock()
	defer signingIn.Unlock()
	b.signIn(s.email, s.password)
	b.until("the welcome", `whole && text('main h1') === 'Welcome, `+s.name+`!'`)
	return b
}

func TestAnAdminSignsInIsWelcomedAndSignsOut(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		if got := b.path(); got != "/profile" {
			t.Errorf("signing in leads to %s, want the profile", got)
		}
		requireContains(t, b.text("main"), s.email)
		requireContains(t, b.text("nav"), "Profile", "Log out")

		b.clickOn("Log out")
		b.until("the home page, signed out", `whole && location.pathname === '/' && text('nav').includes('Login')`)
		b.visit("/profile")
		b.until("the question who it is", `whole && location.pathname === '/login' && text('main h1') === 'Login'`)
		b.signIn(s.email, s.password)
		b.until("the page that was asked for", `whole && location.pathname === '/profile'`)
	})
}

func TestAfterLogoutBackShowsNothingPrivate(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		stored := `sessionStorage.length + localStorage.length`
		b.clickOn("Log out")
		b.until("the home page, signed out", `whole && location.pathname === '/' && text('nav').includes('Login')`)
		b.back()
		b.until("the question who it is", `whole && location.pathname === '/login' && text('main h1') === 'Login'`)
		if got := eval[string](b, `document.documentElement.textContent`); strings.Contains(got, s.email) || strings.Contains(got, s.name) {
			t.Errorf("the page still says who was signed in:\n%s", lines(got))
		}
		if n := eval[int](b, stored); n != 0 {
			t.Errorf("%d entries were left in the browser's storage", n)
		}
	})
}

func TestLogoutWorksAfterAPanelWasSwappedIn(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		b.clickOn("Predict Race Time")
		b.until("the page", `whole && text('main h1') === 'Predict Race Time'`)
		b.choose("karabo kh", "Karabo Khumalo")
		b.clickOn("Log out")
		b.until("the home page, signed out", `whole && location.pathname === '/' && text('nav').includes('Login')`)
	})
}

func TestAWrongLoginGetsOneKindAnswer(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		answers := map[string]bool{}
		for _, login := range []struct{ email, password string }{
			{s.email, "not the password"},
			{"nobody@example.org", s.password},
		} {
			b := open(t, s)
			b.watch.expect("422")
			b.visit("/login")
			b.signIn(login.email, login.password)
			b.until("the answer", `whole && visible('[role=alert].problem')`)
			answers[b.text(".problem")] = true
			if got := eval[string](b, `one('#email').value`); got != login.email {
				t.Errorf("the form holds %q, want the address that was typed", got)
			}
			if got := eval[string](b, `one('#password').value`); got != "" {
				t.Error("the form still holds the password")
			}
			if got := eval[string](b, `one('#' + one('#email').getAttribute('aria-describedby')).innerText`); !answers[got] {
				t.Errorf("the field is described by %q, want the answer", got)
			}
		}
		if len(answers) != 1 {
			t.Errorf("the answers tell which half was wrong: %v", answers)
		}
	})
}

func TestTheSessionCookieIsCloseAndShortLived(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/login")
		before := b.sessionCookie()
		b.signIn(s.email, s.password)
		b.until("the welcome", `whole && location.pathname === '/profile'`)
		cookie := b.sessionCookie()
		if !cookie.HTTPOnly || cookie.SameSite != network.CookieSameSiteLax || cookie.Path != "/" || !cookie.Session {
			t.Errorf("the cookie has HttpOnly %t, SameSite %s, path %s, ends with the browser %t; want true, Lax, /, true",
				cookie.HTTPOnly, cookie.SameSite, cookie.Path, cookie.Session)
		}
		if cookie.Value == before.Value {
			t.Error("the cookie is the same before and after signing in")
		}
		if eval[string](b, `document.cookie`) != "" {
			t.Error("a script can read the cookie")
		}

		closed := b.restart()
		closed.visit("/profile")
		closed.until("the question who it is", `whole && location.pathname === '/login'`)

		b.clickOn("Log out")
		b.until("the home page, signed out", `whole && location.pathname === '/'`)
		replay := open(t, s)
		replay.setCookie(cookie.Name, cookie.Value)
		replay.visit("/profile")
		replay.until("the question who it is, although the old cookie is shown", `whole && location.pathname === '/login'`)
	})
}

func TestRememberMeOutlivesTheBrowser(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/login")
		b.click("input[name=remember]")
		b.signIn(s.email, s.password)
		b.until("the welcome", `whole && location.pathname === '/profile'`)
		cookie := b.sessionCookie()
		if left := time.Until(time.Unix(int64(cookie.Expires), 0)); cookie.Session || left < 24*time.Hour {
			t.Errorf("the cookie ends in %v, want days", left)
		}
		later := b.restart()
		later.visit("/profile")
		later.until("the welcome, after a restart", `whole && text('main h1') === 'Welcome, `+s.name+`!'`)
	})
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		own := s.runner(t, "Karabo Khumalo")
		for next, want := range map[string]string{own: own, "//evil.example/profile": "/profile"} {
			b := open(t, s)
			b.visit("/login?next=" + next)
			b.signIn(s.email, s.password)
			b.until("the page after signing in", `whole && location.pathname !== '/login'`)
			if got := b.path(); got != want {
				t.Errorf("next=%s leads to %s, want %s", next, got, want)
			}
		}
	})
}

// sessionCookie is the site's one cookie.
func (b *tab) sessionCookie() *network.Cookie {
	b.t.Helper()
	cookies := b.cookies()
	if len(cookies) != 1 {
		b.t.Fatalf("%d cookies, want one", len(cookies))
	}
	return cookies[0]
}
