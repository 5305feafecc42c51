package handlers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"runnerdb/static"
)

// R021: what is not supported is refused, with the methods that are.
func TestOnlySupportedMethods(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	allowed := map[string]string{
		"/": "GET, HEAD", "/runners": "GET, HEAD", "/runners/1": "GET, HEAD", "/predict": "GET, HEAD",
		"/login": "GET, HEAD, POST", "/logout": "POST", "/profile": "GET, HEAD",
		"/healthz": "GET, HEAD", "/readyz": "GET, HEAD", static.URL("app.css"): "GET, HEAD",
	}
	for path, want := range allowed {
		for _, method := range []string{"TRACE", "FOO", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "get", "DEBUG"} {
			a := b.send(method, path, "")
			if a.status != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: got %d, want 405", method, path, a.status)
			}
			if got := methodsOf(a); got != want {
				t.Errorf("%s %s: Allow: got %q, want %q", method, path, got, want)
			}
			if !strings.Contains(a.body, "can&#39;t be done here") || strings.Contains(a.body, "FOO") {
				t.Errorf("%s %s: not our page:\n%s", method, path, a.body)
			}
		}
	}
	for _, target := range []string{"/", "evil.example:443"} {
		wire := s.wire(t, "CONNECT "+target+" HTTP/1.1\r\nHost: x\r\n\r\n")
		if got := responses(t, wire, "GET"); len(got) != 1 || (got[0].status != 405 && got[0].status != 400) {
			t.Errorf("CONNECT %s: %q", target, wire)
		}
	}
	if a := b.get("/logout"); a.status != http.StatusMethodNotAllowed || methodsOf(a) != "POST" {
		t.Errorf("GET /logout: got %d, Allow %q, want 405, POST", a.status, methodsOf(a))
	}
}

func methodsOf(a answer) string {
	methods := strings.FieldsFunc(a.header.Get("Allow"), func(r rune) bool { return r == ',' || r == ' ' })
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// R021.
func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	for _, path := range []string{"/", "/runners?q=karabo", "/runners/1", "/predict", "/healthz", "/readyz", "/profile", "/nowhere", static.URL("app.css")} {
		get, head := b.get(path), b.send(http.MethodHead, path, "")
		if head.status != get.status {
			t.Errorf("%s: got %d, want %d", path, head.status, get.status)
		}
		if head.body != "" {
			t.Errorf("%s: HEAD has a body", path)
		}
		for _, header := range []string{"Content-Type", "Content-Length", "Cache-Control", "Vary", "Location", "Content-Security-Policy"} {
			if got, want := head.header.Get(header), get.header.Get(header); got != want && want != "0" {
				t.Errorf("%s: %s: got %q, want %q", path, header, got, want)
			}
		}
	}
	wire := s.wire(t, "HEAD /runners HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, body, _ := strings.Cut(wire, "\r\n\r\n"); body != "" {
		t.Errorf("bytes after the head: %q", body)
	}
}
