package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/search"
)

// injections are texts that mean something to a database, and must mean
// nothing here.
var injections = []string{
	"'", "''", `"`, "`", "\\", "\\'", "--", "/*", "*/", ";", "||", "$$", "$1", "$99999", "?", ":x", "@x", "%", "_", "%%", "%a%", "[a]", "*",
	"' OR 1=1 --", "' OR '1'='1", "\" OR \"\"=\"", "1 OR 1=1", "1; DROP TABLE runners", "'; DROP TABLE runners; --",
	"') UNION SELECT NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL --", "' UNION ALL SELECT email FROM users --", "'||(SELECT password_hash FROM users)||'",
	"1 AND pg_sleep(9)", "'; SELECT pg_sleep(9) --", "1 AND randomblob(900000000)", "' AND load_extension('x') --",
	"admin'--", "%27 OR 1=1", "%2527", "\u02bc OR 1=1", "＇ OR 1=1 --", "’ OR 1=1", "\u0000", "0x27", "CHAR(39)", "{{1=1}}", "${1}", "karabo' --",
	"karabo%", "kar_bo", "karabo'||'", "karabo\\", "(karabo)", "karabo/**/khumalo", "karabo;khumalo", "karabo'khumalo",
}

// R033, R034: on both databases a text finds what is called so, and nothing
// else; nothing fails and nothing is changed.
func TestInjectionsAreLiteralText(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		before := s.stored(t)
		token := b.get("/login").fill(t, "/login", nil).Get("form_token")
		for _, text := range injections {
			value := url.QueryEscape(text)
			for _, path := range []string{
				"/runners?q=" + value, "/predict?q=" + value, "/runners/1" + url.PathEscape(text), "/runners/" + url.PathEscape(text),
				"/runners/1?distance=" + value, "/predict?runner=" + value, "/predict?runner=1" + value, "/predict?runner=5&distance=42k" + value,
				"/runners?page=" + value, "/runners?page=1" + value, "/runners?sort=" + value + "&order=" + value + "&limit=" + value + "&offset=" + value,
				"/login?next=" + value, "/" + url.PathEscape(text), "/static/" + url.PathEscape(text) + "/" + url.PathEscape(text),
			} {
				if a := b.fragment(path); a.status >= 500 {
					t.Errorf("%s: got %d", path, a.status)
				}
			}
			for _, header := range []string{"Cookie: runnerdb=", "X-Forwarded-For: ", "Accept-Language: ", "Referer: ", "User-Agent: ", "HX-Target: ", "X-Form-Token: "} {
				if text == "\u0000" {
					continue
				}
				if a := s.browser(t).get("/runners?q=karabo", header+text); a.status != http.StatusOK {
					t.Errorf("%s%s: got %d", header, text, a.status)
				}
			}
			if isNUL := text == "\u0000"; isNUL {
				continue
			}
			for _, name := range names(t, b.get("/runners?q="+value)) {
				if !literally(text, name) {
					t.Errorf("%q finds %q", text, name)
				}
			}
			form := url.Values{"form_token": {token}, "email": {text}, "password": {""}, "next": {text}, "remember": {text}}
			if len(text)%4 == 0 {
				if a := b.post("/login", form); a.status != http.StatusUnprocessableEntity {
					t.Errorf("sign in as %q: got %d, want 422", text, a.status)
				}
			}
		}
		after := s.stored(t)
		// That somebody failed to sign in is noted.
		delete(before, "audit_log")
		delete(before, "tries")
		for table := range before {
			if got, want := fmt.Sprint(after[table]), fmt.Sprint(before[table]); got != want {
				t.Errorf("table %s has changed", table)
			}
		}
		for query, want := range map[string]string{"100%": "100% O'Brien_(Tee)", "(tee": "100% O'Brien_(Tee)", "o'brien": "100% O'Brien_(Tee)", "garcia": "José García"} {
			got := names(t, b.get("/runners?q="+url.QueryEscape(query)))
			if query != "(tee" && (len(got) != 1 || got[0] != want) {
				t.Errorf("%q: got %q, want %q", query, got, want)
			}
		}
	})
}

