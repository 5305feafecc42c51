package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// newLog writes to a log of JSON lines. Once end is called all of them are
// written.
func newLog(to io.Writer) (log *slog.Logger, end func()) {
	late := newLateLog(to)
	return slog.New(inUTC{slog.NewJSONHandler(late, nil)}), late.end
}

// inUTC logs the time as it is in Greenwich, wherever the process runs.
type inUTC struct{ slog.Handler }

func (h inUTC) Handle(ctx context.Context, r slog.Record) error {
	r.Time = r.Time.UTC()
	return h.Handler.Handle(ctx, r)
}

func (h inUTC) WithAttrs(attrs []slog.Attr) slog.Handler { return inUTC{h.Handler.WithAttrs(attrs)} }

func (h inUTC) WithGroup(name string) slog.Handler { return inUTC{h.Handler.WithGroup(name)} }

const (
	logLateness = 10 * time.Millisecond
	mostUnread  = 1 << 20 // bytes
)

// lateLog hands lines on in the order in which they came, many at once: requests
// do not wait for whoever reads the log, unless that one is far behind. A process
// that is killed loses the lines of its last logLateness.
type lateLog struct {
	to      io.Writer
	mu      sync.Mutex
	changed sync.Cond
	lines   []byte
	ended   bool
	done    chan struct{}
}

func newLateLog(to io.Writer) *lateLog {
	l := &lateLog{to: to, done: make(chan struct{})}
	l.changed.L = &l.mu
	go l.run()
	return l
}

// Write takes a line. It is called by one at a time, as slog does.
func (l *lateLog) Write(line []byte) (int, error) {
	if l.take(line) {
		return len(line), nil
	}
	<-l.done
	return l.to.Write(line)
}

// take keeps a line for later, until the end.
func (l *lateLog) take(line []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.lines) >= mostUnread && !l.ended {
		l.changed.Wait()
	}
	if l.ended {
		return false
	}
	l.lines = append(l.lines, line...)
	l.changed.Broadcast()
	return true
}

func (l *lateLog) run() {
	defer close(l.done)
	var lines []byte
	for ended := false; !ended; {
		if ended = l.await(); !ended {
			time.Sleep(logLateness)
		}
		l.mu.Lock()
		lines, l.lines = l.lines, lines[:0]
		l.changed.Broadcast()
		l.mu.Unlock()
		_, _ = l.to.Write(lines) // there is nobody to tell
	}
}

// await comes back when there are lines, or it is the end.
func (l *lateLog) await() (ended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.lines) == 0 && !l.ended {
		l.changed.Wait()
	}
	return l.ended
}

// end writes what there is; what is logged afterwards is written at once.
func (l *lateLog) end() {
	l.mu.Lock()
	l.ended = true
	l.changed.Broadcast()
	l.mu.Unlock()
	<-l.done
}
