// Package queries keeps the club's records in SQLite or PostgreSQL. It is the
// only place that knows SQL.
//
// Every query is written once, in the subset that both databases share, with
// $1 placeholders. Public methods open the transaction they need; helpers
// take it. Transactions that change the records, or what is derived from them,
// take turns (inRecordsTx); within one, rows are read as they will be changed.
// Only a long import on PostgreSQL stores its new rows before its turn. It holds
// the rows that these refer to, which others wait for only briefly (hurry), and
// derives again what others have changed meanwhile (importStore.basis).
// A transaction that the database ends for a deadlock is run again.
//
// Errors of the drivers leave the package as the sentinels of errors.go wherever
// a caller can do something about them.
package queries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Pool bounds. PostgreSQL's smallest hosted plan allows 20 connections, which
// two overlapping processes, a release phase and a console have to share.
const (
	postgresConns = 8
	// postgresWriters is how many of them may be in transactions that write, so
	// that pages are answered while writers wait for each other.
	postgresWriters = 4
	sqliteReaders   = 4
)

type engine int

const (
	sqliteEngine engine = iota
	postgresEngine
)

// DB is the club's database. On SQLite it holds one connection that writes
// and a few that read; on PostgreSQL both are the same bounded pool.
type DB struct {
	engine  engine
	read    readPool
	write   *sqlx.DB
	names   *nameCache
	version *versionCache
	// followed says how far the jobs are that this process works on.
	followed sync.Map
	// repeat, which only tests set, says that a transaction is to be run again.
	repeat func() bool
	// writers holds a place for each transaction that writes; nil on SQLite,
	// which has one connection for all of them.
	writers chan struct{}
	// snapshots holds a place for each open one.
	snapshots chan struct{}
}

// Open connects to a database: a postgres:// URL, or the path of a SQLite
// file, which is made when it is not there. The schema is left as it is.
func Open(ctx context.Context, location string) (*DB, error) {
	open := openSQLite
	if IsPostgres(location) {
		open = openPostgres
	}
	db, err := open(ctx, location)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := db.Ping(ctx); err != nil {
		return nil, fmt.Errorf("open database: %w", joinClose(err, db))
	}
	return db, nil
}

// IsPostgres reports whether a location names a PostgreSQL database.
func IsPostgres(location string) bool {
	return strings.HasPrefix(location, "postgres://") || strings.HasPrefix(location, "postgresql://")
}

// Close ends all connections.
func (db *DB) Close() error {
	db.names.close()
	db.version.close()
	if db.read.DB == db.write {
		return db.write.Close()
	}
	return joinClose(db.read.Close(), db.write)
}

// Ping asks the database for a sign of life.
func (db *DB) Ping(ctx context.Context) error {
	return classify(db.write.PingContext(ctx))
}

func openPostgres(_ context.Context, location string) (*DB, error) {
	dsn, settings, err := postgresDSN(location)
	if err != nil {
		return nil, err
	}
	if _, err := pq.NewConnector(dsn); err != nil {
		return nil, err
	}
	pool := sqlx.NewDb(sql.OpenDB(wiredConnector{dsn, settings}), "postgres")
	pool.SetMaxOpenConns(postgresConns)
	pool.SetMaxIdleConns(postgresConns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	pool.SetConnMaxLifetime(30 * time.Minute)
	db := newDB(postgresEngine, pool, pool)
	db.writers = make(chan struct{}, postgresWriters)
	return db, nil
}

// postgresDefaults are for the driver, where the address does not say them. It
// leaves time-outs unlimited.
var postgresDefaults = map[string]string{
	"application_name":  applicationName,
	"connect_timeout":   "5",
	"binary_parameters": "yes",
	"sslmode":           "require",
}

// applicationName tells the server which connections are ours.
const applicationName = "runnerdb"

// postgresSettings are for the server, where the address does not say them.
// They are set by a statement: PgBouncer refuses who asks for them as it
// connects.
var postgresSettings = map[string]string{
	"statement_timeout":                   "10000",
	"idle_in_transaction_session_timeout": "10000",
	// As long as SQLite waits: then writers are told to come back later.
	"lock_timeout": strconv.FormatInt(busyPatience.Milliseconds(), 10),
	// What is asked for lies in memory or on a disk that does not spin.
	"random_page_cost": "1.1",
}

// postgresDSN is an address with our defaults, and the statements that set the
// rest. It spares a server on the same machine the encryption it is seldom set
// up for.
func postgresDSN(location string) (dsn, settings string, err error) {
	u, err := url.Parse(location)
	if err != nil {
		// The parser quotes the URL, password and all.
		return "", "", fmt.Errorf("not a valid postgres:// URL")
	}
	query := u.Query()
	if isLocal(u.Hostname(), query.Get("host")) && !query.Has("sslmode") {
		query.Set("sslmode", "disable")
	}
	for name, value := range postgresDefaults {
		if !query.Has(name) {
			query.Set(name, value)
		}
	}
	for name, value := range postgresSettings {
		if !query.Has(name) {
			settings += "SET " + name + " = " + value + ";"
		}
	}
	u.RawQuery = query.Encode()
	return u.String(), settings, nil
}

func isLocal(host, socket string) bool {
	if strings.HasPrefix(socket, "/") || host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// openSQLite opens the writer before the readers: the first connection makes
// the file and turns on the write-ahead log.
func openSQLite(ctx context.Context, path string) (*DB, error) {
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	write := sqlitePool(path, url.Values{"_txlock": {"immediate"}})
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		return nil, joinClose(err, write)
	}
	read := sqlitePool(path, url.Values{"_pragma": {"query_only(1)"}})
	read.SetMaxOpenConns(sqliteReaders + 1) // and the one that glances at the version
	read.SetMaxIdleConns(sqliteReaders + 1)
	return newDB(sqliteEngine, read, write), nil
}

func newDB(of engine, read, write *sqlx.DB) *DB {
	return &DB{
		engine: of, read: readPool{read}, write: write, names: newNameCache(), version: newVersionCache(),
		snapshots: make(chan struct{}, maxSnapshots),
	}
}

func sqlitePool(path string, query url.Values) *sqlx.DB {
	return sqlx.NewDb(sql.OpenDB(patientConnector{sqliteDSN(path, query)}), "sqlite")
}

// makePrivate makes a file that is not there, for its owner alone: SQLite would
// let everybody on the machine read it. What lies beside it gets its mode.
func makePrivate(path string) error {
	f, err := createPrivate(path)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func sqliteDSN(path string, query url.Values) string {
	pragmas := []string{
		fmt.Sprintf("busy_timeout(%d)", busyPatience.Milliseconds()),
		"journal_mode(WAL)",
		"synchronous(NORMAL)",
		"foreign_keys(1)",
		"secure_delete(1)", // who was erased does not lie about in pages that are free
		"cache_size(-16000)",
	}
	query["_pragma"] = append(pragmas, query["_pragma"]...)
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: query.Encode()}
	return u.String()
}

// inRecordsTx is inTx for changes of the records and of what is derived from
// them. These take turns, as SQLite's writers do anyway: on PostgreSQL each first
// takes one lock of the whole database. So nobody reads a row, a name or a count
// that somebody else is about to change, nobody writes about a runner who is
// being erased, and no two of them can wait for each other.
func (db *DB) inRecordsTx(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	return db.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.lockRecords(ctx, tx); err != nil {
			return err
		}
		if err := db.hurry(ctx, tx); err != nil {
			return err
		}
		return do(tx)
	})
}

