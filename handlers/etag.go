package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
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
// with 304: neither is the database asked nor anything rendered. Others get the
// page as it was made for somebody else, if it still is what would be made now.
// It is for pages that everybody sees alike; what a signed-in user sees nobody
// keeps.
func (s *Server) revalidate(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead || visitorOf(c).token != "" {
		return c.Next()
	}
	if known := c.Get(fiber.HeaderIfNoneMatch); known != "" {
		version, err := s.DB.Version(c.UserContext())
		if err != nil {
			return c.Next() // the page itself tells what is wrong
		}
		if tag := s.tag(c, version); strings.Contains(known, tag) {
			c.Set(fiber.HeaderVary, allVariants)
			setCacheControl(c)
			c.Set(fiber.HeaderETag, tag)
			return c.SendStatus(fiber.StatusNotModified)
		}
	}
	version, err := s.DB.FreshVersion(c.UserContext())
	if err != nil {
		return c.Next()
	}
	tag := s.tag(c, version)
	if s.answerAgain(c, tag) {
		return nil
	}
	c.Locals(etagKey, etag{tag, version})
	c.SetUserContext(queries.WithVersion(c.UserContext(), version))
	if err := c.Next(); err != nil {
		return err
	}
	s.confirmETag(c, version)
	return nil
}

// confirmETag removes the ETag of an answer that was made while the records
// changed. It may show the newer state under the name of the older one, and a
// restore can bring that name back.
func (s *Server) confirmETag(c *fiber.Ctx, version queries.Version) {
	if len(c.Response().Header.Peek(fiber.HeaderETag)) > 0 && !s.isStillAt(c.UserContext(), version) {
		c.Response().Header.Del(fiber.HeaderETag)
	}
}

// isStillAt reports whether the records are at a version now. What was read
// between learning the version and this answer is the state of that version.
func (s *Server) isStillAt(ctx context.Context, version queries.Version) bool {
	now, err := s.DB.FreshVersion(ctx)
	return err == nil && now == version
}

// tag names what an address shows: of this version of the records, by this
// build of the program, on this day, as a page or as the fragment that is
// asked for. It is weak, as the answer may be packed or not.
func (s *Server) tag(c *fiber.Ctx, version queries.Version) string {
	text := version.Append(make([]byte, 0, 512))
	for _, part := range []string{s.Build, s.origin(c)} {
		text = append(append(text, part...), 0)
	}
	day := s.today()
	text = append(strconv.AppendInt(text, int64(day.Year*10_000+int(day.Month)*100+day.Day), 10), 0)
	text = append(append(text, c.Request().URI().RequestURI()...), 0)
	for _, name := range variantHeaders {
		text = append(append(text, c.Request().Header.Peek(name)...), 0)
	}
	sum := sha256.Sum256(text)
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`
}

// variantHeaders are the variants but for the cookie: who has one gets no name
// for what is shown.
var variantHeaders = slices.DeleteFunc(strings.Split(variants, ", "), func(name string) bool { return name == fiber.HeaderCookie })

// allVariants is what every page comes to vary by, written at once: this is the
// most frequent answer of all.
const allVariants = fiber.HeaderAcceptEncoding + ", " + variants

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
