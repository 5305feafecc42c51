package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// forgery is a request that may change something and was not made on a page
// of ours.
type forgery struct {
	name    string
	method  string
	query   string
	body    string
	headers []string
	// refused are other statuses than 403 that refuse just as well.
	refused int
}

// forgeries are requests with all that a form needs but the right token. right
// is that token, others are tokens of other sessions.
func forgeries(fields url.Values, right string, others map[string]string) []forgery {
	const form = "Content-Type: application/x-www-form-urlencoded"
	with := func(token string) string {
		values := url.Values{"form_token": {token}}
		for name, value := range fields {
			values[name] = value
		}
		return values.Encode()
	}
	post := http.MethodPost
	query := "?form_token=" + url.QueryEscape(right)
	list := []forgery{
		{"no token", post, "", fields.Encode(), []string{form}, 0},
		{"empty token", post, "", with(""), []string{form}, 0},
		{"token in the address", post, query, fields.Encode(), []string{form}, 0},
		{"everything in the address", post, query + "&" + fields.Encode(), "", []string{form}, 0},
		{"token cut short", post, "", with(right[1:]), []string{form}, 0},
		{"wrong token before the right one", post, "", "form_token=x&" + with(right), []string{form}, 0},
		{"wrong token in the header, right one in the form", post, "", with(right), []string{form, "X-Form-Token: x"}, 0},
		{"token under other names", post, "", "csrf=" + right + "&_csrf=" + right + "&token=" + right + "&" + fields.Encode(), []string{form, "X-CSRF-Token: " + right}, 0},
		{"token as a cookie", post, "", fields.Encode(), []string{form, "Cookie: form_token=" + right}, 0},
		{"plain text", post, "", with(right), []string{"Content-Type: text/plain"}, 0},
		{"JSON", post, "", `{"form_token":"` + right + `"}`, []string{"Content-Type: application/json"}, 0},
		{"JSON, token in the header", post, "", `{}`, []string{"Content-Type: application/json", "X-Form-Token: " + right}, http.StatusUnsupportedMediaType},
		{"plain text, token in the header", post, "", with(right), []string{"Content-Type: text/plain", "X-Form-Token: " + right}, http.StatusUnsupportedMediaType},
		{"multipart", post, "", "--b\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n" + right + "\r\n--b--\r\n", []string{"Content-Type: multipart/form-data; boundary=b"}, http.StatusUnsupportedMediaType},
		{"origin null", post, "", with(right), []string{form, "Origin: null"}, 0},
		{"foreign origin", post, "", with(right), []string{form, "Origin: https://evil.example"}, 0},
		{"origin that begins like ours", post, "", with(right), []string{form, "Origin: http://127.0.0.1.evil.example"}, 0},
		{"origin of another port", post, "", with(right), []string{form, "Origin: http://127.0.0.1:1"}, 0},
		{"origin that is no address", post, "", with(right), []string{form, "Origin: http://%zz"}, 0},
		{"cross-site", post, "", with(right), []string{form, "Sec-Fetch-Site: cross-site"}, 0},
		{"same-site", post, "", with(right), []string{form, "Sec-Fetch-Site: same-site"}, 0},
		{"unknown site", post, "", with(right), []string{form, "Sec-Fetch-Site: x"}, 0},
		{"PUT", http.MethodPut, "", with(right), []string{form}, http.StatusMethodNotAllowed},
		{"DELETE", http.MethodDelete, "", with(right), []string{form}, http.StatusMethodNotAllowed},
		{"override by PUT", http.MethodPut, "", with(right), []string{form, "X-HTTP-Method-Override: POST"}, http.StatusMethodNotAllowed},
	}
	for name, other := range others {
		list = append(list, forgery{name, post, "", with(other), []string{form}, 0},
			forgery{name + " in the header", post, "", fields.Encode(), []string{form, "X-Form-Token: " + other}, 0})
	}
	return list
}

