package handlers_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"runnerdb/accounts"
	"runnerdb/queries/querytest"
	"runnerdb/static"
)

// R042: over TLS the cookie is bound to the host; it never has a domain, and
// scripts can't read it.
func TestTheSessionCookie(t *testing.T) {
	t.Parallel()
	production, plain := newSite(t, "sqlite", inProduction), newSite(t, "sqlite")
	tests := []struct {
		name   string
		a      answer
		cookie string
		secure bool
	}{
		{"login page over TLS", production.browser(t).get("/login", overTLS...), "__Host-runnerdb", true},
		{"login page", plain.browser(t).get("/login"), "runnerdb", false},
		{"signed in", plain.browser(t).signIn(), "runnerdb", false},
		{"remembered", plain.browser(t).signIn(url.Values{"remember": {"yes"}}), "runnerdb", false},
	}
	for _, test := range tests {
		cookie := test.a.cookie(t)
		if cookie.Name != test.cookie || cookie.Secure != test.secure {
			t.Errorf("%s: got %s, secure %v, want %s, %v", test.name, cookie.Name, cookie.Secure, test.cookie, test.secure)
		}
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("%s: got %s", test.name, cookie.Raw)
		}
		if len(cookie.Raw) >= 4096 {
			t.Errorf("%s: %d bytes", test.name, len(cookie.Raw))
		}
		wantAge := 0
		if test.name == "remembered" {
			wantAge = int(accounts.DefaultLifetimes.Remembered.Absolute.Seconds())
		}
		if cookie.MaxAge != wantAge || !cookie.Expires.IsZero() && wantAge == 0 {
			t.Errorf("%s: Max-Age: got %d, want %d (%s)", test.name, cookie.MaxAge, wantAge, cookie.Raw)
		}
	}
}

// R042.
func TestPublicPagesSetNoCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	for _, path := range []string{
		"/", "/runners", "/runners?q=karabo", runnerPath(three), "/predict", predictPath(three), "/profile", "/nowhere",
		"/healthz", "/readyz", static.URL("app.css"), "/logout",
	} {
		for _, a := range []answer{b.get(path), b.fragment(path)} {
			if len(a.cookies()) > 0 {
				t.Errorf("%s sets %q", path, a.header.Values("Set-Cookie"))
			}
		}
	}
}

// R043: the cookie holds a random token and nothing else; the database holds
// its hash, which is no login.
func TestTheTokenIsOpaqueAndStoredHashed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		cookie := b.sessionCookie()
		var token string
		if err := securecookie.New(testKeys[0], nil).Decode("runnerdb", cookie.Value, &token); err != nil {
			t.Fatal(err)
		}
		if !accounts.IsToken(token) {
			t.Errorf("the cookie holds %q, which is no token", token)
		}
		sessions := s.stored(t)["sessions"]
		if len(sessions) != 1 {
			t.Fatalf("got %d sessions, want 1: %q", len(sessions), sessions)
		}
		form := accounts.FormToken(token)
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			t.Fatal(err)
		}
		everything := fmt.Sprint(s.stored(t))
		for name, secret := range map[string]string{"cookie": cookie.Value, "token": token, "form's token": form, "token's bytes": string(raw), "password": password} {
			if strings.Contains(everything, secret) {
				t.Errorf("the database holds the %s", name)
			}
		}
		hash := accounts.HashToken(token)
		if !strings.Contains(sessions[0], hash) {
			t.Fatalf("the database does not hold the token's hash, so that the test can't fail: %s", sessions[0])
		}
		for name, stolen := range map[string]string{"hash": hash, "hash, signed": encode(t, testKeys[0], "runnerdb", hash)} {
			if a := s.browser(t).get("/profile", "Cookie: runnerdb="+stolen); a.status != http.StatusSeeOther {
				t.Errorf("the stored %s as a cookie: got %d, want 303", name, a.status)
			}
		}
	})
}

