package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/securecookie"
	"github.com/valyala/fasthttp"

	"runnerdb/accounts"
	"runnerdb/connlimit"
	"runnerdb/sheets"
)

const importsPath = "/admin/imports"

// Limits of an upload: the file, what a form has round it, and how many are
// under way at once, which bounds the memory that they take.
const (
	maxUploadBytes = sheets.MaxBytes + 64*1024
	maxUploadParts = 10
	maxFieldBytes  = 4096
	maxUploads     = 4
)

// An upload is cut off when a piece of it takes longer than that: 1 KB a second.
const (
	uploadPiece    = 30 << 10 // bytes
	uploadPatience = 30 * time.Second
)

// mayBeUpload reports whether a request may be an upload, by its head: it says how
// long it is and carries a cookie that we signed. The body is read only once the
// database says that an editor sends it; all other bodies are short.
func (s *Server) mayBeUpload(header *fasthttp.RequestHeader) bool {
	kind, _, _ := mime.ParseMediaType(string(header.ContentType()))
	path, _, _ := bytes.Cut(header.RequestURI(), []byte("?"))
	return header.IsPost() && string(path) == importsPath && kind == fiber.MIMEMultipartForm &&
		header.ContentLength() > 0 && s.signedCookie(header)
}

// signedCookie reports whether a request carries a cookie of ours, which anybody
// gets who opens the login page.
func (s *Server) signedCookie(header *fasthttp.RequestHeader) bool {
	for _, name := range cookieNames {
		var token string
		value := string(header.Cookie(name))
		if value != "" && securecookie.DecodeMulti(name, value, &token, s.sessions.codecs...) == nil && accounts.IsToken(token) {
			return true
		}
	}
	return false
}

// upload is a file that came with a form.
type upload struct {
	name string
	data []byte
}

const uploadKey = "upload"

// uploadOf is the file that came in the body, if any.
func uploadOf(c *fiber.Ctx) upload {
	u, _ := c.Locals(uploadKey).(upload)
	return u
}

// takesUpload reports whether an address takes files from this visitor.
func takesUpload(c *fiber.Ctx) bool { return c.Path() == importsPath && mayEdit(c) }

// receiveUpload reads the body of an upload, which comes from an editor, when
// few others are under way. Time spent receiving is no part of the deadline, and
// the editor must be one still when it is over.
func (s *Server) receiveUpload(c *fiber.Ctx) error {
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	case <-c.UserContext().Done():
		return c.UserContext().Err()
	}
	form, err := parseUpload(c)
	if err != nil {
		c.Context().SetConnectionClose()
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.Deadline)
	defer cancel()
	c.SetUserContext(ctx)
	c.Locals(httpRequestKey, nil)
	if err := s.loadAgain(c); err != nil {
		return err
	}
	if err := checkToken(c, form); err != nil {
		return err
	}
	c.Locals(formKey, form)
	return c.Next()
}

// loadAgain looks up once more who sends a request.
func (s *Server) loadAgain(c *fiber.Ctx) error {
	session, _, err := s.session(c)
	if err != nil {
		return err
	}
	c.Locals(visitorKey, visitorIn(session))
	return nil
}

// uploadBody returns the body of an upload as it arrives.
func uploadBody(c *fiber.Ctx) io.Reader {
	if stream := c.Context().RequestBodyStream(); stream != nil {
		return &pacedReader{from: io.LimitReader(stream, maxUploadBytes), conn: c.Context().Conn()}
	}
	return bytes.NewReader(c.Request().Body())
}

// pacedReader reads what a client sends, as long as each piece comes in time.
type pacedReader struct {
	from io.Reader
	conn net.Conn
	left int
}

func (r *pacedReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		r.left = uploadPiece
		if err := r.conn.SetReadDeadline(time.Now().Add(uploadPatience)); err != nil {
			return 0, err
		}
	}
	n, err := r.from.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// parseUpload reads a form with a file, no longer than an upload may be, and
// keeps it in memory.
func parseUpload(c *fiber.Ctx) (url.Values, error) {
	_, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || params["boundary"] == "" {
		return nil, fiber.ErrBadRequest
	}
	if conn, ok := c.Context().Conn().(*connlimit.Conn); ok {
		conn.Trust(true)
		defer conn.Trust(false)
	}
	reader := multipart.NewReader(uploadBody(c), params["boundary"])
	form := url.Values{}
	for parts := 0; ; parts++ {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil || parts == maxUploadParts {
			return nil, fiber.ErrBadRequest
		}
		if err := readPart(c, form, part); err != nil {
			return nil, err
		}
	}
}

func readPart(c *fiber.Ctx, form url.Values, part *multipart.Part) error {
	name := part.FormName()
	if name == "file" {
		data, err := io.ReadAll(part)
		if err != nil || c.Locals(uploadKey) != nil {
			return fiber.ErrBadRequest
		}
		c.Locals(uploadKey, upload{clientFileName(part), data})
		return nil
	}
	value, err := io.ReadAll(io.LimitReader(part, maxFieldBytes+1))
	if err != nil || len(value) > maxFieldBytes || !isText(string(value)) || !isText(name) {
		return fiber.ErrBadRequest
	}
	form.Add(name, string(value))
	return nil
}

// clientFileName is what the visitor calls the file: shown, and never a path.
func clientFileName(part *multipart.Part) string {
	name := part.FileName() // the last element alone
	if at := strings.LastIndexByte(name, '\\'); at >= 0 {
		name = name[at+1:]
	}
	return clip(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "")), 150)
}
