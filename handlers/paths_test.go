package handlers_test

import (
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"runnerdb/static"
)

// spellings are ways to write a path that a guard may take for another one.
func spellings(path string) []string {
	name := strings.TrimPrefix(path, "/")
	return []string{
		strings.ToUpper(path), "/" + strings.ToUpper(name[:1]) + name[1:], path + "/", "/" + path, "//" + path, path + "//",
		"/." + path, "/x/.." + path, "/x/..;" + path, "/x/..;/.." + path, path + "/.", path + "/..", path + "/x/..",
		"/%" + hex(name[0]) + name[1:], "/%25" + hex(name[0]) + name[1:], path + "%2f", path + "%00", path + "%00.css", path + "%20",
		path + "%09", path + "%0a", path + ".", path + "..", path + ";", path + ";x=y", path + "%3b", path + "%23", path + "\\",
		path + "%5c", "/%2e" + path, "/%2e%2e" + path, "/x/%2e%2e" + path, "/%252e%252e" + path, "/%2f" + name, "/\\" + name,
		"/%5c" + name, path + ".css", path + ".js", path + "/x.css", path + "/x.js", path + "/a.png", path + "%2fx.css",
		path + ".html", path + "~", path + ".bak", path + "*", "/*" + path, path + "%ff", path + "%c0%af", "/%ef%bc%8f" + name,
		"/runners/.." + path, "/static/.." + path, "/static/x/../.." + path, "/static/%2e%2e" + path, "/healthz/.." + path,
	}
}

func hex(b byte) string { return string("0123456789abcdef"[b>>4]) + string("0123456789abcdef"[b&15]) }

// R018, R022: no spelling of a protected address shows it to a stranger, and
// none of its spellings with a file's ending shows it to anybody, so that no
// cache takes it for a file.
func TestPathTricksDoNotBypassTheGuard(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	stranger, admin := s.browser(t), s.browser(t)
	admin.signIn()
	const private = "Welcome, Nomsa Admin!"
	if !strings.Contains(admin.get("/profile").body, private) {
		t.Fatalf("the profile does not say %q, so that the test can't fail", private)
	}
	for _, path := range append(spellings("/profile"), "/profile", "/profile?x=.css", "/profile?/../", "/profile#") {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, headers := range [][]string{
				nil,
				{"HX-Request: true"},
				{"HX-Boosted: true", "HX-Request: true"},
				{"X-Original-URL: /profile"},
				{"X-Rewrite-URL: /profile"},
				{"X-HTTP-Method-Override: GET"},
				{"X-Forwarded-For: 127.0.0.1"},
			} {
				if method == http.MethodHead && headers != nil {
					continue
				}
				a := stranger.send(method, path, "", headers...)
				switch a.status {
				case 400, 401, 404:
				case 303:
					if location := a.header.Get("Location"); !strings.HasPrefix(location, "/login?next=") {
						t.Errorf("%s %s: to %q", method, path, location)
					}
				case 200:
					if method == http.MethodGet && !strings.Contains(a.body, "Every race our members have run") {
						t.Errorf("%s %s %q: got 200:\n%s", method, path, headers, a.body)
					}
				default:
					t.Errorf("%s %s %q: got %d", method, path, headers, a.status)
				}
				if strings.Contains(a.body, private) {
					t.Errorf("%s %s %q: shows the profile", method, path, headers)
				}
			}
		}
		if a := admin.get(path); strings.Contains(a.body, private) && strings.Trim(path, "/") != "profile" && !strings.ContainsAny(path, "?#") {
			t.Errorf("%s shows the profile to its owner: a cache may take it for a file", path)
		}
	}
}

// R022: each page has one address.
func TestOtherSpellingsAreNoPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	admin := s.browser(t)
	admin.signIn()
	for _, path := range []string{
		"/profile/", "/PROFILE", "/Profile", "/login/", "/Login", "/runners/", "/RUNNERS", "/runners/1/", "/Runners/1", "/predict/",
		"/healthz/", "/HEALTHZ", "/readyz/",
	} {
		if a := admin.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, a.status)
		}
	}
	for _, path := range []string{"//login", "///login", "//localhost/login"} {
		request := "GET " + path + " HTTP/1.1\r\nHost: " + s.address + "\r\nConnection: close\r\n\r\n"
		if got := responses(t, s.wire(t, request), http.MethodGet); len(got) != 1 || got[0].status != http.StatusNotFound {
			t.Errorf("%s: got %v, want one 404", path, got)
		}
	}
}

// Browsers ask for an icon of what is no page.
func TestTheUsualIconIsOurs(t *testing.T) {
	t.Parallel()
	b := newSite(t, "sqlite").browser(t)
	a := b.get("/favicon.ico")
	if got, want := a.header.Get("Location"), static.URL("icon.svg"); a.status != http.StatusFound || got != want {
		t.Fatalf("%d to %q, want %d to %q", a.status, got, http.StatusFound, want)
	}
	if icon := b.get(a.header.Get("Location")); icon.status != http.StatusOK {
		t.Errorf("the icon: %d", icon.status)
	}
}

