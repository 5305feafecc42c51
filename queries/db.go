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

func millis(t time.Time) int64 { return t.UnixMilli() }
