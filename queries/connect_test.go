package queries_test

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// Time-outs are ours, but where the address says others.
func TestSettingsOfConnections(t *testing.T) {
	t.Parallel()
	location := querytest.Location(t, querytest.Postgres)
	for address, settings := range map[string]map[string]string{
		location: {"statement_timeout": "10s", "idle_in_transaction_session_timeout": "10s", "lock_timeout": "5s", "random_page_cost": "1.1"},
		location + "&statement_timeout=3000&random_page_cost=4": {"statement_timeout": "3s", "idle_in_transaction_session_timeout": "10s", "random_page_cost": "4"},
	} {
		db, err := queries.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range settings {
			if got, err := queries.Setting(t.Context(), db, name); err != nil || got != want {
				t.Errorf("%s: %s is %s, %v, want %s", address, name, got, err, want)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// PgBouncer refuses who connects with more to say than it understands.
func TestConnectingSaysLittle(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	said := make(chan []string, 1)
	go func() {
		defer close(said)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		var length uint32
		if binary.Read(conn, binary.BigEndian, &length) != nil || length > 10_000 {
			return
		}
		message := make([]byte, length-4)
		if _, err := io.ReadFull(conn, message); err == nil {
			said <- strings.Split(strings.TrimRight(string(message[4:]), "\x00"), "\x00") // after the protocol's version
		}
	}()
	if db, err := queries.Open(t.Context(), "postgres://karabo@"+listener.Addr().String()+"/runnerdb"); err == nil {
		_ = db.Close()
		t.Error("nobody answered")
	}
	words := <-said
	if len(words)%2 != 0 || len(words) == 0 {
		t.Fatalf("got %q", words)
	}
	understood := strings.Fields("user database client_encoding datestyle timezone standard_conforming_strings application_name extra_float_digits")
	for i := 0; i < len(words); i += 2 {
		if !slices.Contains(understood, strings.ToLower(words[i])) {
			t.Errorf("it says %s=%s", words[i], words[i+1])
		}
	}
}
