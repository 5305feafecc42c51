// Package handlers answers HTTP requests. It is the only place that knows
// HTTP: a handler parses, checks who asks and what for, calls queries or
// predictions, and renders a component or redirects.
//
// Every address is a page; asked by htmx it answers the page's fragment. A
// handler returns its error, and one table in errors.go says which status and
// page that becomes.
package handlers

import (
	"log/slog"
	"net"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/securecookie"
	"github.com/valyala/fasthttp"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/connlimit"
	"runnerdb/imports"
	"runnerdb/metrics"
	"runnerdb/predictions"
	"runnerdb/queries"
)

// Limits of the HTTP server. The idle time-out is longer than the 90 seconds
// for which Heroku's router keeps a connection.
const (
	maxBodyBytes   = 256 * 1024
	maxHeaderBytes = 16 * 1024
	maxHeaderLines = 100
	readTimeout    = 15 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 95 * time.Second
)

// Limits of connections. One that keeps the server waiting takes about 20 KB of
// memory, more under way than at rest.
const (
	maxConns           = 1024
	maxConnsPerAddress = 960
	// connGrace is far more than a request in one packet needs.
	connGrace = 100 * time.Millisecond
)

// requestMethods are all that any address answers.
var requestMethods = []string{fiber.MethodGet, fiber.MethodHead, fiber.MethodPost}

// Config is what a server needs. Every field but BaseURL and TrustProxy must
// be set.
type Config struct {
	DB *queries.DB
	// BaseURL is the public address. https means production: cookies are
	// secure, and other hosts are refused. It may be nil.
	BaseURL *url.URL
	// TrustProxy says that one router stands in front, which sets
	// X-Forwarded-Proto and X-Forwarded-For and connects from a private address.
	TrustProxy bool
	// SessionKeys sign the session cookie, and others derived from them seal
	// secrets; the newest first.
	SessionKeys [][]byte
	// PassingKeys says that the session keys end with this process: no secret
	// that must last is sealed with them.
	PassingKeys bool
	Lifetimes   accounts.Lifetimes
	// Throttle bounds how often passwords may be guessed.
	Throttle accounts.Throttle
	// Deadline bounds the work on one request.
	Deadline time.Duration
	// Build tells this build of the program from others: their pages may differ.
	Build string
	Log   *slog.Logger
	// Metrics count what is asked for; nil counts nothing.
	Metrics *metrics.Metrics
	Now     func() time.Time
}

// Server is the web application.
type Server struct {
	Config
	app      *fiber.App
	sessions sessionStore
	totp     accounts.Sealer
	// shelf holds the sheets that were looked at last.
	shelf imports.DraftCache
	// suppression seals the keys by which those who were erased are known again;
	// nil where no key would last.
	suppression *accounts.Sealer
	predictor   *predictions.Predictor
	draining    atomic.Bool
	bodies      byteBudget
	uploads     chan struct{}
	answers     answerCache
	chosen      settingsCache
	facts       factsCache
	// downloads holds a place for each long list on its way to a visitor.
	downloads chan struct{}
}

// New makes the web application.
func New(config Config) *Server {
	s := &Server{
		Config: config, predictor: predictions.NewPredictor(config.DB),
		uploads: make(chan struct{}, maxUploads), downloads: make(chan struct{}, maxDownloads),
	}
	s.totp = accounts.NewSealer(config.SessionKeys, accounts.TOTPPurpose)
	s.suppression = queries.SuppressionSealer(config.SessionKeys, config.PassingKeys)
	s.sessions = sessionStore{db: config.DB, lifetimes: config.Lifetimes, now: config.Now}
	for _, key := range config.SessionKeys {
		codec := securecookie.New(key, nil)
		codec.MaxAge(int(config.Lifetimes.Remembered.Absolute.Seconds()))
		s.sessions.codecs = append(s.sessions.codecs, codec)
	}
	s.app = fiber.New(fiber.Config{
		AppName:                      "Runner DB",
		BodyLimit:                    1, // all that is read before readBody, which knows the limits
		CaseSensitive:                true,
		DisablePreParseMultipartForm: true,
		DisableStartupMessage:        true,
		ErrorHandler:                 s.answerError,
		IdleTimeout:                  idleTimeout,
		Immutable:                    true,
		ReadBufferSize:               maxHeaderBytes,
		ReadTimeout:                  readTimeout,
		RequestMethods:               requestMethods,
		StreamRequestBody:            true,
		StrictRouting:                true,
		WriteTimeout:                 writeTimeout,
	})
	s.routes()
	s.app.Server().HeaderReceived = s.markLongBodies
	s.app.Server().Handler = s.readAndHandle(s.app.Handler())
	s.app.Server().ErrorHandler = func(ctx *fasthttp.RequestCtx, err error) { s.refuse(ctx, unreadable(ctx, err)) }
	return s
}

// Listener answers requests from a listener, within the limits of connections.
// It returns when the application is shut down.
func (s *Server) Listener(listener net.Listener) error {
	return s.app.Listener(connlimit.New(listener, connlimit.Limits{
		Total: maxConns, PerAddress: maxConnsPerAddress, Grace: connGrace, Shared: s.isRouter,
	}))
}

// App is the application to listen with.
func (s *Server) App() *fiber.App { return s.app }

// Drain lets readiness fail, so that no new requests are sent here.
func (s *Server) Drain() { s.draining.Store(true) }

func (s *Server) today() club.Date { return club.DayOf(s.Now()) }

func (s *Server) production() bool { return s.BaseURL != nil && s.BaseURL.Scheme == "https" }
