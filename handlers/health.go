package handlers

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
)

// readyTimeout is how long the database may take to answer.
const readyTimeout = 2 * time.Second

var errDraining = errors.New("shutting down")

// healthz says that the process lives; it asks nobody else.
func (s *Server) healthz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString("ok")
}

// readyz says whether requests may be sent here.
func (s *Server) readyz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	ctx, cancel := context.WithTimeout(c.UserContext(), readyTimeout)
	defer cancel()
	err := s.DB.Ready(ctx)
	if s.draining.Load() {
		err = errDraining
	}
	if err != nil {
		s.Log.WarnContext(ctx, "not ready", slog.String("id", requestID(c)), slog.Any("error", err))
		return c.Status(fiber.StatusServiceUnavailable).SendString("unavailable")
	}
	return c.SendString("ready")
}
