package handlers

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/securecookie"
	"github.com/valyala/fasthttp"

	"runnerdb/accounts"
	"runnerdb/sheets"
)

const importsPath = "/admin/imports"

// Bounds of an upload: the file, and what a form has round it.
const (
	maxUploadBytes = sheets.MaxBytes + 64*1024
	maxUploadParts = 10
	maxFieldBytes  = 4096
)

// allowUploads lets the body of an upload be as long as a sheet may be, when
// its head says how long it is and carries a session that we signed. All other
// bodies stay short; nothing of one is read before that is known.
func (s *Server) allowUploads() {
	s.app.Server().HeaderReceived = func(header *fasthttp.RequestHeader) fasthttp.RequestConfig {
		var config fasthttp.RequestConfig
		path, _, _ := bytes.Cut(header.RequestURI(), []byte("?"))
		if header.IsPost() && string(path) == importsPath && header.ContentLength() > 0 && s.signedCookie(header) {
			config.MaxRequestBodySize = maxUploadBytes
			config.ReadTimeout = uploadTimeout
		}
		return config
	}
}

// signedCookie reports whether a request carries a cookie of ours. Whether its
// session still lives, the database says later.
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

// parseUpload reads a form with a file. All of it is in memory already, and no
// longer than an upload may be.
func parseUpload(c *fiber.Ctx) (url.Values, error) {
	_, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || params["boundary"] == "" {
		return nil, fiber.ErrBadRequest
	}
	reader := multipart.NewReader(bytes.NewReader(c.Request().Body()), params["boundary"])
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
