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
	// maxCached is the number of drafts in the cache, and maxCachedRows the
	// largest number of rows of one. Larger plans take more than a second to
	// make, and much memory.
	maxCached     = 2
	maxCachedRows = 50_000
)

// DraftCache caches the latest drafts with their plans, so that paging through
// a draft does not read its sheet again for each page. It holds nothing that is
// not in the database, from where other processes read it.
type DraftCache struct {
	mu   sync.Mutex
	kept []cachedDraft
}

// cachedDraft is a draft as it was, with its plan if it has been made.
type cachedDraft struct {
	draft Draft
	seen  queries.RecordsAt
	plan  *Plan
}

// Load returns the draft with an id, like the function Load.
func (c *DraftCache) Load(ctx context.Context, db *queries.DB, id int64) (Draft, error) {
	row, err := db.DraftChoices(ctx, id)
	if errors.Is(err, queries.ErrNotFound) {
		c.forget(id)
	}
	if err != nil {
		return Draft{}, err
	}
	kept, found := c.find(id)
	if !found || kept.draft.Created != row.CreatedAt {
		return Load(ctx, db, id)
	}
	d := Draft{ID: row.ID, Version: row.Version, Created: row.CreatedAt, File: kept.draft.File}
	if err := json.Unmarshal([]byte(row.Choices), &d.Choices); err != nil {
		return Draft{}, fmt.Errorf("choices of draft %d: %w", id, err)
	}
	return d, nil
}

// Plan returns what importing a draft would do. It makes a new plan only if the
// draft or the records have changed. The plan is shared and must not be
// modified.
func (c *DraftCache) Plan(ctx context.Context, records Records, d Draft) (*Plan, error) {
	now, err := records.DB.RecordsAt(ctx)
	if err != nil {
		return nil, err
	}
	kept, found := c.find(d.ID)
	if found && kept.plan != nil && kept.draft.same(d) && kept.seen == now {
		return kept.plan, nil
	}
	plan, err := d.Plan(ctx, records)
	if err == nil && d.File.Rows() <= maxCachedRows {
		c.keep(cachedDraft{draft: d, seen: plan.seen, plan: plan})
	}
	return plan, err
}

func (c *DraftCache) find(id int64) (cachedDraft, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.kept, func(k cachedDraft) bool { return k.draft.ID == id })
	if at < 0 {
		return cachedDraft{}, false
	}
	return c.kept[at], true
}

func (c *DraftCache) keep(k cachedDraft) {
	c.forget(k.draft.ID)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append(c.kept, k)
	if over := len(c.kept) - maxCached; over > 0 {
		c.kept = slices.Delete(c.kept, 0, over)
	}
}

func (c *DraftCache) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = slices.DeleteFunc(c.kept, func(k cachedDraft) bool { return k.draft.ID == id })
}
