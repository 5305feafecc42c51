package querytest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"runnerdb/queries"
)

// Template is a database with which many tests begin: to fill it takes longer
// than to copy it.
type Template struct {
	fill func(ctx context.Context, db *queries.DB) error
	mu   sync.Mutex
	// file is the database on SQLite, name on PostgreSQL.
	file []byte
	name string
}

// NewTemplate is a migrated database that fill fills when it is first needed,
// once on each kind.
func NewTemplate(fill func(ctx context.Context, db *queries.DB) error) *Template {
	return &Template{fill: fill}
}

var migrated = NewTemplate(func(context.Context, *queries.DB) error { return nil })

// Location names a copy that goes with the test.
func (p *Template) Location(tb testing.TB, engine Engine) string {
	tb.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if engine == Postgres {
		s := startServer(tb)
		if p.name == "" {
			name := fmt.Sprintf("begin%d", s.made.Add(1))
			if _, err := s.admin.ExecContext(tb.Context(), "CREATE DATABASE "+name+" TEMPLATE "+migratedTemplate); err != nil {
				tb.Fatal(err)
			}
			if err := p.prepare(s.location(name)); err != nil {
				tb.Fatal(err)
			}
			p.name = name
		}
		return s.create(tb, p.name)
	}
	if p.file == nil {
		file, err := p.prepareFile()
		if err != nil {
			tb.Fatal(err)
		}
		p.file = file
	}
	location := file(tb)
	if err := os.WriteFile(location, p.file, 0o600); err != nil {
		tb.Fatal(err)
	}
	return location
}

func (p *Template) prepareFile() ([]byte, error) {
	dir, err := os.MkdirTemp("", "runnerdb-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "test.db")
	if err := p.prepare(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// prepare works beyond the test that happens to be the first.
func (p *Template) prepare(location string) error {
	ctx := context.Background()
	db, err := queries.Open(ctx, location)
	if err != nil {
		return err
	}
	if _, err = db.Migrate(ctx); err == nil {
		err = p.fill(ctx, db)
	}
	return errors.Join(err, db.Close())
}
