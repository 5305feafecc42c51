package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/static"
)

// showAsset serves an embedded file; its address changes when it does.
func (s *Server) showAsset(c *fiber.Ctx) error {
	asset, found := static.Find(c.Params("version"), c.Params("name"))
	if !found {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, asset.ContentType)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Vary(fiber.HeaderAcceptEncoding)
	if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(asset.Packed)
	}
	return c.Send(asset.Body)
}

// showIcon leads to the icon: browsers ask here for what is no page and can't
// name one, such as JSON and pictures.
func (s *Server) showIcon(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return c.Redirect(static.URL("icon.svg"))
}
