package handlers_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// R019: each request hides a second one, GET /smuggled, where a server that
// reads more leniently than the router in front of it would find one. It is
// refused and the connection closed, or answered once.
func TestNoRequestIsSmuggled(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	s := newSite(t, "sqlite", withRoutes(func(app *fiber.App) {
		app.Get("/smuggled", func(c *fiber.Ctx) error {
			reached.Add(1)
			return c.SendString("smuggled")
		})
	}))
	const hidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	tests := []struct {
		name, request string
		// answered says that one answer other than a refusal will do.
		answered bool
	}{
		{"CL.TE", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, true},
		{"CL.TE, long", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%s", 5+len(hidden), hidden), true},
		{"TE.CL", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(hidden), hidden), true},
		{"two lengths", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden), false},
		{"two lengths in one", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 0, %d\r\n\r\n%s", len(hidden), hidden), false},
		{"two encodings", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden, false},
		{"chunked twice", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + hidden, false},
		{"unknown encoding", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n" + hidden, false},
		{"chunked first", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden, false},
		{"encoding with a tab", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + hidden, false},
		{"blank before the colon of the length", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length : %d\r\n\r\n%s", len(hidden), hidden), false},
		{"blank before the colon of the encoding", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden, false},
		{"blank before the first header", "POST /login HTTP/1.1\r\n Host: x\r\nContent-Length: 0\r\n\r\n" + hidden, false},
		{"bare LF", "POST /login HTTP/1.1\nHost: x\nContent-Length: 0\n\n" + hidden, false},
		{"bare LF, unknown method", "FOO / HTTP/1.1\nHost: x\nContent-Length: 0\n\n" + hidden, false},
		{"bare LF at the end", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\n" + hidden, false},
		{"bare LF before a header", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nX: y\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden), false},
		{"bare CR", "POST /login HTTP/1.1\r\nHost: x\r\nX: y\rContent-Length: 0\r\n\r\n" + hidden, false},
		{"NUL in a header", "POST /login HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n" + hidden, false},
		{"NUL in a name", "POST /login HTTP/1.1\r\nHost: x\r\nX\x00Y: a\r\nContent-Length: 0\r\n\r\n" + hidden, false},
		{"chunk with an extension", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n" + fmt.Sprintf("%x", len(hidden)) + "\r\n0\r\n\r\n" + hidden, false},
		{"chunk with a CR in the extension", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a\rb\r\nxx\r\n0\r\n\r\n" + hidden, false},
		{"chunk larger than said", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxxxxxx\r\n0\r\n\r\n" + hidden, false},
		{"chunk size overflows", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" + hidden, false},
		{"chunk size is signed", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n+0\r\n\r\n" + hidden, false},
		{"chunk size in hex with 0x", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + hidden, false},
		{"no host", "POST /login HTTP/1.1\r\nContent-Length: 0\r\n\r\n" + hidden, false},
		{"two hosts", "POST /login HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n" + hidden, false},
		{"encoding in HTTP/1.0", "POST /login HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, false},
		{"signed length", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n" + hidden, false},
		{"negative length", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" + hidden, false},
		{"length in hex", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 0x0\r\n\r\n" + hidden, false},
		{"length overflows", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\n" + hidden, false},
		{"length is empty", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\n" + hidden, false},
		{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + hidden, false},
		{"unknown version", "GET / HTTP/3.7\r\nHost: x\r\n\r\n" + hidden, true},
		{"HTTP/1.9", "GET / HTTP/1.9\r\nHost: x\r\n\r\n" + hidden, false},
		{"HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n" + hidden, false},
		{"HTTP/2.0 with a body", fmt.Sprintf("POST /login HTTP/2.0\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden), false},
		{"folded header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n" + hidden, false},
		{"header folded by a tab", "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\r\n" + hidden, false},
		{"folded length", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n %d\r\n\r\n%s", len(hidden), hidden), false},
		{"folded encoding", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + hidden, false},
		{"long body, answered unread", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + hidden, false},
		{"sheet of a stranger, answered unread", "POST /admin/imports HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 300000\r\n\r\n" + hidden, false},
		{"GET with a body", fmt.Sprintf("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden), true},
		{"HEAD with a body", fmt.Sprintf("HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden), true},
		{"unknown method with a body", fmt.Sprintf("FOO / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden), true},
		{"Expect", fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden), true},
		{"Upgrade to h2c", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nContent-Length: " + fmt.Sprint(len(hidden)) + "\r\n\r\n" + hidden, true},
	}
	for _, test := range tests {
		method, _, _ := strings.Cut(test.request, " ")
		wire := s.wire(t, test.request)
		answers := responses(t, wire, method)
		if n := reached.Swap(0); n != 0 || strings.Contains(wire, "smuggled") {
			t.Errorf("%s: the hidden request was answered:\n%s", test.name, wire)
		}
		if len(answers) != 1 {
			t.Errorf("%s: got %d answers, want 1:\n%s", test.name, len(answers), wire)
			continue
		}
		refused := answers[0].status == http.StatusBadRequest || answers[0].status == http.StatusNotImplemented ||
			answers[0].status == http.StatusRequestEntityTooLarge || answers[0].status == http.StatusMethodNotAllowed
		if !refused && !test.answered {
			t.Errorf("%s: got %d, want 400", test.name, answers[0].status)
		}
		if refused && !test.answered && !answers[0].closes {
			t.Errorf("%s: got %d without Connection: close", test.name, answers[0].status)
		}
	}
	pipelined := s.wire(t, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"+hidden)
	if answers := responses(t, pipelined, "GET"); len(answers) != 2 || reached.Load() != 1 {
		t.Errorf("two honest requests: got %d answers and %d calls, so that the test can't fail:\n%s", len(answers), reached.Load(), pipelined)
	}
}

// R020.
func TestNoHeaderIsInjected(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b, admin := s.browser(t), s.browser(t)
		admin.signIn()
		for _, line := range []string{
			"%0d%0aSet-Cookie:%20planted=1", "%0aSet-Cookie:%20planted=1", "%0dSet-Cookie:%20planted=1",
			"%00Set-Cookie:%20planted=1", "%E5%98%8A%E5%98%8DSet-Cookie:%20planted=1", "%c4%8d%c4%8aSet-Cookie:%20planted=1",
			"%0d%0a%0d%0a<h1>split</h1>", "%250d%250aSet-Cookie:%20planted=1", "%E2%80%A8Set-Cookie:%20planted=1",
		} {
			for _, path := range []string{
				"/runners?q=" + line, "/predict?q=" + line, "/predict?q=k&runner=1" + line, "/runners/1" + line,
				"/runners/1?distance=42k" + line, "/login?next=/profile" + line, "/login?next=" + line, "/" + line,
				"/runners?page=2" + line, "/runners?sort=name" + line, "/static/" + line + "/app.css",
			} {
				for name, a := range map[string]answer{
					"page": b.get(path), "fragment": b.fragment(path), "signed in": admin.get(path), "signed in fragment": admin.fragment(path),
				} {
					if a.status >= 500 {
						t.Errorf("%s %s: got %d", name, path, a.status)
					}
					for header, values := range a.header {
						if whole := strings.Join(values, "\n"); strings.Contains(whole, "planted") && header != "Location" && header != "Hx-Redirect" {
							t.Errorf("%s %s: %s: %q", name, path, header, whole)
						}
					}
					for _, header := range []string{"Location", "HX-Redirect"} {
						if value := a.header.Get(header); strings.ContainsAny(value, "\r\n") || strings.Contains(value, "Set-Cookie: planted") {
							t.Errorf("%s %s: %s: %q", name, path, header, value)
						}
					}
					for _, cookie := range a.cookies() {
						if cookie.Name != "runnerdb" {
							t.Errorf("%s %s: cookie %q", name, path, cookie.Name)
						}
					}
				}
			}
		}
	})
}

// R024: too much of a head is refused at once, and the next visitor served.
func TestHeadersAndAddressesAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	many := func(n int, header string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, header, i)
		}
		return b.String()
	}
	tests := []struct{ name, request string }{
		{"20 KB header", "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("a", 20_000) + "\r\n\r\n"},
		{"20 KB name", "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("a", 20_000) + ": b\r\n\r\n"},
		{"20 KB cookie", "GET / HTTP/1.1\r\nHost: x\r\nCookie: runnerdb=" + strings.Repeat("a", 20_000) + "\r\n\r\n"},
		{"20 KB address", "GET /" + strings.Repeat("a", 20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"20 KB query", "GET /runners?q=" + strings.Repeat("a", 20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"a million letters", "GET /runners?q=" + strings.Repeat("a", 1_000_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"20 KB method", strings.Repeat("A", 20_000) + " / HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"1000 headers", "GET / HTTP/1.1\r\nHost: x\r\n" + many(1000, "X-Header-%d: value\r\n") + "\r\n"},
		{"1000 short headers", "GET / HTTP/1.1\r\nHost: x\r\n" + many(1000, "X%d:v\r\n") + "\r\n"},
		{"1000 cookies", "GET / HTTP/1.1\r\nHost: x\r\n" + many(1000, "Cookie: a%d=b\r\n") + "\r\n"},
	}
	for _, test := range tests {
		start := time.Now()
		wire := s.wire(t, test.request)
		// 20 s is what the socket waits; the promise is one.
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: took %s", test.name, took)
		}
		// A client that still sends when the connection closes may lose the answer.
		if wire == "" && len(test.request) > 100_000 {
			continue
		}
		answers := responses(t, wire, "GET")
		if len(answers) != 1 {
			t.Fatalf("%s: got %d answers, want 1: %q", test.name, len(answers), wire)
		}
		switch answers[0].status {
		case http.StatusBadRequest, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge:
		default:
			t.Errorf("%s: got %d, want 400, 414 or 431", test.name, answers[0].status)
		}
	}
	if a := s.browser(t).get("/"); a.status != http.StatusOK {
		t.Errorf("after all that: got %d, want 200", a.status)
	}
}

// R026, in so far as one request shows it: too large a body is refused by its
// length, before anything is read of it, on any address.
func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	for _, path := range []string{"/login", "/logout", "/", "/nowhere", "/healthz"} {
		for name, request := range map[string]string{
			"length":           "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 262145\r\n\r\n",
			"length, 100 MB":   "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n",
			"length on a GET":  "GET " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 262145\r\n\r\n",
			"chunked":          "POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(262_145),
			"many chunks":      "POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("ffff\r\n"+strings.Repeat("a", 0xffff)+"\r\n", 5) + "0\r\n\r\n",
			"multipart":        "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 262145\r\n\r\n",
			"expects to go on": "POST " + path + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 262145\r\n\r\n",
		} {
			wire := s.wire(t, request)
			answers := responses(t, strings.TrimPrefix(wire, "HTTP/1.1 100 Continue\r\n\r\n"), "POST")
			if len(answers) != 1 || (answers[0].status != http.StatusRequestEntityTooLarge && answers[0].status != http.StatusExpectationFailed) {
				t.Errorf("%s, %s: %.300q, want one 413", path, name, wire)
			}
		}
	}
}

// R027: what Fiber would unpack without a limit is refused unread.
func TestEncodedBodiesAreRefused(t *testing.T) {
	s := newSite(t, "sqlite")
	b := s.browser(t)
	var bomb bytes.Buffer
	w, err := gzip.NewWriterLevel(&bomb, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for range 32 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var twice, deflated bytes.Buffer
	again := gzip.NewWriter(&twice)
	deflate := zlib.NewWriter(&deflated)
	for _, closer := range []interface {
		Write(p []byte) (int, error)
		Close() error
	}{again, deflate} {
		if _, err := closer.Write(bomb.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := closer.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/login", "/logout", "/", "/nowhere"} {
		for encoding, body := range map[string]string{
			"gzip": bomb.String(), "GZIP": bomb.String(), "x-gzip": bomb.String(), "gzip, gzip": twice.String(),
			"deflate": deflated.String(), "br": "x", "zstd": "x", "unknown": "x", "identity, gzip": bomb.String(),
		} {
			for _, kind := range []string{"application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"} {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				a := b.send(http.MethodPost, path, body, "Content-Encoding: "+encoding, "Content-Type: "+kind)
				runtime.ReadMemStats(&after)
				if a.status != http.StatusUnsupportedMediaType {
					t.Errorf("%s, %s, %s: got %d, want 415", path, encoding, kind, a.status)
				}
				if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
					t.Errorf("%s, %s, %s: %d bytes were allocated", path, encoding, kind, grown)
				}
			}
		}
	}
}

// R028: whatever stands in a body, it is a bad request and no accident.
func TestMalformedBodiesAreBadRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	token := b.get("/login").fill(t, "/login", nil).Get("form_token")
	const form, multipart, json = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
	with := "form_token=" + url.QueryEscape(token) + "&email=a%40b.c&password=x"
	part := "--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nx\r\n"
	tests := []struct {
		name, kind, body string
		want             []int
	}{
		{"bad escape", form, with + "&x=%zz", []int{400}},
		{"half an escape", form, with + "&x=%", []int{400}},
		{"semicolons", form, with + ";x=1", []int{400}},
		{"not UTF-8", form, with + "&x=%ff%fe", []int{400}},
		{"raw bytes", form, with + "&x=\xff\xfe", []int{400}},
		{"NUL", form, with + "&x=%00", []int{400}},
		{"raw NUL", form, with + "&x=\x00", []int{400}},
		{"NUL in the e-mail address", form, with + "&email=%00", []int{400}},
		{"a thousand fields", form, with + strings.Repeat("&a=b", 1000), []int{400}},
		{"ten thousand separators", form, with + strings.Repeat("&", 10_000), []int{400}},
		{"far index", form, with + "&xs[99999999]=1", []int{422}},
		{"deep index", form, with + "&a" + strings.Repeat("[b]", 500) + "=1", []int{422}},
		{"unclosed index", form, with + "&a[=1&[=2&]=3", []int{422}},
		{"no form", form, "", []int{403}},
		{"only signs", form, "=&=&=", []int{403}},
		{"JSON", json, `{"form_token":"` + token + `"}`, []int{403, 415}},
		{"broken JSON", json, `{"form_token":`, []int{403, 415}},
		{"JSON said to be a form", form, `{"form_token":"` + token + `"}`, []int{403}},
		{"XML", "application/xml", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`, []int{403, 415}},
		{"text", "text/plain", with, []int{403, 415}},
		{"no type", "", with, []int{403, 415}},
		{"broken type", "application/x-www-form-urlencoded; =", with, []int{415, 422}},
		{"strange type", "\"", with, []int{403, 415}},
		{"other charset", form + "; charset=utf-16", with, []int{422, 415}},
		{"multipart", multipart + "; boundary=b", part + "--b--\r\n", []int{415}},
		{"multipart, cut short", multipart + "; boundary=b", part, []int{415}},
		{"multipart, no boundary", multipart, part, []int{415}},
		{"multipart, empty boundary", multipart + "; boundary=", part, []int{415}},
		{"multipart, long boundary", multipart + "; boundary=" + strings.Repeat("b", 5000), part, []int{415}},
		{"multipart, bad boundary", multipart + `; boundary="`, part, []int{415}},
		{"multipart, 3000 parts", multipart + "; boundary=b", strings.Repeat(part, 3000) + "--b--\r\n", []int{415}},
		{"multipart, 10000 headers", multipart + "; boundary=b", "--b\r\n" + strings.Repeat("X: y\r\n", 10_000) + "\r\nx\r\n--b--\r\n", []int{415}},
		{"multipart in capitals", "MULTIPART/FORM-DATA; boundary=b", part + "--b--\r\n", []int{415}},
	}
	for _, test := range tests {
		headers := []string{}
		if test.kind != "" {
			headers = append(headers, "Content-Type: "+test.kind)
		}
		a := b.send(http.MethodPost, "/login", test.body, headers...)
		known := false
		for _, want := range test.want {
			known = known || a.status == want
		}
		if !known {
			t.Errorf("%s: got %d, want one of %v", test.name, a.status, test.want)
		}
	}
	if n := s.log.count("request"); n == 0 || strings.Contains(s.log.String(), "panic") {
		t.Errorf("%d requests in the log, or a panic:\n%s", n, s.log)
	}
}
