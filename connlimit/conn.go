package connlimit

import (
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// Conn is a connection of a Listener. It knows whether the server waits for the
// client, and since when.
type Conn struct {
	net.Conn
	listener *Listener
	owner    netip.Prefix

	// blocked says that the server is in a Read or a Write.
	blocked atomic.Bool
	// since is when the server began to wait for this request, or for this answer
	// to be taken, in nanoseconds of the Unix epoch. A client that sends a byte now
	// and then does not renew it.
	since   atomic.Int64
	writing bool

	trusted  atomic.Bool
	linger   atomic.Bool
	received int
}

// Limits of a lingering close.
const (
	lingerTime  = 2 * time.Second
	lingerBytes = 1 << 20
)

func (c *Conn) waitFrom(now time.Time) { c.since.Store(now.UnixNano()) }

func (c *Conn) waitingSince() (since time.Time, waiting bool) {
	return time.Unix(0, c.since.Load()), c.blocked.Load() && !c.trusted.Load()
}

// turn notes that the server has gone over from reading to writing, or back.
func (c *Conn) turn(writing bool) {
	if c.writing != writing {
		c.writing = writing
		c.waitFrom(time.Now())
	}
}

func (c *Conn) Read(p []byte) (int, error) {
	if c.writing {
		c.received = 0
	}
	c.turn(false)
	c.blocked.Store(true)
	n, err := c.Conn.Read(p)
	c.blocked.Store(false)
	c.received += n
	return n, err
}

func (c *Conn) Write(p []byte) (int, error) {
	c.turn(true)
	c.blocked.Store(true)
	n, err := c.Conn.Write(p)
	c.blocked.Store(false)
	return n, err
}

// Received returns how many bytes have come since the last answer.
func (c *Conn) Received() int { return c.received }

// Trust says whether the client may take as long as the deadlines allow: its
// connection is not closed for another. Only the goroutine that serves the
// connection may call it.
func (c *Conn) Trust(trusted bool) { c.trusted.Store(trusted) }

// Linger lets Close take what the client still sends, for a while, so that the
// answer arrives: a connection that closes on unread bytes is reset, and the
// answer lost with it.
func (c *Conn) Linger() { c.linger.Store(true) }

// Close closes the connection.
func (c *Conn) Close() error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok && c.linger.Swap(false) {
		_ = tcp.CloseWrite()
		_ = c.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, c, lingerBytes)
	}
	c.listener.mu.Lock()
	c.listener.forget(c)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}
