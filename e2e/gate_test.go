package e2e

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// gate stands between the browser and a site as a bad line does: it can hold
// an answer back, and be cut.
type gate struct {
	t       *testing.T
	address string
	proxy   *httputil.ReverseProxy
	server  *http.Server

	mu   sync.Mutex
	held []*hold
}

// hold keeps back the answers to requests that name something in their
// address.
type hold struct {
	query   string
	arrived chan struct{} // closed when such a request has come
	release chan struct{} // closed to let its answer go
	gone    chan struct{} // closed when the answer has gone, or nobody waited for it any more
}

// gateTo opens a gate to a site, and gives the site as it is seen through it.
func gateTo(t *testing.T, s *site) (*gate, *site) {
	t.Helper()
	target, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, address: "127.0.0.1:0"}
	g.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		ErrorLog:     slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	g.open()
	t.Cleanup(g.cut)
	through := *s
	through.url = "http://" + g.address
	return g, &through
}

// open lets requests pass; after a cut, on the same address as before.
func (g *gate) open() {
	g.t.Helper()
	listener, err := net.Listen("tcp", g.address)
	if err != nil {
		g.t.Fatal(err)
	}
	g.address = listener.Addr().String()
	g.server = &http.Server{Handler: g, ReadHeaderTimeout: patience, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func(server *http.Server) { _ = server.Serve(listener) }(g.server)
}

// cut ends every connection, and refuses new ones.
func (g *gate) cut() { _ = g.server.Close() }

// hold keeps back the answer to the next request whose address contains query.
func (g *gate) hold(query string) *hold {
	h := &hold{query, make(chan struct{}), make(chan struct{}), make(chan struct{})}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = append(g.held, h)
	return h
}

func (g *gate) take(r *http.Request) *hold {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, h := range g.held {
		if strings.Contains(r.URL.RequestURI(), h.query) {
			g.held = append(g.held[:i], g.held[i+1:]...)
			return h
		}
	}
	return nil
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := g.take(r); h != nil {
		defer close(h.gone)
		close(h.arrived)
		<-h.release
	}
	g.proxy.ServeHTTP(w, r)
}

// wait waits for one of a hold's moments.
func (g *gate) wait(what string, moment <-chan struct{}) {
	g.t.Helper()
	select {
	case <-moment:
	case <-time.After(patience):
		g.t.Fatalf("never happened: %s", what)
	}
}
