package handlers_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"runnerdb/static"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

// secureHeaders are those that every answer carries.
var secureHeaders = map[string]string{
	"Content-Security-Policy":      policy,
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=()",
}

// withFaults adds addresses that break.
var withFaults = withRoutes(func(app *fiber.App) {
	app.Get("/test/panic", func(*fiber.Ctx) error { panic("canary-panic in /srv/app/main.go") })
	app.Get("/test/error", func(*fiber.Ctx) error {
		return errors.New("canary-error: pq: relation \"runners\" does not exist (SELECT * FROM runners)")
	})
	app.Get("/test/status/:code<int>", func(c *fiber.Ctx) error {
		code, err := c.ParamsInt("code")
		if err != nil {
			return err
		}
		return fiber.NewError(code, "canary-error in detail")
	})
})

// kinds are answers of every kind, as a browser and as raw requests get
// them, by what they are.
func kinds(t *testing.T, s *site) map[string]answer {
	t.Helper()
	b, admin := s.browser(t), s.browser(t)
	answers := map[string]answer{
		"200 home":         b.get("/"),
		"200 runners":      b.get("/runners"),
		"200 fragment":     b.fragment("/runners?q=karabo"),
		"200 search":       b.get("/predict?q=karabo"),
		"200 panel":        b.fragment(predictPath(three)),
		"200 packed":       b.get("/runners", "Accept-Encoding: gzip"),
		"200 healthz":      b.get("/healthz"),
		"200 readyz":       b.get("/readyz"),
		"200 style sheet":  b.get(static.URL("app.css")),
		"200 script":       b.get(static.URL("app.js"), "Accept-Encoding: gzip"),
		"200 icon":         b.get(static.URL("icon.svg")),
		"200 head":         b.send(http.MethodHead, "/runners", ""),
		"302 icon":         b.get("/favicon.ico"),
		"303 profile":      b.get("/profile"),
		"303 signed in":    admin.signIn(),
		"200 profile":      admin.get("/profile"),
		"400":              b.get("/runners?q=%00"),
		"401 fragment":     b.fragment("/profile"),
		"403 no token":     b.post("/login", nil),
		"404 page":         b.get("/nowhere"),
		"404 fragment":     b.fragment("/nowhere"),
		"404 runner":       b.get(runnerPath(unknownID)),
		"404 static":       b.get("/static/none/app.css"),
		"405 logout":       b.get("/logout"),
		"405 unknown":      b.send("FOO", "/", ""),
		"405 put":          b.send(http.MethodPut, "/runners", ""),
		"415 encoded":      b.send(http.MethodPost, "/login", "x", "Content-Encoding: gzip"),
		"422 login":        b.trySignIn("nobody@example.org", "wrong horse battery"),
		"500 panic":        b.get("/test/panic"),
		"500 fragment":     b.fragment("/test/panic"),
		"500 error":        b.get("/test/error"),
		"413 on the wire":  responses(t, s.wire(t, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n"), "POST")[0],
		"413 chunked":      responses(t, s.wire(t, "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+chunks(300_000)), "POST")[0],
		"431 on the wire":  responses(t, s.wire(t, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: "+strings.Repeat("a", 20_000)+"\r\n\r\n"), "GET")[0],
		"431 long address": responses(t, s.wire(t, "GET /runners?q="+strings.Repeat("a", 20_000)+" HTTP/1.1\r\nHost: x\r\n\r\n"), "GET")[0],
		"400 on the wire":  responses(t, s.wire(t, "GET / HTTP/1.1\r\nHost : x\r\n\r\n"), "GET")[0],
		"400 first line":   responses(t, s.wire(t, "nonsense\r\n\r\n"), "GET")[0],
		"400 second host":  responses(t, s.wire(t, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), "GET")[0],
		"405 on the wire":  responses(t, s.wire(t, "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"), "TRACE")[0],
	}
	for _, status := range []int{409, 414, 429, 502, 503} {
		name := fmt.Sprintf("%d page", status)
		answers[name] = b.get(fmt.Sprintf("/test/status/%d", status))
		answers[strings.Replace(name, "page", "fragment", 1)] = b.fragment(fmt.Sprintf("/test/status/%d", status))
	}
	return answers
}

// chunks is a body of n bytes in one chunk.
func chunks(n int) string {
	return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", n, strings.Repeat("a", n))
}

// R001, R003, R004, R005, R006, R009: page, fragment, redirect, file and
// every error.
func TestEveryAnswerCarriesTheSecureHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", withFaults)
	for name, a := range kinds(t, s) {
		if want := name[:3]; fmt.Sprint(a.status) != want {
			t.Errorf("%s: got %d", name, a.status)
		}
		for header, want := range secureHeaders {
			if got := a.header.Values(header); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s: got %q, want %q", name, header, got, want)
			}
		}
		if got := a.header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: Strict-Transport-Security without TLS: %q", name, got)
		}
		if got := a.header.Get("Content-Type"); a.body != "" && strings.HasPrefix(got, "text/") && !strings.HasSuffix(got, "; charset=utf-8") {
			t.Errorf("%s: Content-Type: got %q, want charset=utf-8", name, got)
		}
		if a.body != "" && a.header.Get("Content-Type") == "" {
			t.Errorf("%s: no Content-Type", name)
		}
	}
}

// R001, in detail.
func TestThePolicyAllowsNothingUnsafe(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"unsafe", "*", "data:", "http:", "https:"} {
		if strings.Contains(policy, word) {
			t.Errorf("the policy holds %q", word)
		}
	}
}

// R007: with TLS, on every answer, and only then.
func TestStrictTransportSecurityOnlyWithTLS(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", inProduction)
	const want = "max-age=31536000; includeSubDomains"
	b := s.browser(t)
	for _, path := range []string{"/", "/nowhere", "/healthz", static.URL("app.css"), "/profile", "/runners?q=%00"} {
		if got := b.get(path, overTLS...).header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s with TLS: got %q, want %q", path, got, want)
		}
		if got := b.get(path, overTLS[0]).header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s without TLS: got %q, want none", path, got)
		}
	}
	direct := newSite(t, "sqlite")
	if got := direct.browser(t).get("/", overTLS...).header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("a forged header without a router: got %q, want none", got)
	}
}

