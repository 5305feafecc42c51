package queries

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/lib/pq"
)

const (
	// silence is how long a server may take to heed that a query is cancelled.
	silence = 500 * time.Millisecond
	// commitTimeout bounds a commit, which no context ends.
	commitTimeout = 10 * time.Second
)

// wiredConnector connects to PostgreSQL so that no query outlives its context.
// The driver itself, when a context ends, asks the server to cancel and then
// waits for it, for ever where the server or the network has gone silent.
type wiredConnector struct{ dsn, settings string }

func (c wiredConnector) Driver() driver.Driver { return &pq.Driver{} }

// Connect gives each connection a wire of its own, and the settings.
func (c wiredConnector) Connect(ctx context.Context) (driver.Conn, error) {
	connector, err := pq.NewConnector(c.dsn)
	if err != nil {
		return nil, err
	}
	w := &wire{}
	connector.Dialer(w)
	// The driver minds the context while it dials, and not while it shakes hands.
	whole := context.AfterFunc(ctx, w.end)
	defer whole()
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	w.established()
	able, ok := conn.(driverConn)
	if !ok {
		return nil, joinClose(errors.New("the driver's connections have changed"), conn)
	}
	_, err = able.ExecContext(ctx, c.settings, nil)
	if !whole() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, joinClose(err, conn)
	}
	return wiredConn{able, w}, nil
}

// wire dials for one connection. Once that stands, the driver dials again only
// to cancel a query: if the answer does not come soon, the connection is ended.
type wire struct {
	dialer net.Dialer
	mu     sync.Mutex
	conn   net.Conn
	stands bool
}

func (w *wire) established() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stands = true
}

func (w *wire) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	cancelling := w.stands
	w.mu.Unlock()
	if cancelling {
		time.AfterFunc(silence, w.end)
		return w.dialer.DialContext(ctx, network, address)
	}
	conn, err := w.dialer.DialContext(ctx, network, address)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
	return conn, err
}

func (w *wire) Dial(network, address string) (net.Conn, error) {
	return w.DialContext(context.Background(), network, address)
}

func (w *wire) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return w.DialContext(ctx, network, address)
}

// end lets whoever waits for the server go on, with an error.
func (w *wire) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil {
		_ = w.conn.SetDeadline(time.Unix(1, 0))
	}
}

// driverConn is all that the driver's connections can do.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// wiredConn bounds what the driver does without looking at a context.
type wiredConn struct {
	driverConn
	wire *wire
}

func (c wiredConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	defer context.AfterFunc(ctx, c.wire.end)()
	tx, err := c.driverConn.BeginTx(ctx, opts)
	if pqErr := (*pq.Error)(nil); errors.As(err, &pqErr) && pqErr.Code == "0A000" {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err) // a standby, which takes no changes
	}
	if err != nil {
		return nil, err
	}
	return wiredTx{tx, c.wire}, nil
}

func (c wiredConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	defer context.AfterFunc(ctx, c.wire.end)()
	return c.driverConn.PrepareContext(ctx, query)
}

type wiredTx struct {
	driver.Tx
	wire *wire
}

func (t wiredTx) Commit() error {
	defer time.AfterFunc(commitTimeout, t.wire.end).Stop()
	return t.Tx.Commit()
}

func (t wiredTx) Rollback() error {
	defer time.AfterFunc(silence, t.wire.end).Stop()
	return t.Tx.Rollback()
}
