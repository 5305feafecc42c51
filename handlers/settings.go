package handlers

import (
	"context"
	"sync"
	"time"

	"runnerdb/queries"
)

// settingsFresh is for how long settings are remembered: what another process
// changed is known after it.
const settingsFresh = 250 * time.Millisecond

// settingsCache remembers the site's settings, which every page asks for.
type settingsCache struct {
	mu       sync.Mutex
	readAt   time.Time
	settings queries.Settings
}

// settings are those of the site.
func (s *Server) settings(ctx context.Context) (queries.Settings, error) {
	s.chosen.mu.Lock()
	defer s.chosen.mu.Unlock()
	now := s.Now()
	if age := now.Sub(s.chosen.readAt); age >= 0 && age < settingsFresh {
		return s.chosen.settings, nil
	}
	settings, err := s.DB.Settings(ctx)
	if err == nil {
		s.chosen.readAt, s.chosen.settings = now, settings
	}
	return settings, err
}
