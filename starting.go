package main

import (
	"io"
	"net"
	"net/http"
	"time"
)

// answerStarting answers every request with 503 while the database is being
// opened: its schema may have to be brought up to date, or a restore may be under
// way. stop ends that and leaves the listener to the server.
func answerStarting(listener *net.TCPListener) (stop func() error) {
	server := &http.Server{
		Handler: http.HandlerFunc(sayStarting), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10,
	}
	server.SetKeepAlivesEnabled(false)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(lentListener{listener}) // it always ends with an error
	}()
	return func() error {
		_ = server.Close() // lentListener's Close never fails
		<-done
		return listener.SetDeadline(time.Time{})
	}
}

// lentListener stops accepting when it is closed, and stays open.
type lentListener struct{ *net.TCPListener }

func (l lentListener) Close() error { return l.SetDeadline(time.Unix(1, 0)) }

func sayStarting(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	if r.URL.Path == "/healthz" {
		_, _ = io.WriteString(w, "ok\n")
		return
	}
	header.Set("Retry-After", "5")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, "We are starting. Please try again in a few seconds.\n")
}