func names(t *testing.T, a answer) []string {
	t.Helper()
	return a.doc(t).Find(".hit-name").Map(text)
}

// literally reports whether each word of a query that has a sign in it begins a
// word of the name. Slips and spellings are forgiven in letters alone.
func literally(query, name string) bool {
	terms := search.Terms(query)
	for _, term := range terms {
		signs := strings.ContainsFunc(term, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
		if signs && !slices.ContainsFunc(search.Terms(name), func(word string) bool { return strings.HasPrefix(word, term) }) {
			return false
		}
	}
	return len(terms) > 0
}

// R041: what no database and no page can hold is refused; odd numbers name
// nobody.
func TestUnicodeAndBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path string
		want int
	}{
		{"/runners?q=%00", 400},
		{"/runners?q=kara%00bo", 400},
		{"/predict?q=%00", 400},
		{"/predict?q=%00&runner=1", 400},
		{"/runners?q=%ff", 400},
		{"/runners?q=%c3%28", 400},
		{"/runners?q=%ed%a0%80", 400},
		{"/runners?q=%f5%80%80%80", 400},
		{"/predict?q=%80", 400},
		{"/runners?q=%f0%9f%8f%83%f0%9f%8f%bf", 200},
		{"/runners?q=%e2%80%ae%d7%90", 200},
		{"/runners?q=%e2%80%8b", 200},
		{"/runners?q=" + strings.Repeat("%cc%81", 500), 200},
		{"/runners?q=" + strings.Repeat("a", 10_000), 200},
		{"/runners?q=" + strings.Repeat("%a", 5000), 200},
		{"/runners?q=" + strings.Repeat("a+", 5000), 200},
		{"/runners?q=%ef%bb%bfkarabo", 200},
		{"/runners?q=%uff07", 200},
		{"/runners?%ff=%ff", 200},
		{"/runners?" + strings.Repeat("q&", 5000), 200},
		{"/runners/1?distance=%00", 404},
		{"/runners/1?distance=%ff", 404},
		{"/runners/1?distance=" + strings.Repeat("4", 5000), 404},
		{"/runners?page=0", 200},
		{"/runners?page=-1", 200},
		{"/runners?page=1000000000", 200},
		{"/runners?page=9223372036854775808", 200},
		{"/runners?page=1e3", 200},
		{"/runners?page=%00", 200},
		{"/runners?size=1000000000", 200},
	}
	for _, id := range []string{
		"0", "-1", "2147483648", "4294967297", "9223372036854775807", "9223372036854775808", "18446744073709551617", "1e3", "1.0", "01", "+1",
		"0x1", "0b1", "1_0", "%201", "1%20", "1;", "1,2", "1%0a", "1%00", "%ff", "NaN", "null", "true", "[]", "new", "edit", "..",
		"3f2504e0-4f89-11d3-9a0c-0305e82c3301", "%d9%a1", "%ef%bc%91", "%c2%b9", "999", strings.Repeat("9", 5000),
	} {
		tests = append(tests, struct {
			path string
			want int
		}{"/runners/" + id, 404})
		if id != ".." {
			tests = append(tests, struct {
				path string
				want int
			}{"/predict?runner=" + strings.ReplaceAll(id, "+", "%2b"), 404})
		}
	}
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, test := range tests {
			for _, a := range []answer{b.get(test.path), b.fragment(test.path)} {
				if a.status != test.want {
					t.Errorf("%.80s: got %d, want %d", test.path, a.status, test.want)
				}
			}
		}
		token := b.get("/login").fill(t, "/login", nil).Get("form_token")
		for name, test := range map[string]struct {
			email string
			want  int
		}{
			"200,000 letters":    {strings.Repeat("a", 200_000), 422},
			"right to left":      {"\u202e@example.org", 422},
			"NUL":                {"a\x00@example.org", 400},
			"not UTF-8":          {"a\xff@example.org", 400},
			"a lone surrogate":   {"a\xed\xa0\x80@example.org", 400},
			"combining accents":  {strings.Repeat("\u0301", 1000), 422},
			"fullwidth":          {"ａｄｍｉｎ@example.org", 422},
			"case folds to more": {"ADMİN@example.org", 422},
		} {
			form := url.Values{"form_token": {token}, "email": {test.email}, "password": {"x"}}
			if a := b.post("/login", form); a.status != test.want {
				t.Errorf("e-mail address, %s: got %d, want %d", name, a.status, test.want)
			}
		}
		million := url.Values{"form_token": {token}, "email": {strings.Repeat("a", 1_000_000)}}
		wire := s.wire(t, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "+
			fmt.Sprint(len(million.Encode()))+"\r\n\r\n")
		if a := responses(t, wire, "POST")[0]; a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("a million letters in a form: got %d, want 413", a.status)
		}
	})
}

