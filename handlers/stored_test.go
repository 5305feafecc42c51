package handlers_test

import (
	"testing"

	"runnerdb/queries/querytest"
)

func (s *site) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	querytest.Exec(t, s.location, statement, args...)
}

func (s *site) stored(t *testing.T) map[string][]string {
	t.Helper()
	return querytest.Stored(t, s.location)
}
