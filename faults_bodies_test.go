//go:build faults

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/procfs"

	"runnerdb/queries/querytest"
	"runnerdb/sheets"
)

// R026, R027: bodies of 100 MB, twenty at once, with a length or without, from
// strangers and from who may upload, and 2 GB packed into 2 MB, are refused
// before they are read: nothing of them is kept in memory, and no file is made.
func TestFaultHugeBodies(t *testing.T) {
	location := querytest.Location(t, querytest.SQLite)
	temporary := t.TempDir()
	server := startServer(t, location, "TMPDIR="+temporary)
	keeper := signedIn(t, location, server.port)
	cookie := keeper.cookies(t, server.port)
	before := memoryOf(t, server).VmHWM
	const huge = 100 << 20
	multipart := "Content-Type: multipart/form-data; boundary=b\r\n"
	for name, head := range map[string]string{
		"length":          "POST /login HTTP/1.1\r\nHost: x\r\n" + fmt.Sprintf("Content-Length: %d\r\n\r\n", huge),
		"chunks":          "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
		"nowhere":         "POST /nowhere HTTP/1.1\r\nHost: x\r\n" + multipart + "Transfer-Encoding: chunked\r\n\r\n",
		"sheet, stranger": "POST /admin/imports HTTP/1.1\r\nHost: x\r\n" + multipart + fmt.Sprintf("Content-Length: %d\r\n\r\n", huge),
		"sheet, keeper":   "POST /admin/imports HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + "\r\n" + multipart + fmt.Sprintf("Content-Length: %d\r\n\r\n", huge),
		"sheet in chunks": "POST /admin/imports HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + "\r\n" + multipart + "Transfer-Encoding: chunked\r\n\r\n",
	} {
		var sending sync.WaitGroup
		for range 20 {
			sending.Go(func() {
				if got := pour(t, server.port, head, pieceFor(head), huge); got != "HTTP/1.1 413" {
					t.Errorf("%s: got %q, want 413", name, got)
				}
			})
		}
		sending.Wait()
	}
	grown := memoryOf(t, server).VmHWM - before
	if grown > 2*sheets.MaxBytes {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
	unpacked := 64
	if timed() {
		unpacked = 2048
	}
	bomb := packed(t, unpacked)
	before = memoryOf(t, server).VmHWM
	start := time.Now()
	packing := "Host: x\r\nContent-Encoding: gzip\r\n" + fmt.Sprintf("Content-Length: %d\r\n", len(bomb))
	for head, want := range map[string]string{
		"POST /login HTTP/1.1\r\n" + packing + "\r\n":                                               "HTTP/1.1 41", // too long as it is
		"POST /admin/imports HTTP/1.1\r\nCookie: " + cookie + "\r\n" + packing + multipart + "\r\n": "HTTP/1.1 415",
	} {
		if got := pour(t, server.port, head, bomb, len(bomb)); !strings.HasPrefix(got, want) {
			t.Errorf("%d bytes that unpack to %d MB: got %q, want %s", len(bomb), unpacked, got, want)
		}
	}
	took := time.Since(start) / 2
	inflated := memoryOf(t, server).VmHWM - before
	if inflated > 20e6 || timed() && took > 200*time.Millisecond {
		t.Errorf("%d bytes that unpack to %d MB took %v and %d MB", len(bomb), unpacked, took, inflated>>20)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	t.Logf("memory grew by %.1f MB; what unpacks to %d MB took %v and %.1f MB", float64(grown)/1e6, unpacked, took, float64(inflated)/1e6)
}

// pieceFor is what a body is poured in, after this head.
func pieceFor(head string) []byte {
	piece := bytes.Repeat([]byte("a"), 0x10000)
	if strings.Contains(head, "chunked") {
		return fmt.Appendf(nil, "%x\r\n%s\r\n", len(piece), piece)
	}
	return piece
}

// pour sends a head and so many bytes after it, or fewer where nobody takes
// them, and gives the beginning of the answer.
func pour(t *testing.T, port, head string, piece []byte, n int) string {
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := conn.Write([]byte(head)); err != nil {
		return err.Error()
	}
	go func() {
		for sent := 0; sent < n; sent += len(piece) {
			if _, err := conn.Write(piece); err != nil {
				return
			}
		}
	}()
	answer := make([]byte, len("HTTP/1.1 413"))
	if _, err := conn.Read(answer); err != nil {
		return err.Error()
	}
	return string(answer)
}

// packed are so many megabytes of zeros.
func packed(t *testing.T, megabytes int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for range megabytes {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// memoryOf says what a server holds, and the most that it ever held.
func memoryOf(t *testing.T, server *process) procfs.ProcStatus {
	t.Helper()
	proc, err := procfs.NewProc(server.cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	status, err := proc.NewStatus()
	if err != nil {
		t.Fatal(err)
	}
	return status
}

// cookies are those that a visitor sends.
func (v *visitor) cookies(t *testing.T, port string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range v.client.Jar.Cookies(request.URL) {
		request.AddCookie(cookie)
	}
	return request.Header.Get("Cookie")
}
