package handlers

import (
	"context"
	"sync"

	"runnerdb/queries"
)

// settingsCache remembers the site's settings, which many pages ask for, as of
// a version of the records.
type settingsCache struct {
	mu       sync.Mutex
	known    bool
	version  queries.Version
	settings queries.Settings
}

// settings are those of the site.
func (s *Server) settings(ctx context.Context) (queries.Settings, error) {
	version, err := s.DB.Version(ctx)
	if err != nil {
		return queries.Settings{}, err
	}
	s.chosen.mu.Lock()
	defer s.chosen.mu.Unlock()
	if s.chosen.known && s.chosen.version == version {
		return s.chosen.settings, nil
	}
	settings, err := s.DB.Settings(ctx)
	if err == nil {
		s.chosen.settings, s.chosen.version = settings, version
		s.chosen.known = s.isStillAt(ctx, version)
	}
	return settings, err
}

// settingsOrLast are those of the site, or where they can't be read those that
// were read last: a page does without what was changed a moment ago.
func (s *Server) settingsOrLast(ctx context.Context) queries.Settings {
	if settings, err := s.settings(ctx); err == nil {
		return settings
	}
	return s.lastSettings()
}

// lastSettings are those that were read last.
func (s *Server) lastSettings() queries.Settings {
	s.chosen.mu.Lock()
	defer s.chosen.mu.Unlock()
	return s.chosen.settings
}
