package handlers

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"sync/atomic"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

const (
	// maxBodiesBytes bounds what all bodies under way hold together, so that long
	// forms can't fill the memory.
	maxBodiesBytes = 8 << 20
	// freeBodyBytes of each body are not counted: a short form, such as the one to
	// sign in with, is read however many long ones are under way.
	freeBodyBytes = 4 << 10
)

// byteBudget counts the bytes of all bodies under way.
type byteBudget struct{ used atomic.Int64 }

// take adds n bytes, unless that is more than there may be.
func (b *byteBudget) take(n int) bool {
	if b.used.Add(int64(n)) <= maxBodiesBytes {
		return true
	}
	b.used.Add(-int64(n))
	return false
}

func (b *byteBudget) give(n int) { b.used.Add(-int64(n)) }

// countedReader reads a body within a budget.
type countedReader struct {
	from   io.Reader
	budget *byteBudget
	read   int
	taken  int
}

func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.read += n
	if more := r.read - freeBodyBytes - r.taken; more > 0 {
		if !r.budget.take(more) {
			return n, errTooManyBodies
		}
		r.taken += more
	}
	return n, err
}

// errTooManyBodies says that the bodies under way are more than we hold.
var errTooManyBodies = errors.New("too many long bodies at once")

// tooLongHeader marks a request whose body is longer than it may be. Whoever sends
// it is refused.
const tooLongHeader = "X-Body-Too-Long"

// markLongBodies makes the engine hand a request that announces too long a body
// on by its head alone. It is refused and its connection closed, so that what
// follows the head is never taken for another request.
func (s *Server) markLongBodies(header *fasthttp.RequestHeader) (unchanged fasthttp.RequestConfig) {
	if header.ContentLength() > maxUploadBytes || header.ContentLength() > maxBodyBytes && !s.mayBeUpload(header) {
		header.Set(tooLongHeader, "1")
		header.SetContentLength(0)
	}
	return unchanged
}

// readAndHandle reads the body of a request as it arrives, before anything else
// is set up for it, and hands both on. An upload is handed on unread.
func (s *Server) readAndHandle(handle fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if !slices.Contains(requestMethods, string(ctx.Method())) {
			s.refuse(ctx, fiber.ErrMethodNotAllowed)
			return
		}
		if len(ctx.Request.Header.Peek(tooLongHeader)) > 0 {
			s.refuse(ctx, unreadable(ctx, fasthttp.ErrBodyTooLarge))
			return
		}
		if s.mayBeUpload(&ctx.Request.Header) {
			handle(ctx)
			return
		}
		body := countedReader{from: ctx.RequestBodyStream(), budget: &s.bodies}
		defer func() { s.bodies.give(body.taken) }()
		if body.from != nil {
			read, err := readBody(&body, ctx.Request.Header.ContentLength())
			if err != nil {
				s.refuse(ctx, unreadable(ctx, err))
				return
			}
			ctx.Request.SetBodyRaw(read)
		}
		handle(ctx)
	}
}

// readBody reads a body of a length, or of any with chunks, and no more than
// maxBodyBytes. Memory is set aside for what has arrived alone.
func readBody(from io.Reader, length int) ([]byte, error) {
	var body bytes.Buffer
	if _, err := body.ReadFrom(io.LimitReader(from, maxBodyBytes+1)); err != nil {
		return nil, err
	}
	switch {
	case body.Len() > maxBodyBytes:
		return nil, fasthttp.ErrBodyTooLarge
	case length >= 0 && body.Len() < length:
		return nil, io.ErrUnexpectedEOF
	}
	return body.Bytes(), nil
}
