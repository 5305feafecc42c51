package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// slowReader takes what is written once it is let.
type slowReader struct {
	let chan struct{}
	mu  sync.Mutex
	got bytes.Buffer
}

func (r *slowReader) Write(p []byte) (int, error) {
	<-r.let
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got.Write(p)
}

func (r *slowReader) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got.String()
}

// Whoever reads the log slowly keeps nobody waiting, and gets every line, in
// order, those too that come after the end.
func TestNobodyWaitsForTheLog(t *testing.T) {
	reader := &slowReader{let: make(chan struct{})}
	log, end := newLog(reader)
	const lines = 2000
	for i := range lines {
		log.Info("request", slog.Int("number", i))
	}
	close(reader.let)
	end()
	log.Info("request", slog.Int("number", lines))
	got := strings.Split(strings.TrimSpace(reader.String()), "\n")
	if len(got) != lines+1 {
		t.Fatalf("got %d lines, want %d", len(got), lines+1)
	}
	for i, line := range got {
		if want := fmt.Sprintf(`"msg":"request","number":%d}`, i); !strings.HasPrefix(line, `{"time":"`) || !strings.HasSuffix(line, want) {
			t.Fatalf("line %d is %q", i, line)
		}
	}
}

// A log that nobody reads does not fill the memory.
func TestAnUnreadLogIsBounded(t *testing.T) {
	reader := &slowReader{let: make(chan struct{})}
	late := newLateLog(reader)
	line := bytes.Repeat([]byte{'x'}, mostUnread/4)
	var written sync.WaitGroup
	written.Go(func() {
		for range 20 {
			_, _ = late.Write(line)
		}
	})
	time.Sleep(5 * logLateness)
	late.mu.Lock()
	held := len(late.lines)
	late.mu.Unlock()
	if held > mostUnread+len(line) {
		t.Errorf("%d bytes wait", held)
	}
	close(reader.let)
	written.Wait()
	late.end()
	if got, want := len(reader.String()), 20*len(line); got != want {
		t.Errorf("got %d bytes, want %d", got, want)
	}
}

// One line is written soon, also where no other comes.
func TestALineIsLoggedSoon(t *testing.T) {
	reader := &slowReader{let: make(chan struct{})}
	close(reader.let)
	log, end := newLog(reader)
	defer end()
	log.Info("listening")
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(reader.String(), "listening"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not written")
		}
	}
}
