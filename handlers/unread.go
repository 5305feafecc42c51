package handlers

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"runnerdb/connlimit"
)

// unreadError is a request that could not be read to its end. It says nothing
// of what was sent, which may be a password: neither may the log.
type unreadError struct {
	status  int
	kind    string
	bytes   int
	address string
}

func (e unreadError) Error() string {
	return fmt.Sprintf("%s: %d bytes from %s", e.kind, e.bytes, e.address)
}

// unreadable tells what stopped the reading of a request from the error of the
// engine, whose text quotes the request.
func unreadable(ctx *fasthttp.RequestCtx, err error) error {
	unread := unreadError{address: connlimit.Address(ctx.RemoteAddr()).String()}
	unread.status, unread.kind = kindOf(err)
	if conn, ok := ctx.Conn().(*connlimit.Conn); ok {
		unread.bytes = conn.Received()
	}
	return unread
}

func kindOf(err error) (status int, kind string) {
	var netErr net.Error
	switch {
	case errors.As(err, new(*fasthttp.ErrSmallBuffer)):
		return fiber.StatusRequestHeaderFieldsTooLarge, "head too long"
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return fiber.StatusRequestEntityTooLarge, "body too long"
	case errors.Is(err, errTooManyBodies):
		return fiber.StatusServiceUnavailable, errTooManyBodies.Error()
	case errors.As(err, &netErr) && netErr.Timeout():
		return fiber.StatusRequestTimeout, "too slow"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.As(err, &netErr):
		return fiber.StatusBadRequest, "cut off"
	default:
		return fiber.StatusBadRequest, "malformed"
	}
}

// refuse answers a request that never reaches the routes, and closes the
// connection.
func (s *Server) refuse(ctx *fasthttp.RequestCtx, why error) {
	ctx.SetConnectionClose()
	if conn, ok := ctx.Conn().(*connlimit.Conn); ok {
		conn.Linger()
	}
	c := s.app.AcquireCtx(ctx)
	defer s.app.ReleaseCtx(c)
	if err := s.answerError(c, why); err != nil {
		s.Log.Error("refusal not written", slog.Any("error", err))
	}
}