func encode(t *testing.T, key []byte, name, value string) string {
	t.Helper()
	encoded, err := securecookie.New(key, nil).Encode(name, value)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// R044.
func TestSignInBeginsANewSession(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		page := b.get("/login")
		planted := b.sessionCookie().Value
		form := page.fill(t, "/login", url.Values{"email": {adminEmail}, "password": {password}})
		first := b.post("/login", form).cookie(t).Value
		if first == planted {
			t.Error("the planted cookie was adopted")
		}
		if a := s.browser(t).get("/profile", "Cookie: runnerdb="+planted); a.status != http.StatusSeeOther {
			t.Errorf("the planted cookie: got %d, want 303", a.status)
		}
		// Who signs in once more ends the first session.
		again := s.browser(t)
		token := formTokenOf(t, first)
		second := again.post("/login", url.Values{"email": {adminEmail}, "password": {password}, "form_token": {token}}, "Cookie: runnerdb="+first)
		if second.status != http.StatusSeeOther || second.cookie(t).Value == first {
			t.Errorf("sign in once more: got %d", second.status)
		}
		if a := s.browser(t).get("/profile", "Cookie: runnerdb="+first); a.status != http.StatusSeeOther {
			t.Errorf("the first session: got %d, want 303: ended", a.status)
		}
		if a := s.browser(t).get("/profile", "Cookie: runnerdb="+second.cookie(t).Value); a.status != http.StatusOK {
			t.Errorf("the second session: got %d, want 200", a.status)
		}
		made := s.browser(t).get("/login", "Cookie: runnerdb=made-up").cookie(t).Value
		if made == "made-up" {
			t.Error("a made-up cookie was adopted")
		}
	})
}

// formTokenOf makes the token for forms that belongs to a cookie.
func formTokenOf(t *testing.T, cookie string) string {
	t.Helper()
	var token string
	if err := securecookie.New(testKeys[0], nil).Decode("runnerdb", cookie, &token); err != nil {
		t.Fatal(err)
	}
	return accounts.FormToken(token)
}

// R045.
func TestLogoutEndsTheSessionOnTheServer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn(url.Values{"remember": {"yes"}})
		stolen := "Cookie: runnerdb=" + b.sessionCookie().Value
		out := b.post("/logout", b.get("/profile").fill(t, "/logout", nil))
		if cookie := out.cookie(t); cookie.MaxAge >= 0 || cookie.Value != "" {
			t.Errorf("the cookie is not taken away: %s", cookie.Raw)
		}
		if a := s.browser(t).get("/profile", stolen); a.status != http.StatusSeeOther {
			t.Errorf("the old cookie: got %d, want 303", a.status)
		}
		if sessions := s.stored(t)["sessions"]; len(sessions) != 0 {
			t.Errorf("the session is still stored: %q", sessions)
		}
	})
	s := newSite(t, "sqlite", inProduction)
	cookie := s.signInOverTLS(t)
	headers := append([]string{"Cookie: " + cookie}, overTLS...)
	form := s.browser(t).get("/profile", headers...).fill(t, "/logout", nil)
	// R017.
	if got, want := s.browser(t).post("/logout", form, headers...).header.Get("Clear-Site-Data"), `"cache", "storage"`; got != want {
		t.Errorf("Clear-Site-Data: got %q, want %q", got, want)
	}
}

