package queries

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// What a caller can tell apart. Everything else is unexpected.
var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrExists says that another row has the value that must be unique.
	ErrExists = errors.New("exists already")
	// ErrInvalid says that the database refused a value.
	ErrInvalid = errors.New("not allowed by the database")
	// ErrStale says that the row has changed since the caller read it.
	ErrStale = errors.New("changed in the meantime")
	// ErrErased says that the runner was erased: nothing more may be known of
	// them.
	ErrErased = errors.New("the runner was erased")
	// ErrFull says that there is no room for more.
	ErrFull = errors.New("no room for more")
	// ErrUnavailable says that the database can't be asked just now; the
	// same call may succeed later.
	ErrUnavailable = errors.New("the database is not available")
)

// classify adds to an error of a driver the sentinel that it means, by the
// driver's code and never by its text.
func classify(err error) error {
	if err == nil {
		return nil
	}
	sentinel := sentinelOf(err)
	if sentinel == nil || errors.Is(err, sentinel) {
		return err
	}
	return fmt.Errorf("%w: %w", sentinel, err)
}

func sentinelOf(err error) error {
	var (
		pqErr     *pq.Error
		sqliteErr *sqlite.Error
		netErr    net.Error
	)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.As(err, &pqErr):
		return postgresSentinel(pqErr)
	case errors.As(err, &sqliteErr):
		return sqliteSentinel(sqliteErr.Code())
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr):
		return ErrUnavailable
	default:
		return nil
	}
}

// IsContention reports whether a call failed only because others used the same
// rows at the same moment. It changed nothing, and may be made again at once.
func IsContention(err error) bool {
	var pqErr *pq.Error
	if errors.As(err, &pqErr) {
		return pqErr.Code == "40001" || pqErr.Code == "40P01" || pqErr.Code == "55P03"
	}
	return isBusy(err)
}

// postgresSentinel goes by SQLSTATE (PostgreSQL 15 manual, appendix A).
func postgresSentinel(err *pq.Error) error {
	switch err.Code {
	case "23505":
		return ErrExists
	case "57014", "57P01", "57P02", "57P03", "55P03", "40001", "40P01", "25006":
		return ErrUnavailable
	}
	switch err.Code.Class() {
	case "22", "23":
		return ErrInvalid
	case "08", "53":
		return ErrUnavailable
	default:
		return nil
	}
}

func sqliteSentinel(code int) error {
	switch code {
	case sqlitelib.SQLITE_CONSTRAINT_UNIQUE, sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrExists
	}
	switch code & 0xff {
	case sqlitelib.SQLITE_CONSTRAINT, sqlitelib.SQLITE_MISMATCH, sqlitelib.SQLITE_TOOBIG:
		return ErrInvalid
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED, sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_IOERR,
		sqlitelib.SQLITE_INTERRUPT, sqlitelib.SQLITE_CANTOPEN:
		return ErrUnavailable
	default:
		return nil
	}
}

func joinClose(err error, closer io.Closer) error { return errors.Join(err, closer.Close()) }
