package handlers

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// textParam reads a parameter of the address: valid text without NUL.
func textParam(c *fiber.Ctx, name string) (string, error) {
	value := c.Query(name)
	if !isText(value) {
		return "", fiber.ErrBadRequest
	}
	return value, nil
}

// isText reports whether both databases take a string: PostgreSQL refuses
// NUL and what is not UTF-8.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// parseID reads the number of a runner as the site itself writes it; any
// other spelling names nobody.
func parseID(s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 || strconv.FormatInt(id, 10) != s {
		return 0, fiber.ErrNotFound
	}
	return id, nil
}

// pageParam reads the number of a page of a list, from 1; beyond maxPage
// nobody leafs.
func pageParam(c *fiber.Ctx) int {
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), maxPage)
}

const maxPage = 10_000