// R023: only the files meant to be seen are.
func TestStaticShowsNothingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	version := strings.Split(static.URL("app.css"), "/")[2]
	for _, path := range []string{
		"/static", "/static/", "/static/" + version, "/static/" + version + "/", "/static/" + version + "/static.go",
		"/static/" + version + "/../../go.mod", "/static/" + version + "/..%2f..%2fgo.mod", "/static/" + version + "/%2e%2e/go.mod",
		"/static/" + version + "/%252e%252e%252fgo.mod", "/static/" + version + "/..%5c..%5cgo.mod", "/static/" + version + "/..\\go.mod",
		"/static/../go.mod", "/static/%2e%2e/go.mod", "/static/..%2fgo.mod", "/static/..;/go.mod", "/static//etc/passwd",
		"/static/" + version + "//etc/passwd", "/static/" + version + "/%2fetc%2fpasswd", "/static/x/app.css", "/static//app.css",
		"/static/" + version + "/app.css%00.js", "/static/" + version + "/APP.CSS", "/static/" + version + "/app.css/",
		"/static/" + version + "/htmx-LICENSE.txt", "/static/" + version + "/README.md", "/static/" + version + "/vendor%2fhtmx-4.0.1.min.js",
		"/.git/HEAD", "/.git/config", "/.env", "/.env.example", "/go.mod", "/go.sum", "/main.go", "/Dockerfile", "/runnerdb.db",
		"/demo.db", "/../runnerdb.db", "/etc/passwd", "/proc/self/environ", "/robots.txt/../.env", "/.well-known/../.env",
		"/WEB-INF/web.xml", "/wp-login.php", "/server-status", "/favicon.ico/..", "/backup.sql", "/handlers/routes.go",
	} {
		for _, a := range []answer{b.get(path), responses(t, s.wire(t, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"), "GET")[0]} {
			if a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
				t.Errorf("%s: got %d, want 404", path, a.status)
			}
			for _, word := range []string{"module runnerdb", "ref: refs", "root:", "SESSION_KEYS", "package "} {
				if strings.Contains(a.body, word) {
					t.Errorf("%s: shows %q", path, word)
				}
			}
		}
	}
	if a := b.get(static.URL("app.css")); a.status != http.StatusOK {
		t.Fatalf("%s: got %d, so that the test can't fail", static.URL("app.css"), a.status)
	}
}

// R094.
func TestDebugPagesAreNotThere(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b, admin := s.browser(t), s.browser(t)
	admin.signIn()
	for _, path := range []string{
		"/debug", "/debug/", "/debug/pprof", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/profile?seconds=1",
		"/debug/pprof/cmdline", "/debug/vars", "/metrics", "/monitor", "/dashboard", "/swagger", "/swagger/index.html",
		"/swagger.json", "/openapi.json", "/api", "/env", "/actuator/env", "/actuator/heapdump", "/info", "/status",
		"/version", "/console", "/graphql", "/_templ/reload/events", "/test/panic",
	} {
		for _, a := range []answer{b.get(path), admin.get(path)} {
			if a.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.status)
			}
		}
	}
}

// R014: on every page files are our own, under addresses that change with them,
// and scripts and style sheets have the hash that they are loaded by.
func TestFilesAreOurOwnAndKeptForEver(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b, admin := s.browser(t), s.browser(t)
	admin.signIn()
	pages := []answer{admin.get("/profile"), admin.get("/admin/runners"), admin.get("/admin/audit")}
	for _, path := range []string{"/", "/runners", "/runners/1", "/races/1", "/predict?runner=1", "/records", "/boards", "/login", "/nowhere"} {
		pages = append(pages, b.get(path))
	}
	checked := 0
	for _, page := range pages {
		doc := page.doc(t)
		for _, attribute := range []string{"src", "href", "action"} {
			for _, link := range doc.Find("[" + attribute + "]").Map(attributeOf(attribute)) {
				if !strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "#") || strings.HasPrefix(link, "//") {
					t.Errorf("%s=%q leads away", attribute, link)
				}
			}
		}
		doc.Find("script, link[rel=stylesheet], link[rel=icon], img").Each(func(_ int, tag *goquery.Selection) {
			link := tag.AttrOr("src", tag.AttrOr("href", ""))
			a := b.get(link)
			if !strings.HasPrefix(link, static.Prefix) || a.status != http.StatusOK || len(a.cookies()) > 0 ||
				a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("%q: got %d, %v", link, a.status, a.header)
			}
			sum := sha512.Sum384([]byte(a.body))
			want := "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
			if got := tag.AttrOr("integrity", ""); tag.Is("script, link[rel=stylesheet]") && got != want {
				t.Errorf("%s: integrity: got %q, want %q", link, got, want)
			}
			checked++
		})
	}
	if checked < 3*len(pages) {
		t.Errorf("only %d files on %d pages", checked, len(pages))
	}
}