// R047: the server ends sessions, idle ones first; "remember me" prolongs.
func TestSessionsEndOnTheServer(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	onBoth(t, func(t *testing.T, s *site) {
		plain, remembered := s.browser(t), s.browser(t)
		plain.signIn()
		remembered.signIn(url.Values{"remember": {"yes"}})
		check := func(when string, b *browser, want bool) {
			t.Helper()
			if got := b.signedIn(); got != want {
				t.Errorf("%s: signed in: got %v, want %v", when, got, want)
			}
		}
		for range 12 {
			s.clock.forward(59 * time.Minute)
			check("used every 59 minutes", plain, true)
		}
		s.clock.forward(12 * time.Minute)
		check("12 hours old", plain, false)
		plain.signIn()
		s.clock.forward(61 * time.Minute)
		check("idle for an hour", plain, false)
		s.clock.forward(13 * day)
		check("remembered, idle for 13 days", remembered, true)
		s.clock.forward(13 * day)
		check("remembered, idle for 13 days more", remembered, true)
		s.clock.forward(4 * day)
		check("remembered, 30 days old", remembered, false)
		remembered.signIn(url.Values{"remember": {"yes"}})
		s.clock.forward(14*day + time.Minute)
		check("remembered, idle for 14 days", remembered, false)
		// R049, in part: whoever signs in takes away what has ended.
		plain.signIn()
		if sessions := s.stored(t)["sessions"]; len(sessions) != 1 {
			t.Errorf("%d sessions are stored, want 1", len(sessions))
		}
	})
}

// R046, in part: a disabled user's sessions end with the next request.
func TestDisablingAUserEndsTheSessions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		s.exec(t, "UPDATE users SET disabled = TRUE WHERE id = 1")
		if b.signedIn() {
			t.Error("a disabled user is still signed in")
		}
	})
}

// R048.
func TestBrokenCookiesAreAnonymous(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		good := b.sessionCookie().Value
		if a := s.browser(t).get("/profile", "Cookie: runnerdb="+good); a.status != http.StatusOK {
			t.Fatalf("the good cookie: got %d, so that the test can't fail", a.status)
		}
		flipped := []byte(good)
		flipped[len(flipped)/2] ^= 1
		foreign := []byte("ffffffffffffffffffffffffffffffff")
		cookies := map[string]string{
			"empty":                    "runnerdb=",
			"no value":                 "runnerdb",
			"altered":                  "runnerdb=" + string(flipped),
			"cut short":                "runnerdb=" + good[:len(good)-5],
			"half":                     "runnerdb=" + good[:len(good)/2],
			"one letter":               "runnerdb=" + good[:1],
			"longer":                   "runnerdb=" + good + "AAAA",
			"signed by another":        "runnerdb=" + encode(t, foreign, "runnerdb", accounts.NewToken()),
			"for another name":         "runnerdb=" + encode(t, testKeys[0], "other", accounts.NewToken()),
			"unknown token":            "runnerdb=" + encode(t, testKeys[0], "runnerdb", accounts.NewToken()),
			"no token":                 "runnerdb=" + encode(t, testKeys[0], "runnerdb", "admin"),
			"empty token":              "runnerdb=" + encode(t, testKeys[0], "runnerdb", ""),
			"8 KB":                     "runnerdb=" + strings.Repeat("A", 8000),
			"not base64":               "runnerdb=%00%ff;;;",
			"bytes":                    "runnerdb=\xff\xfe",
			"quoted":                   `runnerdb="` + good[:10] + `"`,
			"twice":                    "runnerdb=" + good + "; runnerdb=" + good,
			"twice, one broken":        "runnerdb=broken; runnerdb=" + good,
			"twice, the other broken":  "runnerdb=" + good + "; runnerdb=broken",
			"other case":               "RunnerDB=" + good,
			"under the secure name":    "__Host-runnerdb=" + good,
			"only separators":          ";;;=;=;",
			"SQL":                      "runnerdb=' OR 1=1 --",
			"another program's cookie": "session=" + good,
		}
		for name, cookie := range cookies {
			for path, want := range map[string]int{"/profile": http.StatusSeeOther, "/": http.StatusOK, "/login": http.StatusOK} {
				a := s.browser(t).get(path, "Cookie: "+cookie)
				if a.status != want {
					t.Errorf("%s, %s: got %d, want %d", name, path, a.status, want)
				}
				if strings.Contains(a.body, "Nomsa Admin") {
					t.Errorf("%s, %s: signed in", name, path)
				}
			}
			if a := s.browser(t).fragment("/profile", "Cookie: "+cookie); a.status != http.StatusUnauthorized {
				t.Errorf("%s, fragment: got %d, want 401", name, a.status)
			}
		}
		// Two cookie lines are as good as one with two cookies.
		if a := s.browser(t).get("/profile", "Cookie: runnerdb="+good, "Cookie: runnerdb="+good); a.status != http.StatusSeeOther {
			t.Errorf("two lines: got %d, want 303", a.status)
		}
		if !b.signedIn() {
			t.Error("the good session has ended")
		}
	})
}

