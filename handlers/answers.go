package handlers

import (
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

const (
	// maxAnswers bounds the bytes of the answers that are kept, in two halves.
	maxAnswers = 8 << 20
	// maxAnswer is the longest that is kept: one page must not crowd out all.
	maxAnswer = 256 << 10
)

// answerCache keeps pages that everybody sees alike, packed as they were sent.
// An answer is found by its ETag, which names the version of the records: it is
// given again only when the database has said since the page was asked for that
// nothing has changed, so it is as new as one that would be made now.
type answerCache struct {
	mu sync.Mutex
	// What is asked for moves to recent; when that is full what has not been is
	// forgotten.
	recent, older map[string]keptAnswer
	size          int
}

type keptAnswer struct {
	kind, encoding string
	body           []byte
}

func (a *answerCache) get(key string) (kept keptAnswer, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if kept, known = a.recent[key]; known {
		return kept, true
	}
	if kept, known = a.older[key]; known {
		a.add(key, kept)
	}
	return kept, known
}

func (a *answerCache) put(key string, kept keptAnswer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(key, kept)
}

func (a *answerCache) add(key string, kept keptAnswer) {
	size := len(key) + len(kept.body)
	if a.recent == nil || a.size+size > maxAnswers/2 {
		a.recent, a.older, a.size = map[string]keptAnswer{}, a.recent, 0
	}
	if _, known := a.recent[key]; !known {
		a.recent[key] = kept
		a.size += size
	}
}

// answerKey is an ETag, and how the visitor's browser can unpack.
func answerKey(c *fiber.Ctx, tag string) string {
	return tag + c.Get(fiber.HeaderAcceptEncoding)
}

// answerAgain gives a page that has been made already.
func (s *Server) answerAgain(c *fiber.Ctx, tag string) (answered bool) {
	if c.Method() != fiber.MethodGet || c.Get(fiber.HeaderCookie) != "" { // with a cookie nothing is packed
		return false
	}
	kept, known := s.answers.get(answerKey(c, tag))
	if !known {
		return false
	}
	c.Vary(variants)
	setCacheControl(c)
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderContentType, kept.kind)
	if kept.encoding != "" {
		c.Set(fiber.HeaderContentEncoding, kept.encoding)
	}
	c.Response().SetBodyRaw(kept.body) // nobody writes to it
	return true
}

// keepAnswer keeps a page that has an ETag: it is whole, a success, and
// everybody's.
func (s *Server) keepAnswer(c *fiber.Ctx) {
	e, known := c.Locals(etagKey).(etag)
	if !known || c.Method() != fiber.MethodGet || c.GetRespHeader(fiber.HeaderETag) != e.tag ||
		c.Response().IsBodyStream() || c.GetRespHeader(fiber.HeaderContentDisposition) != "" {
		return
	}
	if body := c.Response().Body(); len(body) <= maxAnswer {
		s.answers.put(answerKey(c, e.tag), keptAnswer{
			kind:     strings.Clone(c.GetRespHeader(fiber.HeaderContentType)),
			encoding: strings.Clone(c.GetRespHeader(fiber.HeaderContentEncoding)),
			body:     append([]byte(nil), body...),
		})
	}
}
