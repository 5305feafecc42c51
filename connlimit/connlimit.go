// Package connlimit bounds how many connections a server holds at once. A full
// server makes room for newcomers: the connection that has kept it waiting the
// longest is closed, from the address that holds the most. Memory then stays
// bounded whatever strangers send, or don't, and others are still answered.
package connlimit

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// Limits bound the connections of a Listener.
type Limits struct {
	// Total is how many connections are open at once.
	Total int
	// PerAddress is how many of them may come from one address; of an IPv6
	// address its /64 counts.
	PerAddress int
	// Grace is how long a connection may keep the server waiting before it can be
	// closed for another.
	Grace time.Duration
	// Shared reports whether many people share an address, as they do that of a
	// router: only Total bounds its connections. It may be nil.
	Shared func(netip.Addr) bool
}

// Listener accepts connections within limits.
type Listener struct {
	net.Listener
	limits Limits

	mu    sync.Mutex
	conns map[*Conn]struct{}
	held  map[netip.Prefix]int

	closing sync.Once
	closed  chan struct{}
}

// New bounds the connections of a listener.
func New(inner net.Listener, limits Limits) *Listener {
	return &Listener{
		Listener: inner, limits: limits,
		conns: map[*Conn]struct{}{}, held: map[netip.Prefix]int{}, closed: make(chan struct{}),
	}
}

// retryAfter is how soon a full listener looks again for a connection to close.
const retryAfter = 5 * time.Millisecond

// Accept returns the next connection, a *Conn. When there is no room it waits
// until a connection ends or has used up its grace.
func (l *Listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &Conn{Conn: inner, listener: l, owner: l.owner(inner.RemoteAddr())}
	c.waitFrom(time.Now())
	for !l.admit(c) {
		select {
		case <-l.closed:
			_ = inner.Close()
			return nil, net.ErrClosed
		case <-time.After(retryAfter):
		}
	}
	return c, nil
}

// Close stops listening.
func (l *Listener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// Open returns the number of open connections.
func (l *Listener) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// owner returns the network that a peer belongs to; the zero Prefix stands for
// all shared addresses.
func (l *Listener) owner(peer net.Addr) netip.Prefix {
	address := Address(peer)
	if !address.IsValid() || l.limits.Shared != nil && l.limits.Shared(address) {
		return netip.Prefix{}
	}
	bits := address.BitLen()
	if address.Is6() {
		bits = 64
	}
	prefix, _ := address.Prefix(bits) // the address is valid and has that many bits
	return prefix
}

// Address returns the IP address of a peer; the zero Addr when it has none.
func Address(peer net.Addr) netip.Addr {
	tcp, ok := peer.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap().WithZone("")
}

// admit adds a connection, and closes others to make room for it. It reports
// false when the listener is full of connections that can't be closed.
func (l *Listener) admit(c *Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.owner.IsValid() && l.held[c.owner] >= l.limits.PerAddress {
		l.evict(c.owner)
	}
	if len(l.conns) >= l.limits.Total && !l.evict(l.greediest()) && !l.evictAny() {
		return false
	}
	l.conns[c] = struct{}{}
	l.held[c.owner]++
	return true
}

// greediest returns the owner of the most connections.
func (l *Listener) greediest() netip.Prefix {
	var most netip.Prefix
	for owner, n := range l.held {
		if n > l.held[most] {
			most = owner
		}
	}
	return most
}

func (l *Listener) evict(owner netip.Prefix) bool {
	return l.closeLongest(func(c *Conn) bool { return c.owner == owner })
}

func (l *Listener) evictAny() bool {
	return l.closeLongest(func(*Conn) bool { return true })
}

// closeLongest closes the connection that has kept the server waiting the
// longest, of those that may be closed.
func (l *Listener) closeLongest(may func(*Conn) bool) bool {
	before := time.Now().Add(-l.limits.Grace)
	var victim *Conn
	for c := range l.conns {
		if !may(c) {
			continue
		}
		if since, waiting := c.waitingSince(); waiting && since.Before(before) {
			victim, before = c, since
		}
	}
	if victim == nil {
		return false
	}
	l.forget(victim)
	_ = victim.Conn.Close()
	return true
}

// forget takes a connection off the books, once. The caller holds the lock.
func (l *Listener) forget(c *Conn) {
	if _, known := l.conns[c]; !known {
		return
	}
	delete(l.conns, c)
	if l.held[c.owner]--; l.held[c.owner] == 0 {
		delete(l.held, c.owner)
	}
}