// R050: a new key signs, the old one still opens; without it the cookie is
// worth nothing. A restart and a second process change nothing.
func TestKeysCanBeRotated(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, old *site) {
		newKey := []byte("newnewnewnewnewnewnewnewnewnewnew")
		serve := func(keys ...[]byte) *site {
			return serveSite(t, old.location, func(p *setup) { p.config.SessionKeys = keys })
		}
		b := old.browser(t)
		b.signIn()
		cookie := "Cookie: runnerdb=" + b.sessionCookie().Value
		same, rotated, without := serve(testKeys[0]), serve(newKey, testKeys[0]), serve(newKey)
		for _, test := range []struct {
			name string
			s    *site
			want int
		}{
			{"the same key in a second process", same, http.StatusOK},
			{"the old key second", rotated, http.StatusOK},
			{"without the old key", without, http.StatusSeeOther},
		} {
			if a := test.s.browser(t).get("/profile", cookie); a.status != test.want {
				t.Errorf("%s: got %d, want %d", test.name, a.status, test.want)
			}
		}
		later := rotated.browser(t)
		later.signIn()
		if a := without.browser(t).get("/profile", "Cookie: runnerdb="+later.sessionCookie().Value); a.status != http.StatusOK {
			t.Errorf("a cookie written after the rotation: got %d, want 200: signed by the new key", a.status)
		}
		if a := old.browser(t).get("/profile", "Cookie: runnerdb="+later.sessionCookie().Value); a.status != http.StatusSeeOther {
			t.Errorf("a cookie of the new key where it is unknown: got %d, want 303", a.status)
		}
	})
}

// R055: whoever does not get in cannot tell why, and the same work is done.
// The memory that argon2 fills is measured, not the clock; therefore the test
// runs alone.
func TestEveryWrongLoginHasOneAnswer(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			hash, err := passwordHash()
			if err != nil {
				t.Fatal(err)
			}
			s := newSite(t, engine, func(p *setup) {
				p.users = []accounts.User{{Email: disabledEmail, Name: "Gone", Role: accounts.Owner, PasswordHash: hash}}
			})
			s.exec(t, "UPDATE users SET disabled = TRUE WHERE email = $1", disabledEmail)
			var first answer
			for i, test := range []struct{ name, email, password string }{
				{"wrong password", adminEmail, "wrong horse battery"},
				{"unknown user", "nobody@example.org", "wrong horse battery"},
				{"unknown user, right password", "nobody@example.org", password},
				{"disabled user", disabledEmail, password},
				{"disabled user, wrong password", disabledEmail, "wrong horse battery"},
				{"no password", adminEmail, ""},
				{"no e-mail address", "", password},
				{"neither", "", ""},
				{"the hash as password", adminEmail, hash},
			} {
				b := s.browser(t)
				form := b.get("/login").fill(t, "/login", url.Values{"email": {test.email}, "password": {test.password}})
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				a := b.post("/login", form)
				runtime.ReadMemStats(&after)
				a.body = strings.Replace(masked(a.body), `value="`+test.email+`"`, `value="…"`, 1)
				a.header.Del("Date")
				a.header.Del("Content-Length")
				if i == 0 {
					first = a
				}
				if a.status != http.StatusUnprocessableEntity || a.body != first.body && test.email != "" {
					t.Errorf("%s: got %d and\n%s\nwant 422 and\n%s", test.name, a.status, a.body, first.body)
				}
				if got, want := fmt.Sprint(a.header), fmt.Sprint(first.header); got != want {
					t.Errorf("%s: headers: got %s, want %s", test.name, got, want)
				}
				const argonBytes = 19 << 20
				if filled := after.TotalAlloc - before.TotalAlloc; filled < argonBytes || filled > argonBytes+10<<20 {
					t.Errorf("%s: %d bytes were filled, want about %d: one hash", test.name, filled, argonBytes)
				}
				if strings.Contains(a.body, test.password) && test.password != "" {
					t.Errorf("%s: the page shows the password", test.name)
				}
			}
		})
	}
}