// payloads are texts that would be elements, attributes, links, scripts or
// htmx directives if they were not text.
var payloads = []string{
	`<script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<ScRiPt src=//evil.example></ScRiPt>`, `<script/src=x>`,
	`<img src=x onerror=alert(1)>`, `<img/src=x/onerror=alert(1)>`, `"><img src=x onerror=alert(1)>`, `'><img src=x onerror=alert(1)>`,
	`" onfocus="alert(1)" autofocus="`, `' onfocus='alert(1)' autofocus='`, `x onfocus=alert(1) autofocus`, "` onfocus=alert(1)",
	`"/onmouseover=alert(1)//`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`,
	`</text></svg><script>alert(1)</script>`, `</title><script>alert(1)</script>`, `</desc></svg><img src=x>`, `</textarea><script>alert(1)</script>`,
	`</style><script>alert(1)</script>`, `<style>*{display:none}</style>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<iframe src="javascript:alert(1)">`,
	`<object data="data:text/html,x">`, `<embed src=//evil.example>`, `<base href="//evil.example/">`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
	`<link rel=stylesheet href=//evil.example>`, `<form action="//evil.example"><input name=x>`, `<input type=hidden name=form_token value=x>`,
	`<button formaction="//evil.example">x</button>`, `<a href="javascript:alert(1)">x</a>`, `<a href="//evil.example">x</a>`, `javascript:alert(1)`,
	`JaVaScRiPt:alert(1)`, "java\tscript:alert(1)", `data:text/html,<script>alert(1)</script>`, `vbscript:x`, `//evil.example`,
	`<div hx-get="/logout" hx-trigger="load">`, `" hx-get="/logout" hx-trigger="load`, `" hx-on:click="alert(1)`, `" hx-on::load="alert(1)`,
	`<div data-hx-post="/logout" data-hx-trigger="load">`, `" data-hx-on-load="alert(1)`, `<div hx-vals='js:{x:alert(1)}'>`, `<p hx-swap-oob="true" id="main">`,
	`" hx-target="body" hx-swap="outerHTML`, `{{7*7}}`, `${7*7}`, `#{7*7}`, `<%= 7*7 %>`, `{{constructor.constructor('alert(1)')()}}`,
	`<!--`, `--><script>alert(1)</script>`, `<![CDATA[<script>alert(1)</script>]]>`, `<?xml version="1.0"?>`, `&lt;script&gt;alert(1)&lt;/script&gt;`,
	`&#60;script&#62;`, `&quot;onfocus=alert(1)&quot;`, `\u003cscript\u003e`, `\"><script>alert(1)</script>`, `<math><mi xlink:href="javascript:alert(1)">`,
	`<details open ontoggle=alert(1)>`, `<template><script>alert(1)</script></template>`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	"<scr\u0131pt>", `<a/onclick=alert(1)>x`, `＜script＞alert(1)＜/script＞`,
}

