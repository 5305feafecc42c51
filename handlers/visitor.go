package handlers

import (
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/gorilla/sessions"

	"runnerdb/accounts"
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
	var v visitor
	v.token, _ = session.Values[tokenKey].(string)
	v.account, _ = session.Values[accountKey].(accounts.Session)
	c.Locals(visitorKey, v)
	if now := s.Now(); v.signedIn() && now.Sub(v.account.SeenAt) > touchEvery {
		if err := s.DB.TouchSession(c.UserContext(), v.account.TokenHash, now); err != nil {
			s.Log.WarnContext(c.UserContext(), "session not touched", slog.String("id", requestID(c)), slog.Any("error", err))
		}
	}
	return c.Next()
}

const httpRequestKey = "http request"

// session reads the gorilla session of the request, and gives the request
// that its Save wants back. The session is kept with that request, so that
// whoever asks next gets the same without another look at the database.
func (s *Server) session(c *fiber.Ctx) (*sessions.Session, *http.Request, error) {
	r, known := c.Locals(httpRequestKey).(*http.Request)
	if !known {
		converted, err := adaptor.ConvertRequest(c, true)
		if err != nil {
			return nil, nil, fiber.ErrBadRequest
		}
		r = converted.WithContext(c.UserContext())
		c.Locals(httpRequestKey, r)
	}
	session, err := s.sessions.Get(r, s.cookieName(c))
	return session, r, err
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

// clientAddress is where the request comes from. Behind a router that is the
// last address that it names; what stands before it, anybody can write.
func (s *Server) clientAddress(c *fiber.Ctx) string {
	if s.TrustProxy {
		forwarded := c.GetReqHeaders()[fiber.HeaderXForwardedFor]
		if len(forwarded) > 0 {
			all := strings.Split(forwarded[len(forwarded)-1], ",")
			if ip := net.ParseIP(strings.TrimSpace(all[len(all)-1])); ip != nil {
				return ip.String()
			}
		}
	}
	return c.Context().RemoteIP().String()
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
