package connlimit_test

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"runnerdb/connlimit"
)

// serve listens with limits, and hands the connections that it accepts on.
func serve(t *testing.T, limits connlimit.Limits) (*connlimit.Listener, <-chan *connlimit.Conn) {
	t.Helper()
	inner, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := connlimit.New(inner, limits)
	accepted := make(chan *connlimit.Conn)
	go func() {
		defer close(accepted)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if conn, ok := conn.(*connlimit.Conn); ok {
				accepted <- conn
			}
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })
	return listener, accepted
}

func dial(t *testing.T, listener net.Listener, from string) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := dialer.DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// await keeps a server waiting for the client of a connection, until it ends.
func await(conn *connlimit.Conn) {
	go func() {
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}()
}

// isClosed waits until the server closes a connection.
func isClosed(conn net.Conn) bool {
	_, err := conn.Read(make([]byte, 1))
	var timeout net.Error
	return err != nil && !(errors.As(err, &timeout) && timeout.Timeout())
}

// R101: a full listener closes the connection that has waited longest, of the
// address that holds the most.
func TestNewcomersAreLetIn(t *testing.T) {
	t.Parallel()
	listener, accepted := serve(t, connlimit.Limits{Total: 4, PerAddress: 4})
	var greedy []net.Conn
	other := dial(t, listener, "127.0.0.9")
	await(<-accepted)
	for range 3 {
		greedy = append(greedy, dial(t, listener, "127.0.0.2"))
		await(<-accepted)
	}
	dial(t, listener, "127.0.0.3")
	newcomer := <-accepted
	if !isClosed(greedy[0]) {
		t.Error("the longest waiting of the greediest address is still open")
	}
	if listener.Open() != 4 {
		t.Errorf("%d connections are open, want 4", listener.Open())
	}
	for name, conn := range map[string]net.Conn{"another address": other, "a later one": greedy[1]} {
		if _, err := conn.Write([]byte("x")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := newcomer.Write([]byte("x")); err != nil {
		t.Errorf("the newcomer: %v", err)
	}
}

// R101: one address holds no more than its share, unless many people share it.
func TestAnAddressHasItsShare(t *testing.T) {
	t.Parallel()
	shared := func(address netip.Addr) bool { return address == netip.MustParseAddr("127.0.0.7") }
	listener, accepted := serve(t, connlimit.Limits{Total: 10, PerAddress: 2, Shared: shared})
	for range 3 {
		dial(t, listener, "127.0.0.7")
		await(<-accepted)
	}
	first := dial(t, listener, "127.0.0.2")
	await(<-accepted)
	for range 2 {
		dial(t, listener, "127.0.0.2")
		await(<-accepted)
	}
	if !isClosed(first) {
		t.Error("the first of three is still open")
	}
	if listener.Open() != 5 {
		t.Errorf("%d connections are open, want 3 of the router and 2", listener.Open())
	}
}

// A connection whose request is at work, or whose client is trusted, is not
// closed for another, which waits until one ends.
func TestWorkIsNotCutOff(t *testing.T) {
	t.Parallel()
	listener, accepted := serve(t, connlimit.Limits{Total: 2, PerAddress: 2})
	dial(t, listener, "127.0.0.2")
	atWork := <-accepted
	uploading := dial(t, listener, "127.0.0.2")
	trusted := <-accepted
	trusted.Trust(true)
	await(trusted)
	dial(t, listener, "127.0.0.3")
	select {
	case <-accepted:
		t.Fatal("a connection was let in that there is no room for")
	case <-time.After(100 * time.Millisecond):
	}
	if _, err := uploading.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if err := atWork.Close(); err != nil {
		t.Error(err)
	}
	if next := <-accepted; next == nil {
		t.Error("the next connection is not let in when one has ended")
	}
}

// A listener that is full stops when it is told to.
func TestAFullListenerStops(t *testing.T) {
	t.Parallel()
	listener, accepted := serve(t, connlimit.Limits{Total: 1, PerAddress: 1, Grace: time.Hour})
	dial(t, listener, "127.0.0.2")
	<-accepted
	dial(t, listener, "127.0.0.2")
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
	if _, open := <-accepted; open {
		t.Error("a connection was let in")
	}
}

// An answer arrives though what the client still sends is not read.
func TestTheLastAnswerArrives(t *testing.T) {
	t.Parallel()
	listener, accepted := serve(t, connlimit.Limits{Total: 1, PerAddress: 1})
	client := dial(t, listener, "127.0.0.2")
	server := <-accepted
	if _, err := client.Write(make([]byte, 512<<10)); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Write([]byte("no")); err != nil {
		t.Fatal(err)
	}
	server.Linger()
	go func() { _ = server.Close() }()
	got, err := io.ReadAll(client)
	if err != nil || string(got) != "no" {
		t.Errorf("got %q, %v", got, err)
	}
}