// R051: without the right token, made on our page and sent by it, nothing is
// changed: neither sign-in nor sign-out happen.
func TestForgedFormsChangeNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		stranger, admin, other := s.browser(t), s.browser(t), s.browser(t)
		before := stranger.get("/login").fill(t, "/login", nil).Get("form_token")
		preLogin := admin.get("/login").fill(t, "/login", nil).Get("form_token")
		admin.signIn()
		other.signIn()
		right := admin.get("/profile").fill(t, "/logout", nil).Get("form_token")
		others := map[string]string{
			"another session's token": other.get("/profile").fill(t, "/logout", nil).Get("form_token"),
			"the token before login":  preLogin,
		}
		login := url.Values{"email": {adminEmail}, "password": {password}}
		stored := s.stored(t)
		for _, route := range []struct {
			path    string
			b       *browser
			fields  url.Values
			right   string
			another map[string]string
		}{
			{"/logout", admin, nil, right, others},
			{"/login", stranger, login, before, map[string]string{"the admin's token": right, "another visitor's token": preLogin}},
		} {
			for _, f := range forgeries(route.fields, route.right, route.another) {
				a := route.b.send(f.method, route.path+f.query, f.body, f.headers...)
				if a.status != http.StatusForbidden && a.status != f.refused {
					t.Errorf("%s, %s: got %d, want 403", route.path, f.name, a.status)
				}
				if len(a.cookies()) > 0 {
					t.Errorf("%s, %s: sets %q", route.path, f.name, a.header.Values("Set-Cookie"))
				}
			}
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				for _, headers := range [][]string{nil, {"X-HTTP-Method-Override: POST"}, {"X-Method-Override: POST", "X-HTTP-Method: POST"}} {
					route.b.send(method, route.path+"?_method=POST&form_token="+url.QueryEscape(route.right)+"&"+route.fields.Encode(), "", headers...)
				}
			}
		}
		if now := s.stored(t); !reflect.DeepEqual(now, stored) {
			t.Errorf("the database has changed:\n%s\nwant\n%s", now["sessions"], stored["sessions"])
		}
		if !admin.signedIn() || stranger.signedIn() {
			t.Errorf("signed in: got %v and %v, want true and false", admin.signedIn(), stranger.signedIn())
		}
		// No cookie at all, and a token made for that.
		if a := s.browser(t).post("/login", login); a.status != http.StatusForbidden {
			t.Errorf("no cookie: got %d, want 403", a.status)
		}
	})
}

// R051: the right token in the form or in the header lets it happen, also
// with what browsers say of an honest request.
func TestHonestFormsPass(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		origin := "Origin: http://" + s.address
		const form = "Content-Type: application/x-www-form-urlencoded"
		for _, test := range []struct {
			name    string
			body    string
			headers []string
		}{
			{"in the form", "form_token=TOKEN", []string{form}},
			{"in the header", "", []string{"X-Form-Token: TOKEN"}},
			{"in the header, with a form", "a=b", []string{form, "X-Form-Token: TOKEN"}},
			{"by a browser", "form_token=TOKEN", []string{form, origin, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate"}},
			{"typed address", "form_token=TOKEN", []string{form, "Sec-Fetch-Site: none"}},
			{"with a charset", "form_token=TOKEN", []string{form + ";charset=UTF-8"}},
			{"by htmx", "form_token=TOKEN", []string{form, origin, "HX-Request: true", "HX-Current-URL: http://" + s.address + "/profile"}},
			{"right one first", "form_token=TOKEN&form_token=x", []string{form}},
		} {
			b := s.browser(t)
			b.signIn()
			token := b.get("/profile").fill(t, "/logout", nil).Get("form_token")
			headers := make([]string, len(test.headers))
			for i, header := range test.headers {
				headers[i] = strings.ReplaceAll(header, "TOKEN", token)
			}
			a := b.send(http.MethodPost, "/logout", strings.ReplaceAll(test.body, "TOKEN", url.QueryEscape(token)), headers...)
			if a.status != http.StatusSeeOther && a.status != http.StatusNoContent || b.signedIn() {
				t.Errorf("%s: got %d, signed in %v, want to be signed out", test.name, a.status, b.signedIn())
			}
		}
	})
}

// R051 in production, where the address is configured.
func TestOriginIsCheckedAgainstTheConfiguredAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", inProduction)
	for origin, want := range map[string]int{
		"https://runners.example.org":      http.StatusSeeOther,
		"https://RUNNERS.example.org":      http.StatusSeeOther,
		"http://runners.example.org":       http.StatusForbidden,
		"https://runners.example.org:8443": http.StatusForbidden,
		"https://evil.example":             http.StatusForbidden,
		"null":                             http.StatusForbidden,
	} {
		headers := append([]string{"Cookie: " + s.signInOverTLS(t)}, overTLS...)
		form := s.browser(t).get("/profile", headers...).fill(t, "/logout", nil)
		if a := s.browser(t).post("/logout", form, append(headers, "Origin: "+origin)...); a.status != want {
			t.Errorf("%s: got %d, want %d", origin, a.status, want)
		}
	}
}