// R035, R036: what a visitor sends comes back as text, or not at all: the
// elements and attributes of the page are those that a harmless text makes.
func TestReflectedTextStaysText(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", emptied)
	b := s.browser(t)
	token := b.get("/login").fill(t, "/login", nil).Get("form_token")
	requests := map[string]func(value string) answer{
		"search":             func(v string) answer { return b.get("/runners?q=" + url.QueryEscape(v)) },
		"search fragment":    func(v string) answer { return b.fragment("/runners?q=" + url.QueryEscape(v)) },
		"predict":            func(v string) answer { return b.get("/predict?q=" + url.QueryEscape(v)) },
		"predict fragment":   func(v string) answer { return b.fragment("/predict?q=" + url.QueryEscape(v)) },
		"runner":             func(v string) answer { return b.get("/predict?runner=" + url.QueryEscape(v)) },
		"distance":           func(v string) answer { return b.get("/runners/1?distance=" + url.QueryEscape(v)) },
		"next":               func(v string) answer { return b.get("/login?next=" + url.QueryEscape(v)) },
		"path":               func(v string) answer { return b.get("/" + url.PathEscape(v)) },
		"path fragment":      func(v string) answer { return b.fragment("/runners/" + url.PathEscape(v)) },
		"header":             func(v string) answer { return b.get("/", "Referer: "+strings.ReplaceAll(v, "\t", " "), "HX-Target: x") },
		"name of parameter":  func(v string) answer { return b.get("/runners?q=zzz&" + url.QueryEscape(v) + "=x") },
		"unpacked by cookie": func(v string) answer { return b.get("/runners?q="+url.QueryEscape(v), "Cookie: x=y") },
		"form": func(v string) answer {
			return b.post("/login", url.Values{"form_token": {token}, "email": {v}, "next": {v}, "password": {v + strings.Repeat("x", 1025)}})
		},
	}
	for name, request := range requests {
		want := skeleton(t, request("zzz"))
		for _, payload := range payloads {
			a := request(payload)
			if got := skeleton(t, a); got != want {
				t.Errorf("%s, %s: the elements are\n%s\nwant\n%s", name, payload, got, want)
			}
			checkLinks(t, name+", "+payload, a)
		}
	}
	if got := b.get("/runners?q="+url.QueryEscape(payloads[0])).doc(t).Find("#q").AttrOr("value", ""); got != payloads[0] {
		t.Errorf("the search box shows %q, want %q", got, payloads[0])
	}
	// A wrong login shows the address again; one hash each is enough for some.
	want := skeleton(t, b.post("/login", url.Values{"form_token": {token}, "email": {"zzz"}}))
	for i := 0; i < len(payloads); i += 6 {
		a := b.post("/login", url.Values{"form_token": {token}, "email": {payloads[i]}, "next": {payloads[i]}})
		if got := skeleton(t, a); got != want {
			t.Errorf("wrong login, %s: the elements are\n%s\nwant\n%s", payloads[i], got, want)
		}
		if got := a.doc(t).Find("#email").AttrOr("value", ""); got != strings.TrimSpace(payloads[i]) {
			t.Errorf("wrong login: the form shows %q, want %q", got, payloads[i])
		}
	}
}

// checkLinks proves that no address on the page leads away from the site, and
// none is a script.
func checkLinks(t *testing.T, name string, a answer) {
	t.Helper()
	doc := a.doc(t)
	for _, attribute := range []string{"href", "src", "action", "formaction", "hx-get", "hx-post", "hx-push-url", "xlink:href"} {
		for _, link := range doc.Find("*").Map(attributeOf(attribute)) {
			if link == "" || link == "true" || strings.HasPrefix(link, "#") {
				continue
			}
			if u, err := url.Parse(link); err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(link, "/") {
				t.Errorf("%s: %s=%q leads away", name, attribute, link)
			}
		}
	}
}