// rowPatience is how long a writer of the records waits for a row that another
// transaction holds. A long import holds some that it refers to, and others wait
// for their turn meanwhile. It is shorter than PostgreSQL's deadlock_timeout, so
// that an import that waits for its own turn is not the one to be ended.
const rowPatience = 700 * time.Millisecond

// hurry bounds how long a transaction that has its turn waits for anything else.
func (db *DB) hurry(ctx context.Context, tx *sqlx.Tx) error {
	if db.engine != postgresEngine {
		return nil
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL lock_timeout = %d", rowPatience.Milliseconds()))
	return err
}

// recordsLock is the key of the advisory lock that writers of the records take.
const recordsLock = 0x72756e6e6572 // "runner"

func (db *DB) lockRecords(ctx context.Context, tx *sqlx.Tx) error {
	if db.engine != postgresEngine {
		return nil
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(recordsLock))
	return err
}

// Bounds of running a transaction again that the database ended because of
// another one.
const (
	maxTxAttempts = 6
	maxTxPause    = 100 * time.Millisecond
)

// inTx runs do in one transaction: all of it happens, or nothing. On SQLite the
// transaction takes the write lock at once. Under WithLease it is kept only while
// the lease holds.
//
// Where the database ends the transaction for a deadlock or a serialisation
// failure, it is run again: do must not add to what it captures, but set it.
func (db *DB) inTx(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	if db.writers != nil {
		select {
		case db.writers <- struct{}{}:
			defer func() { <-db.writers }()
		case <-ctx.Done():
			return classify(ctx.Err())
		}
	}
	for attempt := 1; ; attempt++ {
		err := db.tryTx(ctx, do)
		if err == nil || attempt == maxTxAttempts || !mustRunAgain(err) {
			return classify(err)
		}
		select {
		case <-time.After(rand.N(maxTxPause)): //nolint:gosec // a pause is no secret
		case <-ctx.Done():
			return classify(errors.Join(err, ctx.Err()))
		}
	}
}

func (db *DB) tryTx(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	tx, err := db.write.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return err
	}
	if err := db.fence(ctx, tx); err != nil {
		return err
	}
	if db.repeat != nil && db.repeat() {
		return errRepeat
	}
	return tx.Commit()
}

// errRepeat makes inTx run a transaction again, in tests.
var errRepeat = errors.New("the transaction is run again")

// mustRunAgain reports whether a transaction failed only because of another
// one, so that it can succeed when it is run again.
func mustRunAgain(err error) bool {
	var pqErr *pq.Error
	if errors.As(err, &pqErr) {
		return pqErr.Code == "40001" || pqErr.Code == "40P01"
	}
	return errors.Is(err, errRepeat)
}

// inSnapshot lets do read the database as it is at one moment.
func (db *DB) inSnapshot(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	tx, err := db.read.BeginTxx(ctx, db.snapshotOptions())
	if err != nil {
		return classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	return classify(do(tx))
}

func millis(t time.Time) int64 { return t.UnixMilli() }
