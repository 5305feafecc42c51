package handlers

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
)

// answer is round every request: it gives it an id and a deadline, turns
// errors and panics into pages, and writes one line to the log.
func (s *Server) answer(c *fiber.Ctx) error {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), s.Deadline)
	defer cancel()
	c.SetUserContext(ctx)
	c.Locals(requestIDKey, newRequestID())

	s.Metrics.Begun()
	err := protect(c)
	if err != nil {
		err = s.answerError(c, err)
	}
	took := time.Since(start)
	s.Metrics.Answered(c.Route().Path, c.Method(), c.Response().StatusCode(), took)
	line := slog.NewRecord(start.Add(took), slog.LevelInfo, "request", 0) // it does not matter from where
	line.AddAttrs(
		slog.String("id", requestID(c)),
		slog.String("method", c.Method()),
		slog.String("route", c.Route().Path),
		slog.Int("status", c.Response().StatusCode()),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int64("user", visitorOf(c).account.User.ID))
	if s.Log.Enabled(ctx, slog.LevelInfo) {
		_ = s.Log.Handler().Handle(ctx, line) // as slog.Logger does
	}
	return err
}

// panicked is a panic as an error, with the place where it happened.
type panicked struct {
	value any
	stack []byte
}

func (p panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

func protect(c *fiber.Ctx) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = panicked{value, debug.Stack()}
		}
	}()
	return c.Next()
}

const requestIDKey = "request id"

// newRequestID is read out on the telephone, so it has no letters that make
// words.
func newRequestID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program first
	return hex.EncodeToString(b)
}

func requestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestIDKey).(string)
	return id
}

const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; " +
	"object-src 'none'; frame-ancestors 'none'"

func (s *Server) secureHeaders(c *fiber.Ctx) error {
	s.setSecureHeaders(c)
	return c.Next()
}

// alwaysSent are names as they go over the wire, and values.
var alwaysSent = [][2][]byte{
	{[]byte(fiber.HeaderContentSecurityPolicy), []byte(contentSecurityPolicy)},
	{[]byte(fiber.HeaderXContentTypeOptions), []byte("nosniff")},
	{[]byte(fiber.HeaderXFrameOptions), []byte("DENY")},
	{[]byte(fiber.HeaderReferrerPolicy), []byte("same-origin")},
	{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
	{[]byte("Cross-Origin-Resource-Policy"), []byte("same-origin")},
	{[]byte("Cross-Origin-Embedder-Policy"), []byte("require-corp")},
	{[]byte("Permissions-Policy"), []byte("camera=(), geolocation=(), microphone=(), payment=()")},
}

func (s *Server) setSecureHeaders(c *fiber.Ctx) {
	for _, header := range alwaysSent {
		c.Response().Header.SetCanonical(header[0], header[1])
	}
	if s.encrypted(c) {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	}
}

// encrypted reports whether the visitor's connection is: the router says so,
// or the configuration.
func (s *Server) encrypted(c *fiber.Ctx) bool {
	if s.TrustProxy {
		return strings.EqualFold(lastOf(c, fiber.HeaderXForwardedProto), "https")
	}
	return s.production()
}

// lastOf returns the last element of a header that each router adds to; what
// stands before it, anybody can write.
func lastOf(c *fiber.Ctx, name string) string {
	lines := c.Request().Header.PeekAll(name)
	if len(lines) == 0 {
		return ""
	}
	last := string(lines[len(lines)-1])
	return strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
}

// checkHead refuses a request whose head a router in front of us may have read
// differently: one that ends a line at a bare LF, continues it on the next
// (RFC 9112, 2.2 and 5.2), or speaks a version that we don't. It also bounds the
// number of lines.
func checkHead(c *fiber.Ctx) error {
	head := c.Request().Header.RawHeaders()
	lines := bytes.Count(head, []byte("\n"))
	version := string(c.Request().Header.Protocol())
	if lines != bytes.Count(head, []byte("\r\n")) ||
		bytes.Contains(head, []byte("\n ")) || bytes.Contains(head, []byte("\n\t")) ||
		version != "HTTP/1.1" && version != "HTTP/1.0" {
		c.Context().SetConnectionClose()
		return fiber.ErrBadRequest
	}
	if lines > maxHeaderLines {
		return fiber.ErrRequestHeaderFieldsTooLarge
	}
	return c.Next()
}

// refuseEncodedBodies refuses what Fiber would unpack without a limit.
func (s *Server) refuseEncodedBodies(c *fiber.Ctx) error {
	for _, encoding := range c.Request().Header.PeekAll(fiber.HeaderContentEncoding) {
		if len(encoding) > 0 {
			return fiber.ErrUnsupportedMediaType
		}
	}
	return c.Next()
}

// checkHost refuses, in production, requests that name another host, and
// sends those that came without encryption to the encrypted address.
func (s *Server) checkHost(c *fiber.Ctx) error {
	if !s.production() || c.Path() == "/healthz" || c.Path() == "/readyz" {
		return c.Next()
	}
	if !s.isOurHost(string(c.Request().Host())) {
		return fiber.ErrMisdirectedRequest
	}
	if s.encrypted(c) {
		return c.Next()
	}
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return fiber.ErrForbidden
	}
	return c.Redirect(s.BaseURL.Scheme+"://"+s.BaseURL.Host+string(c.Request().URI().RequestURI()), fiber.StatusPermanentRedirect)
}

// isOurHost reports whether a host is that of the public address, with or
// without the default port of its scheme.
func (s *Server) isOurHost(host string) bool {
	port := map[string]string{"https": ":443", "http": ":80"}[s.BaseURL.Scheme]
	return strings.EqualFold(strings.TrimSuffix(host, port), strings.TrimSuffix(s.BaseURL.Host, port))
}

var compressBody = compress.New()

// compressed packs the answers to visitors who are not signed in; what a
// signed-in user sees holds secrets, whose length packing would tell.
func (s *Server) compressed(c *fiber.Ctx) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	if c.Get(fiber.HeaderCookie) != "" {
		return c.Next()
	}
	if err := compressBody(c); err != nil {
		return err
	}
	s.keepAnswer(c)
	return nil
}
