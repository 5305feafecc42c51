package main

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// weather is what happens to all that goes through a gate.
type weather struct {
	silent    bool          // nothing comes through
	resets    bool          // who sends is cut off
	late      time.Duration // each piece comes so late
	perSecond int           // bytes, where it is not 0
}

// gate is a way to a database's server that can be cut and closed, and has
// weather.
type gate struct {
	listener net.Listener
	target   string
	closed   atomic.Bool
	weather  atomic.Pointer[weather]
	mu       sync.Mutex
	open     map[net.Conn]bool
}

// gateTo is a gate to the PostgreSQL server of a location, and the location
// that leads through it.
func gateTo(t *testing.T, location string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: listener, target: filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432"), open: map[net.Conn]bool{}}
	g.weather.Store(&weather{})
	go g.serve()
	t.Cleanup(func() {
		_ = listener.Close()
		g.cut()
	})
	return g, fmt.Sprintf("postgres://postgres@%s%s?sslmode=disable", listener.Addr(), u.Path)
}

func (g *gate) serve() {
	for {
		outer, err := g.listener.Accept()
		if err != nil {
			return
		}
		inner, err := net.Dial("unix", g.target)
		if err != nil || g.closed.Load() {
			_ = outer.Close()
			continue
		}
		g.mu.Lock()
		g.open[outer], g.open[inner] = true, true
		g.mu.Unlock()
		go g.pipe(outer, inner)
		go g.pipe(inner, outer)
	}
}

func (g *gate) pipe(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if !g.let(to, b[:n]) || err != nil {
			return
		}
	}
}

// let lets a piece through, as the weather is.
func (g *gate) let(to net.Conn, piece []byte) bool {
	for g.weather.Load().silent {
		time.Sleep(5 * time.Millisecond)
	}
	w := g.weather.Load()
	if w.resets && len(piece) > 0 {
		g.reset()
		return false
	}
	time.Sleep(w.late)
	for w.perSecond > 0 && len(piece) > w.perSecond/10 {
		if _, err := to.Write(piece[:w.perSecond/10]); err != nil {
			return false
		}
		piece = piece[w.perSecond/10:]
		time.Sleep(time.Second / 10)
		w = g.weather.Load()
	}
	_, err := to.Write(piece)
	return err == nil
}

// reset ends all connections as if a machine on the way had forgotten them.
func (g *gate) reset() {
	g.mu.Lock()
	for conn := range g.open {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
	g.mu.Unlock()
	g.cut()
}

// cut ends all connections.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for conn := range g.open {
		_ = conn.Close()
	}
	clear(g.open)
}
