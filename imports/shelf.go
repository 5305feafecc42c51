package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"runnerdb/queries"
)

const (
	// shelved is how many drafts a shelf holds, shelvedRows how many rows of
	// each at most: to read and plan more takes a second, and much memory.
	shelved     = 2
	shelvedRows = 50_000
)

// Shelf holds the drafts that were looked at last with their plans, so that to
// leaf through one does not read the sheet anew for each page. It holds nothing
// that the database does not: another process reads it there.
type Shelf struct {
	mu   sync.Mutex
	kept []shelf
}

// shelf is a draft as it was, with its plan where there is one.
type shelf struct {
	draft Draft
	seen  queries.RecordsAt
	plan  *Plan
}

// Load is a draft by its number, as Load has it.
func (s *Shelf) Load(ctx context.Context, db *queries.DB, id int64) (Draft, error) {
	row, err := db.DraftChoices(ctx, id)
	if errors.Is(err, queries.ErrNotFound) {
		s.forget(id)
	}
	if err != nil {
		return Draft{}, err
	}
	kept, found := s.find(id)
	if !found || kept.draft.Created != row.CreatedAt {
		return Load(ctx, db, id)
	}
	d := Draft{ID: row.ID, Version: row.Version, Created: row.CreatedAt, File: kept.draft.File}
	if err := json.Unmarshal([]byte(row.Choices), &d.Choices); err != nil {
		return Draft{}, fmt.Errorf("choices of draft %d: %w", id, err)
	}
	return d, nil
}

// Plan is what importing a draft would do: that of before, as long as neither
// the draft nor the records have changed. Nobody may change it.
func (s *Shelf) Plan(ctx context.Context, records Records, d Draft) (*Plan, error) {
	now, err := records.DB.RecordsAt(ctx)
	if err != nil {
		return nil, err
	}
	kept, found := s.find(d.ID)
	if found && kept.plan != nil && kept.draft.same(d) && kept.seen == now {
		return kept.plan, nil
	}
	plan, err := d.Plan(ctx, records)
	if err == nil && d.File.Rows() <= shelvedRows {
		s.keep(shelf{draft: d, seen: plan.seen, plan: plan})
	}
	return plan, err
}

func (s *Shelf) find(id int64) (shelf, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.kept, func(k shelf) bool { return k.draft.ID == id })
	if at < 0 {
		return shelf{}, false
	}
	return s.kept[at], true
}

func (s *Shelf) keep(k shelf) {
	s.forget(k.draft.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, k)
	if over := len(s.kept) - shelved; over > 0 {
		s.kept = slices.Delete(s.kept, 0, over)
	}
}

func (s *Shelf) forget(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = slices.DeleteFunc(s.kept, func(k shelf) bool { return k.draft.ID == id })
}
