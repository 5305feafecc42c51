package handlers_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"runnerdb/handlers"
	"runnerdb/queries/querytest"
)

// open begins a request and keeps the connection open.
func (s *site) open(t *testing.T, request string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	return conn
}

// statusOn reads an answer; 0 when there is none.
func statusOn(conn net.Conn) int {
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func uploadHead(cookie *http.Cookie, length int) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n",
		importsPath, pair(cookie), length)
}

// R026, R101: what is announced takes no memory, and a sheet is read only for an
// editor whose session lives.
func TestASheetIsReadForEditorsAlone(t *testing.T) {
	t.Parallel()
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, engine)
			stranger, ended := s.browser(t), s.browser(t)
			stranger.get("/login")
			ended.signIn()
			cookie := ended.sessionCookie()
			ended.post("/logout", ended.get("/profile").fill(t, "/logout", nil))
			for name, cookie := range map[string]*http.Cookie{"a stranger": stranger.sessionCookie(), "a session that has ended": cookie} {
				conn := s.open(t, uploadHead(cookie, 16_000_000)+strings.Repeat("a", 100))
				if got := statusOn(conn); got != http.StatusUnsupportedMediaType {
					t.Errorf("%s: got %d, want 415 before the body has come", name, got)
				}
			}
		})
	}
}

// R101: memory follows what has arrived.
func TestAnnouncedBodiesTakeNoMemory(t *testing.T) {
	s := newSite(t, "sqlite")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const conns = 100
	for range conns {
		s.open(t, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 262000\r\n\r\ne")
	}
	if a := s.browser(t).get("/"); a.status != http.StatusOK { // the others have been accepted before
		t.Errorf("got %d", a.status)
	}
	runtime.ReadMemStats(&after)
	if grown := (after.TotalAlloc - before.TotalAlloc) / conns; grown > 100_000 {
		t.Errorf("each took %d bytes, of 262000 that it announced", grown)
	}
}

// A few editors upload at once; one more waits, and is put off in the end.
func TestFewUploadsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", func(p *setup) { p.config.Deadline = 2 * time.Second })
	b := s.browser(t)
	b.signIn()
	cookie := b.sessionCookie()
	var under []net.Conn
	for range handlers.MaxUploads {
		under = append(under, s.open(t, uploadHead(cookie, 1000)+"-"))
	}
	s.awaitUploads(t, handlers.MaxUploads)
	if got := statusOn(s.open(t, uploadHead(cookie, 1000)+"-")); got != http.StatusServiceUnavailable {
		t.Errorf("one more: got %d, want 503", got)
	}
	waiting := s.open(t, uploadHead(cookie, 4)+"----")
	if err := under[0].Close(); err != nil {
		t.Error(err)
	}
	if got := statusOn(waiting); got != http.StatusForbidden {
		t.Errorf("after one has ended: got %d, want 403 for a form without a token", got)
	}
}

func (s *site) awaitUploads(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); s.server.Uploads() < n; {
		if time.Now().After(deadline) {
			t.Fatalf("%d uploads are under way, want %d", s.server.Uploads(), n)
		}
		runtime.Gosched()
	}
}

// R101: long bodies are bounded together, and short forms read beside them.
func TestLongBodiesAreBoundedTogether(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	const half = 200_000
	for range handlers.MaxBodiesBytes / (half - handlers.FreeBodyBytes) {
		s.open(t, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 262000\r\n\r\n"+strings.Repeat("a", half))
	}
	s.awaitBodies(t, handlers.MaxBodiesBytes-half)
	long := fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 250000\r\n\r\n%s", strings.Repeat("a", 250_000))
	if got := statusOn(s.open(t, long)); got != http.StatusServiceUnavailable {
		t.Errorf("one more long body: got %d, want 503", got)
	}
	s.browser(t).signIn()
}

func (s *site) awaitBodies(t *testing.T, n int64) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); s.server.BodyBytes() < n; {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes are under way, want %d", s.server.BodyBytes(), n)
		}
		runtime.Gosched()
	}
}
