package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/queries"
)

const etagKey = "etag"

// etag names what an address answers, made from this version of the records.
type etag struct {
	tag     string
	version queries.Version
}

// revalidate answers who has a page already, and nothing has changed since,
// with 304: neither is the database asked nor anything rendered. It is for
// pages that everybody sees alike; what a signed-in user sees nobody keeps.
func (s *Server) revalidate(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead || visitorOf(c).token != "" {
		return c.Next()
	}
	version, err := s.DB.Version(c.UserContext())
	if err != nil {
		return c.Next() // the page itself tells what is wrong
	}
	tag := s.tag(c, version)
	if known := c.Get(fiber.HeaderIfNoneMatch); strings.Contains(known, tag) {
		c.Vary(variants)
		setCacheControl(c)
		c.Set(fiber.HeaderETag, tag)
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Locals(etagKey, etag{tag, version})
	return c.Next()
}

// tag names what an address shows: of this version of the records, by this
// build of the program, on this day, as a page or as the fragment that is
// asked for. It is weak, as the answer may be packed or not.
func (s *Server) tag(c *fiber.Ctx, version queries.Version) string {
	hash := sha256.New()
	parts := []any{version, s.Build, s.today(), s.origin(c), string(c.Request().URI().RequestURI())}
	for _, name := range strings.Split(variants, ", ") {
		if name != fiber.HeaderCookie {
			parts = append(parts, c.Get(name))
		}
	}
	for _, part := range parts {
		fmt.Fprintf(hash, "%v\x00", part)
	}
	return `W/"` + hex.EncodeToString(hash.Sum(nil)[:12]) + `"`
}

// setETag names a whole and successful answer.
func setETag(c *fiber.Ctx) {
	e, known := c.Locals(etagKey).(etag)
	if known && c.Response().StatusCode() == fiber.StatusOK && c.GetRespHeader(fiber.HeaderCacheControl) != "no-store" {
		c.Set(fiber.HeaderETag, e.tag)
	}
}

// mindNames takes back the name of what a search is about to answer from an
// index that lags behind.
func (s *Server) mindNames(c *fiber.Ctx) {
	if e, known := c.Locals(etagKey).(etag); known && !s.DB.SearchesShow(e.version) {
		c.Locals(etagKey, nil)
	}
}
