package handlers

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/sessions"

	"runnerdb/accounts"
	"runnerdb/connlimit"
	"runnerdb/queries"
)

// visitor is who sends a request: somebody signed in, somebody with a form
// to sign in with, or anybody.
type visitor struct {
	token   string
	account accounts.Session
}

func (v visitor) signedIn() bool { return v.account.User.ID != 0 }

const visitorKey = "visitor"

func visitorOf(c *fiber.Ctx) visitor {
	v, _ := c.Locals(visitorKey).(visitor)
	return v
}

// touchEvery is how exactly it is known when a session was last in use.
const touchEvery = time.Minute

// loadVisitor finds out who sends the request. The database is asked only
// when there is a cookie of ours.
func (s *Server) loadVisitor(c *fiber.Ctx) error {
	if c.Cookies(s.cookieName(c)) == "" {
		return c.Next()
	}
	session, _, err := s.session(c)
	if err != nil {
		return err
	}
	v := visitorIn(session)
	c.Locals(visitorKey, v)
	if now := s.Now(); v.signedIn() && now.Sub(v.account.SeenAt) > touchEvery {
		if err := s.DB.TouchSession(c.UserContext(), v.account.TokenHash, now); err != nil {
			s.Log.WarnContext(c.UserContext(), "session not touched", slog.String("id", requestID(c)), slog.Any("error", err))
		}
	}
	return c.Next()
}

func visitorIn(session *sessions.Session) (v visitor) {
	v.token, _ = session.Values[tokenKey].(string)
	v.account, _ = session.Values[accountKey].(accounts.Session)
	return v
}

const httpRequestKey = "http request"

// session reads the gorilla session of the request, and gives the request
// that its Save wants back. The session is kept with that request, so that
// whoever asks next gets the same without another look at the database.
func (s *Server) session(c *fiber.Ctx) (*sessions.Session, *http.Request, error) {
	r, known := c.Locals(httpRequestKey).(*http.Request)
	if !known {
		r = httpRequest(c)
		c.Locals(httpRequestKey, r)
	}
	session, err := s.sessions.Get(r, s.cookieName(c))
	return session, r, err
}

// httpRequest returns what a session is read from: a request's cookies and the
// name of its browser. The body stays where it is; an upload's has not come yet.
func httpRequest(c *fiber.Ctx) *http.Request {
	r := &http.Request{Method: c.Method(), Header: http.Header{}}
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderCookie) {
		r.Header.Add(fiber.HeaderCookie, string(line))
	}
	r.Header.Set(fiber.HeaderUserAgent, c.Get(fiber.HeaderUserAgent))
	return r.WithContext(c.UserContext())
}

// save stores a session and hands its cookie to the visitor.
func (s *Server) save(c *fiber.Ctx, r *http.Request, session *sessions.Session) error {
	session.Options.Secure = s.encrypted(c)
	w := headerWriter{http.Header{}}
	if err := session.Save(r, w); err != nil {
		return err
	}
	for _, cookie := range w.header.Values(fiber.HeaderSetCookie) {
		c.Response().Header.Add(fiber.HeaderSetCookie, cookie)
	}
	return nil
}

// headerWriter is the response writer that gorilla sets its cookies on.
type headerWriter struct{ header http.Header }

func (w headerWriter) Header() http.Header       { return w.header }
func (headerWriter) Write(b []byte) (int, error) { return len(b), nil }
func (headerWriter) WriteHeader(int)             {}

// cookieName has the prefix by which browsers keep a cookie to this host and
// to encrypted connections.
func (s *Server) cookieName(c *fiber.Ctx) string {
	if s.encrypted(c) {
		return cookieNames[0]
	}
	return cookieNames[1]
}

// cookieNames are the names of the cookie: over TLS, and without.
var cookieNames = [...]string{"__Host-runnerdb", "runnerdb"}

// signedIn lets only users pass; others are sent to sign in.
func (s *Server) signedIn(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if visitorOf(c).signedIn() {
		return c.Next()
	}
	c.Vary(variants)
	target := "/login?next=" + url.QueryEscape(asked(c))
	if wantsFragment(c) {
		c.Set("HX-Redirect", target)
		return c.SendStatus(fiber.StatusUnauthorized)
	}
	return c.Redirect(target, fiber.StatusSeeOther)
}

// asked is the page that a request is for, as it is filtered and sorted.
func asked(c *fiber.Ctx) string {
	query := string(c.Request().URI().QueryString())
	if query == "" || c.Method() == fiber.MethodPost {
		return c.Path()
	}
	return c.Path() + "?" + query
}

// needs lets only users pass who have a role, or one that may do more.
func (s *Server) needs(role accounts.Role) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if visitorOf(c).signedIn() && !visitorOf(c).account.User.Role.May(role) {
			c.Set(fiber.HeaderCacheControl, "no-store")
			return errRole
		}
		return s.signedIn(c)
	}
}

// actor is who sends the request, for the audit log.
func (s *Server) actor(c *fiber.Ctx) queries.Actor {
	user := visitorOf(c).account.User
	return queries.Actor{UserID: user.ID, Name: user.Email, Address: s.clientAddress(c), At: s.Now()}
}

// clientAddress returns where a request comes from: the peer or, when the peer
// is our router, the last address in X-Forwarded-For.
func (s *Server) clientAddress(c *fiber.Ctx) string {
	peer := connlimit.Address(c.Context().RemoteAddr())
	if s.isRouter(peer) {
		if ip := net.ParseIP(lastOf(c, fiber.HeaderXForwardedFor)); ip != nil {
			return ip.String()
		}
	}
	return peer.String()
}

// sharedAddressSpace is what carriers and clouds use between themselves (RFC 6598).
var sharedAddressSpace = netip.MustParsePrefix("100.64.0.0/10")

// isRouter reports whether a peer can be the router that TrustProxy speaks of.
// Routers reach us over a private network; a visitor who goes round the router,
// over the internet, does not, and can't claim other addresses.
func (s *Server) isRouter(peer netip.Addr) bool {
	return s.TrustProxy && (peer.IsPrivate() || peer.IsLoopback() || peer.IsLinkLocalUnicast() || sharedAddressSpace.Contains(peer))
}

// localPath is next where it is the path of a page of ours, and fallback
// where it might lead elsewhere.
func localPath(next, fallback string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || next != u.RequestURI() {
		return fallback
	}
	path := u.Path
	switch {
	case strings.ContainsFunc(next+path, func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }),
		!strings.HasPrefix(next, "/"), strings.Contains(path, "//"), strings.Contains(path, ".."):
		return fallback
	}
	for _, ours := range []string{"/runners", "/predict", "/profile", "/admin"} {
		if path == ours || strings.HasPrefix(path, ours+"/") {
			return next
		}
	}
	return fallback
}

func clip(s string, length int) string {
	s = strings.ToValidUTF8(s, "")
	return strings.ToValidUTF8(s[:min(len(s), length)], "")
}