// R008.
func TestPlainHTTPInProductionIsRedirected(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", inProduction)
	b := s.browser(t)
	host := overTLS[0]
	for _, path := range []string{"/", "/runners?q=karabo+kh", "/profile", "/x%0d%0aSet-Cookie:%20a=b"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			a := b.send(method, path, "", host)
			location, err := url.Parse(a.header.Get("Location"))
			if err != nil || (a.status != 301 && a.status != 308) || location.Scheme != "https" || location.Host != "runners.example.org" {
				t.Errorf("%s %s: got %d to %q, %v", method, path, a.status, location, err)
			}
		}
	}
	if got, want := b.get("/runners?q=karabo+kh", host).header.Get("Location"), "https://runners.example.org/runners?q=karabo+kh"; got != want {
		t.Errorf("Location: got %q, want %q", got, want)
	}
	cookie := s.signInOverTLS(t)
	if a := b.send(http.MethodPost, "/logout", "", host, "Cookie: "+cookie); a.status != http.StatusForbidden {
		t.Errorf("POST without TLS: got %d, want 403", a.status)
	}
	if a := b.get("/profile", append([]string{"Cookie: " + cookie}, overTLS...)...); a.status != http.StatusOK {
		t.Errorf("after a POST without TLS: got %d, want 200: still signed in", a.status)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := b.get(path); a.status != http.StatusOK {
			t.Errorf("%s from the router itself: got %d, want 200", path, a.status)
		}
	}
}

// signInOverTLS signs the admin in as behind the router, and gives back the
// cookie.
func (s *site) signInOverTLS(t *testing.T) string {
	t.Helper()
	b := s.browser(t)
	page := b.get("/login", overTLS...)
	form := page.fill(t, "/login", url.Values{"email": {adminEmail}, "password": {password}})
	a := b.post("/login", form, append([]string{"Cookie: " + pair(page.cookie(t))}, overTLS...)...)
	if a.status != http.StatusSeeOther {
		t.Fatalf("sign in: got %d:\n%s", a.status, a.body)
	}
	return pair(a.cookie(t))
}

func pair(cookie *http.Cookie) string { return cookie.Name + "=" + cookie.Value }

// statement is SQL, and no field to select from.
var statement = regexp.MustCompile(`select\s[^<>{}]*\sfrom\s`)

