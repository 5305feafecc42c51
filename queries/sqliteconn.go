package queries

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// busyPatience is how long SQLite waits for another's lock: busy_timeout.
const busyPatience = 5 * time.Second

// patientConnector opens connections to SQLite. While a new file is turned to
// the write-ahead log, or the last of its users closes it, SQLite refuses others
// at once, whatever busy_timeout says; they try again here.
type patientConnector struct{ dsn string }

func (patientConnector) Driver() driver.Driver { return &sqlite.Driver{} }

func (c patientConnector) Connect(ctx context.Context) (driver.Conn, error) {
	for start, pause := time.Now(), time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		conn, err := c.Driver().Open(c.dsn)
		if err == nil || !isBusy(err) || time.Since(start) > busyPatience {
			return conn, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(err, ctx.Err())
		case <-time.After(pause):
		}
	}
}

func isBusy(err error) bool {
	var sqliteErr *sqlite.Error
	return errors.As(err, &sqliteErr) && sqliteErr.Code()&0xff == sqlitelib.SQLITE_BUSY
}
