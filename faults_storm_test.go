//go:build faults

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// storm is a number of requests that are begun and never finished.
type storm struct {
	name  string
	conns int
	head  string
	body  string
}

// R026, R101: requests that announce long bodies and send next to nothing, from
// sixty addresses, directly or through a router, move memory by less than 50 MB,
// and another visitor is answered within a second. A real sheet of nearly 16 MB is
// taken afterwards.
func TestFaultAnnouncedBodies(t *testing.T) {
	for _, way := range []struct {
		name    string
		through bool
	}{{"direct", false}, {"haproxy", true}} {
		t.Run(way.name, func(t *testing.T) {
			location := querytest.Location(t, querytest.SQLite)
			environment := []string{"TRUST_PROXY=0"}
			if way.through {
				environment = []string{"TRUST_PROXY=1"}
			}
			server := startServer(t, location, environment...)
			port := server.port
			if way.through {
				port = startHAProxy(t, server.port)
			}
			keeper := signedIn(t, location, port)
			cookie := visitorCookie(t, port)
			upload := "POST /admin/imports HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + "\r\n"
			login := "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
			for range querytest.Rounds(1) {
				for _, s := range []storm{
					{"60 uploads of strangers", 60, upload + "Content-Type: application/octet-stream\r\nContent-Length: 16000000\r\n\r\n", strings.Repeat("a", 100)},
					{"60 sheets of strangers", 60, upload + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 16000000\r\n\r\n", strings.Repeat("a", 100)},
					{"1500 logins", 1500, login + "Content-Length: 262000\r\n\r\n", "e"},
					{"2600 logins", 2600, login + "Content-Length: 262000\r\n\r\n", "e"},
					{"2600 logins without a byte", 2600, login + "Content-Length: 262000\r\n\r\n", ""},
					{"2600 logins in chunks", 2600, login + "Transfer-Encoding: chunked\r\n\r\n", "3ffff\r\ne"},
					{"2600 half heads", 2600, login + "X-Padding: ", strings.Repeat("a", 8000)},
					{"2600 silent connections", 2600, "", ""},
				} {
					endure(t, server, port, s)
				}
			}
			if status := uploadSheet(t, keeper, port, 16_000_000); status != http.StatusOK {
				t.Errorf("a sheet of 16 MB: got %d", status)
			}
		})
	}
}

// endure holds a storm and looks at the server meanwhile.
func endure(t *testing.T, server *process, port string, s storm) {
	t.Helper()
	const mostGrowth, soon = 50e6, time.Second
	before := memoryOf(t, server).VmRSS
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	begun := time.Now()
	conns := hold(t, port, s)
	opened := time.Since(begun)
	most, slowest := before, time.Duration(0)
	for range 10 {
		start := time.Now()
		if status, err := visit(ctx, port); status != http.StatusOK {
			t.Errorf("%s: a visitor got %d, %v", s.name, status, err)
		}
		slowest = max(slowest, time.Since(start))
		most = max(most, memoryOf(t, server).VmRSS)
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("%s: begun in %v; memory before %.1f MB, at most %.1f MB; a visitor waited at most %v",
		s.name, opened.Round(time.Millisecond), float64(before)/1e6, float64(most)/1e6, slowest.Round(time.Millisecond))
	if grown := float64(most) - float64(before); grown > mostGrowth {
		t.Errorf("%s: memory grew by %.1f MB", s.name, grown/1e6)
	}
	if slowest > soon {
		t.Errorf("%s: a visitor waited %v", s.name, slowest)
	}
	for _, conn := range conns {
		_ = conn.Close()
	}
}

// hold begins the requests of a storm, from sixty addresses.
func hold(t *testing.T, port string, s storm) []net.Conn {
	t.Helper()
	conns := make([]net.Conn, 0, s.conns)
	for i := range s.conns {
		conn, err := dialFrom(t.Context(), fmt.Sprintf("127.0.0.%d", 2+i%60), port)
		if err != nil {
			t.Errorf("%s, connection %d: %v", s.name, i, err)
			return conns
		}
		conns = append(conns, conn)
		_, _ = io.WriteString(conn, s.head+s.body) // the server may have had enough
	}
	return conns
}

func dialFrom(ctx context.Context, from, port string) (net.Conn, error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
	return dialer.DialContext(ctx, "tcp", "127.0.0.1:"+port)
}

// visit asks for a page from an address that has no part in a storm.
func visit(ctx context.Context, port string) (status int, err error) {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialFrom(ctx, "127.0.0.200", port)
		},
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/runners", http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

// visitorCookie is the cookie that the login page gives to anybody.
func visitorCookie(t *testing.T, port string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/login", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	cookies := send(http.DefaultClient, request).header["Set-Cookie"]
	if len(cookies) != 1 {
		t.Fatalf("got %d cookies", len(cookies))
	}
	pair, _, _ := strings.Cut(cookies[0], ";")
	return pair
}

// uploadSheet sends a sheet of about so many bytes, and follows to its preview.
func uploadSheet(t *testing.T, v *visitor, port string, size int) int {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("form_token", v.token); err != nil {
		t.Fatal(err)
	}
	file, err := form.CreateFormFile("file", "Long Race 10km 2024.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(file, "Position,Name,Gender,Club,Time,Remarks\n")
	for i := 0; body.Len() < size; i++ {
		_, _ = fmt.Fprintf(file, "%d,Runner %s,F,Club,%d:%02d:%02d,%s\n", i+1, letters(i+26), 1+i/3600%5, i/60%60, i%60, strings.Repeat("x", 400))
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	client := *v.client
	client.Timeout = 2 * time.Minute
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:"+port+"/admin/imports", &body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	r := send(&client, request)
	if r.status != http.StatusOK {
		t.Logf("the sheet: %d, %.2000s", r.status, r.body)
	}
	return r.status
}

// startHAProxy puts a router in front of a server until the test ends. haproxy is
// installed by make test-faults on Debian.
func startHAProxy(t *testing.T, server string) (port string) {
	t.Helper()
	port = freePort(t)
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(file, fmt.Appendf(nil, `global
  maxconn 8000
defaults
  mode http
  maxconn 8000
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  option forwardfor
frontend public
  bind 127.0.0.1:%s
  http-request set-header X-Forwarded-Proto http
  default_backend club
backend club
  server club 127.0.0.1:%s
`, port, server), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "haproxy", "-db", "-f", file)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("haproxy can't be started (make test-faults installs it on Debian): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("haproxy said %s", said.String())
		}
	})
	awaitReady(t, port)
	return port
}
