package handlers

import (
	"mime"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
)

const (
	formTokenField  = components.FormTokenField
	formTokenHeader = "X-Form-Token" //nolint:gosec // a header's name is no secret
	maxFormFields   = 1000
)

const formKey = "form"

// formOf is the form that came in the body. Fields in the address are none of
// it; of a field that came twice, Get gives the first.
func formOf(c *fiber.Ctx) url.Values {
	form, _ := c.Locals(formKey).(url.Values)
	return form
}

// checkForm lets a request that may change something pass only when it was
// made on a page of ours: sent by the same site, with the token that belongs
// to the visitor's session, in a field of the form or in a header.
func (s *Server) checkForm(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead {
		return c.Next()
	}
	kind, _, _ := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	isUpload := kind == fiber.MIMEMultipartForm && takesUpload(c)
	if strings.HasPrefix(kind, "multipart/") && !isUpload {
		return fiber.ErrUnsupportedMediaType
	}
	if !s.sameSite(c) {
		return fiber.ErrForbidden
	}
	if isUpload {
		return s.receiveUpload(c)
	}
	form, err := formIn(c, kind)
	if err != nil {
		return err
	}
	if err := checkToken(c, form); err != nil {
		return err
	}
	if kind != fiber.MIMEApplicationForm && len(c.Request().Body()) > 0 {
		return fiber.ErrUnsupportedMediaType
	}
	c.Locals(formKey, form)
	return c.Next()
}

// formIn parses the form in a body; a body of another kind holds none.
func formIn(c *fiber.Ctx, kind string) (url.Values, error) {
	if kind != fiber.MIMEApplicationForm {
		return url.Values{}, nil
	}
	return parseForm(c)
}

// checkToken checks that a form comes with the token of the visitor's session.
func checkToken(c *fiber.Ctx, form url.Values) error {
	token := c.Get(formTokenHeader)
	if token == "" {
		token = form.Get(formTokenField)
	}
	if !accounts.FormTokenValid(visitorOf(c).token, token) {
		return fiber.ErrForbidden
	}
	return nil
}

// sameSite believes what browsers say of where a request comes from; those
// that say nothing are stopped by the token.
func (s *Server) sameSite(c *fiber.Ctx) bool {
	switch c.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return false
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	if s.production() {
		return u.Scheme == s.BaseURL.Scheme && s.isOurHost(u.Host)
	}
	return strings.EqualFold(u.Host, string(c.Request().Host()))
}

func parseForm(c *fiber.Ctx) (url.Values, error) {
	body := string(c.Request().Body())
	if strings.Count(body, "&") >= maxFormFields {
		return nil, fiber.ErrBadRequest
	}
	form, err := url.ParseQuery(body)
	if err != nil {
		return nil, fiber.ErrBadRequest
	}
	for _, values := range form {
		for _, value := range values {
			if !isText(value) {
				return nil, fiber.ErrBadRequest
			}
		}
	}
	return form, nil
}
