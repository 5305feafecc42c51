package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/joho/godotenv"

	"runnerdb/queries"
)

const (
	defaultPort     = 8080
	defaultDatabase = "runnerdb.db"
	minKeyBytes     = 32
)

// config is what the environment says. It is read here and nowhere else.
type config struct {
	port        int
	database    string
	baseURL     *url.URL
	trustProxy  bool
	sessionKeys [][]byte
	// metricsAddr is where metrics are served; nowhere when it is empty.
	metricsAddr string
	// passingKeys says that the session keys were made for this process alone:
	// what is sealed with them nobody can open after a restart, so nothing is.
	passingKeys bool
}

// loadDotEnv adds to the environment what a file .env says, and the
// environment itself does not.
func loadDotEnv() error {
	if err := godotenv.Load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.New(".env can't be read; write one NAME=value a line")
	}
	return nil
}

// environment is what the process's environment says.
func environment() (config, error) { return readConfig(os.Getenv) }

// demoEnvironment is what the demo takes from the environment: the port.
func demoEnvironment() (config, error) {
	return readConfig(func(name string) string {
		switch name {
		case "PORT":
			return os.Getenv(name)
		case "DATABASE_URL":
			return demoFile
		default:
			return ""
		}
	})
}

// readConfig reads and checks the environment. Its error has one line for each mistake, which names the variable and the mend
// and never the value of a secret.
func readConfig(getenv func(string) string) (config, error) {
	var cfg config
	var errs []error
	check := func(err error) { errs = append(errs, err) }
	check(cfg.readPort(getenv("PORT")))
	check(cfg.readDatabase(getenv("DATABASE_URL"), getenv("DYNO") != ""))
	check(cfg.readBaseURL(getenv("BASE_URL")))
	check(cfg.readTrustProxy(getenv("TRUST_PROXY")))
	check(cfg.readSessionKeys(getenv("SESSION_KEYS")))
	check(cfg.readMetricsAddr(getenv("METRICS_ADDR")))
	return cfg, errors.Join(errs...)
}

func (c *config) production() bool { return c.baseURL != nil && c.baseURL.Scheme == "https" }

func (c *config) readPort(value string) error {
	c.port = defaultPort
	if value == "" {
		return nil
	}
	port, err := strconv.Atoi(value)
	if err != nil || port < 1 || port > 65535 {
		return fmt.Errorf("PORT is %q; set it to a number from 1 to 65535", value)
	}
	c.port = port
	return nil
}

func (c *config) readDatabase(value string, onHeroku bool) error {
	c.database = value
	switch {
	case value == "" && onHeroku:
		return errors.New("DATABASE_URL is not set; add a database: heroku addons:create heroku-postgresql")
	case value == "":
		c.database = defaultDatabase
	case queries.IsPostgres(value) && onHeroku:
	case queries.IsPostgres(value):
		if u, err := url.Parse(value); err != nil || (u.Host == "" && !u.Query().Has("host")) {
			return errors.New("DATABASE_URL is not complete; write postgres://user:password@host:5432/name")
		}
	case strings.Contains(value, "://"):
		return errors.New("DATABASE_URL has an unknown scheme; write postgres://… or the path of a SQLite file")
	case onHeroku:
		return errors.New("DATABASE_URL names a file, which Heroku deletes at every restart; add a database: heroku addons:create heroku-postgresql")
	default:
		if info, err := os.Stat(value); err == nil && info.IsDir() {
			return fmt.Errorf("DATABASE_URL is the folder %s; name a file in it, such as %s/runnerdb.db", value, strings.TrimRight(value, "/"))
		}
	}
	return nil
}

func (c *config) readBaseURL(value string) error {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return fmt.Errorf("BASE_URL is %q; write the public address alone, such as https://runners.example.org", value)
	}
	c.baseURL = u
	return nil
}

// readMetricsAddr wants the host spelt out: metrics are for no stranger.
func (c *config) readMetricsAddr(value string) error {
	if value == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(value)
	if number, notNumber := strconv.Atoi(port); err != nil || host == "" || notNumber != nil || number < 1 || number > 65535 || number == c.port {
		return fmt.Errorf("METRICS_ADDR is %q; write a private address with a port of its own, such as 127.0.0.1:9090", value)
	}
	c.metricsAddr = value
	return nil
}

func (c *config) readTrustProxy(value string) error {
	if value == "" {
		return nil
	}
	trust, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("TRUST_PROXY is %q; set it to 1 or 0", value)
	}
	c.trustProxy = trust
	return nil
}

// readSessionKeys makes a key for this process alone where none is set and
// none is needed.
func (c *config) readSessionKeys(value string) error {
	const mend = "generate one with: openssl rand -hex 32"
	if value == "" {
		if c.production() {
			return errors.New("SESSION_KEYS is not set; " + mend)
		}
		c.sessionKeys, c.passingKeys = [][]byte{newKey()}, true
		return nil
	}
	for i, text := range strings.Split(value, ",") {
		key := []byte(strings.TrimSpace(text))
		switch {
		case len(key) < minKeyBytes:
			return fmt.Errorf("SESSION_KEYS: key %d has fewer than %d bytes; %s", i+1, minKeyBytes, mend)
		case bytes.Count(key, key[:1]) == len(key) || bytes.Contains(bytes.ToLower(key), []byte("example")):
			return fmt.Errorf("SESSION_KEYS: key %d can be guessed; %s", i+1, mend)
		case slices.ContainsFunc(c.sessionKeys, func(other []byte) bool { return bytes.Equal(key, other) }):
			return fmt.Errorf("SESSION_KEYS: key %d stands there twice; leave one out", i+1)
		}
		c.sessionKeys = append(c.sessionKeys, key)
	}
	return nil
}

func newKey() []byte {
	key := make([]byte, minKeyBytes)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program first
	return key
}
