package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// answerError turns an error into a status and a page that says, in plain
// words, what happened and what to do. What it was in detail only the log
// knows.
func (s *Server) answerError(c *fiber.Ctx, err error) error {
	// The page is written even where the request's time is over.
	c.SetUserContext(context.WithoutCancel(c.UserContext()))
	status := statusOf(err)
	level := slog.LevelDebug
	if requestID(c) == "" {
		// It was refused before it came to the routes: no other line tells of it.
		c.Locals(requestIDKey, newRequestID())
		level = slog.LevelInfo
	}
	s.logError(c, level, status, err)
	s.setSecureHeaders(c)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("HX-Push-Url", "false")
	c.Set("HX-Replace-Url", "false")
	switch status {
	case fiber.StatusMethodNotAllowed:
		c.Set(fiber.HeaderAllow, s.allowedMethods(c.Path()))
	case fiber.StatusServiceUnavailable:
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	words := wordsFor(status)
	if tooMany := (throttledError{}); errors.As(err, &tooMany) {
		c.Set(fiber.HeaderRetryAfter, tooMany.seconds())
		words.Text = tooMany.words()
	}
	if errors.Is(err, errInvitation) {
		words.Title, words.Text = "This link does not work any more", "It works once, and for some days only. Ask an owner of this site for a new one."
	}
	if errors.Is(err, errRole) {
		words.Title, words.Text = "That is not yours to do", "Your role does not allow it. An owner of this site can give you another."
	}
	if errors.Is(err, queries.ErrSuppressionSealed) {
		words.Title = "Nobody can be added just now"
		words.Text = "We can't tell who asked to be erased: that list is locked with a session key that this server doesn't have. " +
			"Ask whoever runs the server to set SESSION_KEYS to the keys that it had."
	}
	words.RequestID = requestID(c)
	if isAPI(c) {
		return answerProblem(c, words)
	}
	return s.render(c, status, page{
		title:    words.Title,
		body:     components.ErrorPage(words),
		fragment: components.ErrorNotice(words),
	})
}

// errRole says that a user's role does not allow what was asked for.
var errRole = errors.New("not allowed for this role")

// errInvitation says that a link to set a password is none, or has been used.
var errInvitation = errors.New("no such invitation")

func statusOf(err error) int {
	var (
		httpErr *fiber.Error
		tooMany throttledError
		unread  unreadError
	)
	switch {
	case errors.As(err, &unread):
		return unread.status
	case errors.Is(err, errRole):
		return fiber.StatusForbidden
	case errors.As(err, &httpErr):
		return httpErr.Code
	case errors.As(err, &tooMany):
		return fiber.StatusTooManyRequests
	case errors.Is(err, queries.ErrNotFound), errors.Is(err, errInvitation), errors.Is(err, club.ErrNoDistance):
		return fiber.StatusNotFound
	case errors.Is(err, queries.ErrStale), errors.Is(err, queries.ErrErased):
		return fiber.StatusConflict
	case errors.Is(err, queries.ErrInvalid), errors.Is(err, queries.ErrExists):
		return fiber.StatusUnprocessableEntity
	case errors.Is(err, queries.ErrSuppressionSealed), errors.Is(err, queries.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fiber.StatusServiceUnavailable
	default:
		return fiber.StatusInternalServerError
	}
}

func (s *Server) logError(c *fiber.Ctx, level slog.Level, status int, err error) {
	if status >= fiber.StatusInternalServerError {
		level = slog.LevelError
	}
	if refused := (*fiber.Error)(nil); errors.As(err, &refused) {
		err = errors.New(http.StatusText(refused.Code)) // its own text quotes the address
	}
	s.Log.LogAttrs(c.UserContext(), level, "error",
		slog.String("id", requestID(c)), slog.Int("status", status), slog.Any("error", err))
}

// allowedMethods are those that an address answers.
func (s *Server) allowedMethods(path string) string {
	var allowed []string
	for _, route := range s.app.GetRoutes(true) {
		if !slices.Contains(allowed, route.Method) && fiber.RoutePatternMatch(path, route.Path, s.app.Config()) {
			allowed = append(allowed, route.Method)
		}
	}
	return strings.Join(allowed, ", ")
}

// wordsFor says what each status means to the person who meets it.
func wordsFor(status int) components.ErrorWords {
	words, known := errorWords[status]
	switch {
	case known:
	case status >= 500:
		words = errorWords[fiber.StatusInternalServerError]
	default:
		words = errorWords[fiber.StatusBadRequest]
	}
	words.Status = status
	return words
}

var errorWords = map[int]components.ErrorWords{
	fiber.StatusBadRequest: {
		Title: "We could not read that", Text: "Something in the address or the form is not as it should be. Go back and try again.",
	},
	fiber.StatusForbidden: {
		Title: "That form has expired", Text: "Open the page again and send the form from there.",
	},
	fiber.StatusNotFound: {
		Title: "There is no such page", Text: "The address may be mistyped, or what it showed is gone. Look for the runner instead.",
	},
	fiber.StatusMethodNotAllowed: {
		Title: "That can't be done here", Text: "This page can be read, but not in that way.",
	},
	fiber.StatusRequestTimeout: {
		Title: "That took too long to arrive", Text: "The connection may be slow. Try again.",
	},
	fiber.StatusConflict: {
		Title: "Somebody else changed it first", Text: "Open the page again to see the newest state.",
	},
	fiber.StatusRequestEntityTooLarge: {
		Title: "That is too much at once", Text: "What you sent is larger than we take.",
	},
	fiber.StatusRequestURITooLong: {
		Title: "That address is too long", Text: "Shorten what you look for and try again.",
	},
	fiber.StatusUnsupportedMediaType: {
		Title: "We don't take that kind of data", Text: "Send the form from the page it stands on.",
	},
	fiber.StatusMisdirectedRequest: {
		Title: "This is another site's address", Text: "Open the club's own address.",
	},
	fiber.StatusUnprocessableEntity: {
		Title: "That does not fit", Text: "One of the values can't be right. Go back, mend it and try again.",
	},
	fiber.StatusTooManyRequests: {
		Title: "Too many tries", Text: "Wait a little and try again.",
	},
	fiber.StatusRequestHeaderFieldsTooLarge: {
		Title: "That request is too large", Text: "Shorten what you look for, or clear this site's cookies, and try again.",
	},
	fiber.StatusInternalServerError: {
		Title: "Something broke on our side", Text: "It is not your fault, and it has been noted. Try again in a moment.",
	},
	fiber.StatusServiceUnavailable: {
		Title: "We are out of breath", Text: "The club's records can't be reached just now. Try again in a few seconds.",
	},
}
