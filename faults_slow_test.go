//go:build faults

package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// R025: hundreds of clients that send their head, send their body or take their
// answer by drops are cut off in time, and everybody else is served as if they
// were not there.
func TestFaultSlowClients(t *testing.T) {
	const (
		each     = 300
		patience = 75 * time.Second // of the limits, 15 s and 30 s, and some answers that the kernel holds
	)
	location := querytest.Location(t, querytest.SQLite)
	must(t, location, "", "seed")
	server := startServer(t, location)
	_, page := get(t.Context(), server.port, "/")
	_, rest, _ := strings.Cut(page, `rel="stylesheet" href="/static/`)
	sheet, _, _ := strings.Cut(rest, `"`)
	base := descriptors(t, server)
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var slow sync.WaitGroup
	for range each {
		slow.Go(func() { drip(ctx, server.port, "GET / HTTP/1.1\r\nHost: x\r\n", "X-Slow: very\r\n") })
		slow.Go(func() {
			drip(ctx, server.port, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\n", "email=")
		})
		slow.Go(func() {
			sip(ctx, server.port, strings.Repeat("GET /static/"+sheet+" HTTP/1.1\r\nHost: x\r\n\r\n", 200))
		})
	}
	gone := make(chan struct{})
	go func() {
		slow.Wait()
		close(gone)
	}()
	var took []time.Duration
	most := 0
	for cut := false; !cut; {
		start := time.Now()
		if status, body := get(t.Context(), server.port, "/runners?q=karabo"); status != http.StatusOK {
			t.Errorf("beside slow clients: got %d, %.300s", status, body)
		}
		took = append(took, time.Since(start))
		most = max(most, descriptors(t, server))
		select {
		case <-gone:
			cut = true
		case <-time.After(20 * time.Millisecond):
		}
	}
	if ctx.Err() != nil {
		t.Errorf("after %v some are still connected: %d descriptors, %d before", patience, descriptors(t, server), base)
	}
	if most < base+3*each*9/10 {
		t.Errorf("at most %d descriptors, %d before: they were not there at once", most, base)
	}
	slices.Sort(took)
	if p95 := took[len(took)*95/100]; p95 > 500*time.Millisecond {
		t.Errorf("beside slow clients 95 %% are answered within %v", p95)
	}
	for deadline := time.Now().Add(10 * time.Second); descriptors(t, server) > base+2; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors, %d before", descriptors(t, server), base)
		}
	}
}

// drip sends the beginning of a request and then a little more each second,
// until the server has had enough.
func drip(ctx context.Context, port, begin, more string) {
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	go func() {
		_, _ = conn.Write([]byte(begin))
		for ctx.Err() == nil {
			if _, err := conn.Write([]byte(more)); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}()
	end := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer end()
	b := make([]byte, 4096)
	for err == nil {
		_, err = conn.Read(b)
	}
}

// sip asks for much and takes it a hundred bytes a second.
func sip(ctx context.Context, port, requests string) {
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_ = conn.(*net.TCPConn).SetReadBuffer(4096)
	_, _ = conn.Write([]byte(requests))
	b := make([]byte, 100)
	for ctx.Err() == nil {
		if _, err := conn.Write([]byte("G")); err != nil {
			return // the server has closed it
		}
		if _, err := conn.Read(b); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

// descriptors is how many files and connections a server has open.
func descriptors(t *testing.T, server *process) int {
	t.Helper()
	open, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(server.cmd.Process.Pid), "fd"))
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