// R010.
func TestNoProductIsNamed(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", withFaults)
	for name, a := range kinds(t, s) {
		for _, header := range []string{"Server", "X-Powered-By", "Via", "X-Runtime"} {
			if got := a.header.Get(header); got != "" {
				t.Errorf("%s: %s: %q", name, header, got)
			}
		}
		body := strings.ToLower(a.body)
		if strings.Contains(name, "script") {
			continue
		}
		for _, word := range []string{"fiber", "fasthttp", "pq:", "sqlite", "postgres", "goroutine", "canary", ".go:"} {
			if strings.Contains(body, word) {
				t.Errorf("%s: the body holds %q:\n%s", name, word, a.body)
			}
		}
		if found := statement.FindString(body); found != "" {
			t.Errorf("%s: the body holds %q:\n%s", name, found, a.body)
		}
	}
}

// R007, R031: of several values the router's counts, which is the last.
func TestTheLastForwardedSchemeCounts(t *testing.T) {
	t.Parallel()
	b := newSite(t, "sqlite", inProduction).browser(t)
	const scheme = "X-Forwarded-Proto: "
	for _, test := range []struct {
		headers   []string
		encrypted bool
	}{
		{[]string{scheme + "https"}, true},
		{[]string{scheme + "http", scheme + "https"}, true},
		{[]string{scheme + "http, HTTPS"}, true},
		{[]string{scheme + "https", scheme + "http"}, false},
		{[]string{scheme + "https,http"}, false},
		{[]string{scheme + "https,"}, false},
	} {
		a := b.get("/", append(test.headers, overTLS[0])...)
		if got := a.status == http.StatusOK; got != test.encrypted {
			t.Errorf("%q: got %d, encrypted should be %v", test.headers, a.status, test.encrypted)
		}
	}
}

// R012.
func TestNoOtherSiteMayReadOurs(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	for _, origin := range []string{"https://evil.example", "null", "http://" + s.address} {
		preflight := []string{"Origin: " + origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-form-token"}
		for _, path := range []string{"/", "/runners?q=karabo", "/login", "/healthz", static.URL("app.js")} {
			for _, a := range []answer{b.get(path, "Origin: "+origin), b.send(http.MethodOptions, path, "", preflight...)} {
				for header := range a.header {
					if strings.HasPrefix(header, "Access-Control-") {
						t.Errorf("%s from %s: %s: %q", path, origin, header, a.header.Get(header))
					}
				}
			}
			if got := b.send(http.MethodOptions, path, "", preflight...).status; got != 403 && got != 404 && got != 405 {
				t.Errorf("preflight of %s: got %d, want 403, 404 or 405", path, got)
			}
		}
	}
}

// R013.
func TestOtherHostsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", inProduction)
	b := s.browser(t)
	tls := overTLS[1]
	for _, host := range []string{
		"evil.example", "runners.example.org.evil.example", "evil.example:443", "xrunners.example.org",
		"runners.example.org@evil.example", "127.0.0.1", "runners.example.org:80", "runners.example.org:443:443",
	} {
		for _, path := range []string{"/", "/login", "/profile", "/nowhere", static.URL("app.css")} {
			a := b.get(path, "Host: "+host, tls)
			if a.status != http.StatusMisdirectedRequest && a.status != http.StatusBadRequest {
				t.Errorf("host %s, %s: got %d, want 421 or 400", host, path, a.status)
			}
			if strings.Contains(a.body, "evil") || strings.Contains(a.header.Get("Location"), "evil") {
				t.Errorf("host %s, %s: the answer names it", host, path)
			}
		}
	}
	if a := b.get("//evil.example/x", overTLS...); a.status != http.StatusMisdirectedRequest {
		t.Errorf("//evil.example: got %d, want 421", a.status)
	}
	wire := s.wire(t, "GET http://evil.example/login HTTP/1.1\r\nHost: runners.example.org\r\nX-Forwarded-Proto: https\r\n\r\n")
	if a := responses(t, wire, "GET")[0]; a.status != http.StatusMisdirectedRequest && a.status != http.StatusBadRequest {
		t.Errorf("absolute-form target: got %d, want 421 or 400", a.status)
	}
	forwarded := append([]string{"X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"}, overTLS...)
	for _, path := range []string{"/", "/login", "/profile"} {
		a := b.get(path, forwarded...)
		if whole := fmt.Sprint(a.header) + a.body; strings.Contains(whole, "evil") {
			t.Errorf("X-Forwarded-Host on %s: the answer names it", path)
		}
	}
	for _, host := range []string{"RUNNERS.example.org", "runners.example.org:443", "Runners.Example.org:443"} {
		if a := b.get("/", "Host: "+host, tls); a.status != http.StatusOK {
			t.Errorf("host %s: got %d, want 200", host, a.status)
		}
	}
}