// R056: hashes of other parameters are made anew when their owner signs in.
func TestOldHashesAreUpgradedAtSignIn(t *testing.T) {
	t.Parallel()
	// The reference implementation's own example (phc-winner-argon2,
	// src/test.c): "password" with 64 MiB.
	const old = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		if a := b.trySignIn("old@example.org", "passwore"); a.status != http.StatusUnprocessableEntity {
			t.Errorf("wrong password: got %d, want 422", a.status)
		}
		if !strings.Contains(fmt.Sprint(s.stored(t)["users"]), old) {
			t.Error("the hash changed at a wrong login")
		}
		if a := b.trySignIn("old@example.org", "password"); a.status != http.StatusSeeOther {
			t.Errorf("right password: got %d, want 303", a.status)
		}
		for _, row := range s.stored(t)["users"] {
			if !strings.Contains(row, "$argon2id$v=19$m=19456,t=2,p=1$") {
				t.Errorf("not upgraded: %s", row)
			}
		}
		if a := s.browser(t).trySignIn("old@example.org", "password"); a.status != http.StatusSeeOther {
			t.Errorf("after the upgrade: got %d, want 303", a.status)
		}
	}, func(p *setup) {
		p.users = []accounts.User{{Email: "old@example.org", Name: "Old", Role: accounts.Viewer, PasswordHash: old}}
	})
}

// R057: a password of any length within the bounds signs in, as it was
// typed; longer ones are refused before any hashing.
func TestPasswordsAreTakenAsTyped(t *testing.T) {
	t.Parallel()
	passwords := []string{
		strings.Repeat("a", 128), strings.Repeat("a", 72) + "b", "  blanks at both ends  ", "unicodé 🏃🏿 пароль", strings.Repeat("é", 512),
	}
	s := newSite(t, "sqlite", func(p *setup) {
		for i, password := range passwords {
			hash, err := accounts.HashPassword(t.Context(), password)
			if err != nil {
				t.Fatal(err)
			}
			p.users = append(p.users, accounts.User{
				Email: fmt.Sprintf("user%d@example.org", i), Name: "User", Role: accounts.Viewer, PasswordHash: hash,
			})
		}
	})
	for i, password := range passwords {
		email := fmt.Sprintf("user%d@example.org", i)
		if a := s.browser(t).trySignIn(email, password); a.status != http.StatusSeeOther {
			t.Errorf("%.20q: got %d, want 303", password, a.status)
		}
		if a := s.browser(t).trySignIn(email, strings.TrimSpace(password[:len(password)-2])); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%.20q, cut short: got %d, want 422", password, a.status)
		}
	}
	for _, length := range []int{1025, 100_000} {
		if a := s.browser(t).trySignIn(adminEmail, strings.Repeat("a", length)); a.status != http.StatusBadRequest {
			t.Errorf("%d bytes: got %d, want 400", length, a.status)
		}
	}
}

// R060: an application that has just been installed lets nobody in.
func TestThereIsNoDefaultAccount(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		if users := s.stored(t)["users"]; len(users) != 0 {
			t.Errorf("users: %q", users)
		}
		for _, login := range [][2]string{
			{"", ""},
			{"admin", "admin"},
			{"admin@demo.test", ""},
			{"admin@demo.test", "admin"},
			{"root@localhost", "password"},
			{"admin@example.org", password},
			{"' OR 1=1 --", "x"},
		} {
			if a := s.browser(t).trySignIn(login[0], login[1]); a.status != http.StatusUnprocessableEntity {
				t.Errorf("%q: got %d, want 422", login, a.status)
			}
		}
	}, emptied)
}