// R035, R036: what is stored shows literally wherever it stands: as a
// runner's name, club and category, as a race's name, in the chart, and as a
// user's name.
func TestStoredTextStaysText(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		const harmless = "Zzz"
		texts := append([]string{harmless}, payloads...)
		querytest.Load(t, s.db, storedTexts(texts))
		b := s.browser(t)
		pages := func(i int) map[string]answer {
			id := i + 1
			return map[string]answer{"page": b.get(runnerPath(id)), "panel": b.fragment(predictPath(id)), "predict": b.get(predictPath(id))}
		}
		want := map[string]string{}
		for name, a := range pages(0) {
			want[name] = skeleton(t, a)
		}
		for i, payload := range payloads {
			for name, a := range pages(i + 1) {
				if got := skeleton(t, a); got != want[name] {
					t.Errorf("%s, %s: the elements are\n%s\nwant\n%s", name, payload, got, want[name])
				}
				checkLinks(t, name+", "+payload, a)
				if got := a.text(t); !strings.Contains(got, strings.Join(strings.Fields(payload), " ")) {
					t.Errorf("%s: %s does not show literally", name, payload)
				}
			}
		}
		// All of them in one list, found by a word that many of them hold.
		for _, path := range []string{"/runners", "/runners?page=2", "/runners?q=script", "/predict?q=evil.example", "/predict?q=%3Cimg"} {
			a := b.get(path)
			checkLinks(t, path, a)
			if n := a.doc(t).Find("#hits").Find("script, img, svg, iframe, form, input, [onerror], [onload], [hx-on\\:click], p[id], style, template").Length(); n != 0 {
				t.Errorf("%s: %d elements that nobody put there", path, n)
			}
		}
		users := s.browser(t)
		if a := users.trySignIn(markupEmail, password); a.status != http.StatusSeeOther {
			t.Fatalf("sign in: got %d", a.status)
		}
		second, admin := s.browser(t), s.browser(t)
		if a := second.trySignIn("second@example.org", password); a.status != http.StatusSeeOther {
			t.Fatalf("sign in: got %d", a.status)
		}
		admin.signIn()
		for _, path := range []string{"/admin/users", "/admin/users/2"} {
			a := admin.get(path)
			checkLinks(t, path, a)
			if n := a.doc(t).Find("main img, [onerror], [hx-get]:not(form.filters), [hx-on\\:click]").Length(); n != 0 || !strings.Contains(a.doc(t).Text(), markup) {
				t.Errorf("%s: %d elements that nobody put there, or the name is not literal", path, n)
			}
		}
		for _, path := range []string{"/profile", "/"} {
			if got, want := skeleton(t, users.get(path)), skeleton(t, second.get(path)); got != want {
				t.Errorf("%s of a user called %s: the elements are\n%s\nwant\n%s", path, markup, got, want)
			}
		}
		if got, want := users.get("/profile").doc(t).Find("h1").Text(), "Welcome, "+markup+"!"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}, func(p *setup) {
		hash, err := passwordHash()
		if err == nil {
			p.users = []accounts.User{{Email: "second@example.org", Name: "Second", Role: accounts.Viewer, PasswordHash: hash}}
		}
	})
}

// storedTexts gives each text a runner of that name with three marathons.
func storedTexts(texts []string) queries.Batch {
	b := &batch{races: map[clubRace]int64{}, series: map[string]int64{}}
	for i, text := range texts {
		id := int64(i + 1)
		b.runner(id, text, club.Male)
		for j, minutes := range []float64{240, 250, 244} {
			held := club.Date{Year: 2020, Month: 1, Day: 1}.AddDays(40 * j)
			b.result(id, clubRace{text, held, 42_195}, club.Result{
				Net: club.FinishTimeOfMinutes(minutes), Category: text, Club: text,
			})
		}
	}
	return b.Batch
}