// R032: of a repeated value the first counts, in the address as in the form;
// what a form needs is not taken from the address.
func TestRepeatedParameters(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for first, second := range map[string]string{
			"/runners?q=karabo":          "/runners?q=karabo&q=lethabo",
			"/runners?q=":                "/runners?q=&q=lethabo",
			"/predict?q=karabo":          "/predict?q=karabo&q=lethabo&Q=x",
			"/predict?runner=11":         "/predict?runner=11&runner=1",
			"/runners/1?distance=10k":    "/runners/1?distance=10k&distance=42k",
			"/runners?page=2":            "/runners?page=2&page=1",
			"/runners?q=karabo&x=y&z=%2": "/runners?q=karabo&q[]=lethabo&q[0]=x",
		} {
			if got, want := b.fragment(second), b.fragment(first); got.status != want.status || got.body != want.body {
				t.Errorf("%s: got %d\n%s\nwant %d\n%s", second, got.status, got.body, want.status, want.body)
			}
		}
		form := b.get("/login").fill(t, "/login", nil)
		token := "form_token=" + url.QueryEscape(form.Get("form_token"))
		for name, test := range map[string]struct {
			query, body string
			want        int
		}{
			"first e-mail address counts": {"", "&email=nobody@example.org&email=" + adminEmail + "&password=" + url.QueryEscape(password), 422},
			"first password counts":       {"", "&email=" + adminEmail + "&password=wrong&password=" + url.QueryEscape(password), 422},
			"password in the address":     {"?password=" + url.QueryEscape(password), "&email=" + adminEmail, 422},
			"all in the address":          {"?email=" + adminEmail + "&password=" + url.QueryEscape(password), "", 422},
		} {
			a := b.send(http.MethodPost, "/login"+test.query, token+test.body, "Content-Type: application/x-www-form-urlencoded")
			if a.status != test.want {
				t.Errorf("%s: got %d, want %d", name, a.status, test.want)
			}
		}
		right := token + "&email=" + adminEmail + "&email=x&password=" + url.QueryEscape(password) + "&password=x&next=/runners&next=//evil.example"
		a := b.send(http.MethodPost, "/login?next=//evil.example", right, "Content-Type: application/x-www-form-urlencoded")
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/runners" {
			t.Errorf("first ones right: got %d to %q, want 303 to /runners", a.status, a.header.Get("Location"))
		}
	})
}

// elsewhere are values of next that must not lead away.
var elsewhere = []string{
	"//evil.example", "//evil.example/profile", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "///evil.example",
	"////evil.example", "/%5cevil.example", "/%2f%2fevil.example", "/%2fevil.example", "/%09/evil.example", "/\t/evil.example",
	"/\n/evil.example", "/\r/evil.example", "https:evil.example", "https:/evil.example", "https://evil.example",
	"https:///evil.example", "HTTPS://evil.example", "http:evil.example", "@evil.example", "/@evil.example", "evil.example",
	"//evil.example@127.0.0.1", "http://127.0.0.1@evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
	"data:text/html,<script>alert(1)</script>", "vbscript:x", "/\x00/evil.example", "\x00//evil.example", " //evil.example",
	"\t//evil.example", "\u00a0//evil.example", "/profile\r\nLocation: https://evil.example", "/profile%0d%0aLocation:%20https://evil.example",
	"/profile/..//evil.example", "/profile/%2e%2e//evil.example", "/profile/../../evil.example", "/profile//evil.example",
	"/profile\\..\\evil.example", "/profile/..\\evil.example", "/profile;@evil.example", "/profile@evil.example", "/profilex",
	"/profile.evil.example", "/runners:80@evil.example", "/runners#//evil.example", "#//evil.example", "?//evil.example", "", "/",
	"/logout", "/login", "/login?next=/login", "/static/x", "/healthz", "/nowhere", "/PROFILE", "/プロフィール", "//\u3002evil", "/。evil.example",
	"/%E3%80%82evil.example", "ftp://evil.example", "file:///etc/passwd", "//[::1]/", "http://[::1", "%", "/%", "/%zz",
	"/runners/%", "%2Frunners", "%2frunners/1", strings.Repeat("/runners/", 2000), "/runners/\u202e", "/runners\xff",
}

// R039: after sign-in one is on a page of ours, whatever next says.
func TestNextLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	admin := s.browser(t)
	admin.signIn()
	for _, next := range elsewhere {
		if len(next) > 10_000 {
			continue
		}
		query := "/login?next=" + url.QueryEscape(next)
		for name, a := range map[string]answer{
			"signed in": admin.get(query), "signed in, htmx": admin.fragment(query),
			"signed in, encoded twice": admin.get("/login?next=" + url.QueryEscape(url.QueryEscape(next))),
		} {
			for _, header := range []string{"Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh"} {
				if got := a.header.Get(header); got != "" && got != "/profile" && got != "false" {
					t.Errorf("%s, next=%q: %s: %q", name, next, header, got)
				}
			}
			if strings.Contains(fmt.Sprint(a.header), "evil") {
				t.Errorf("%s, next=%q: %v", name, next, a.header)
			}
		}
		if got := s.browser(t).get(query).doc(t).Find("input[name=next]").AttrOr("value", "none"); got != "" {
			t.Errorf("next=%q: the form keeps %q", next, got)
		}
	}
	for _, next := range []string{"//evil.example", "/\\evil.example", "javascript:alert(1)", "/profile//evil.example", strings.Repeat("/runners/", 2000)} {
		b := s.browser(t)
		form := b.get("/login").fill(t, "/login", url.Values{"email": {adminEmail}, "password": {password}, "next": {next}})
		if a := b.post("/login", form); a.header.Get("Location") != "/profile" && len(next) < 1000 {
			t.Errorf("sent with the form, next=%.40q: got %d to %q, want /profile", next, a.status, a.header.Get("Location"))
		}
	}
	for _, next := range []string{"/profile", "/runners", "/runners/1", "/runners/1?distance=42k", "/predict?q=karabo+kh&runner=1"} {
		if got := admin.get("/login?next=" + url.QueryEscape(next)).header.Get("Location"); got != next {
			t.Errorf("next=%q: got %q", next, got)
		}
	}
}
