// Package seed makes demo records: a believable running club around three demo
// runners, or a national federation of up to a million runners for measuring.
//
// Everything is drawn from one seed by PCG, and the calendar is fixed. The same
// options give the same rows on every database, and no clock is read. Nobody in
// these records is a real person: common given names are combined with common
// surnames.
package seed

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"runnerdb/queries"
)

// MaxRunners is the maximum of Options.Runners.
const MaxRunners = 1_000_000

// Options tells Fill what to make.
type Options struct {
	// Seed selects the records. The same seed gives the same ones.
	Seed uint64
	// Runners is the size of the federation; 0 makes the demo club.
	Runners int
	// Now is the creation time of the records. Nothing else depends on it.
	Now time.Time
	// Progress is called with the number of runners stored. It may be nil.
	Progress func(done, total int)
	// Tally receives the number of stored records. It may be nil.
	Tally *Tally

	// batch is the number of runners stored in one transaction; 0 means
	// batchRunners.
	batch int
}

// Tally counts stored records.
type Tally struct{ Runners, Races, Results int }

func (t *Tally) add(batch queries.Batch) {
	if t != nil {
		t.Runners += len(batch.Runners)
		t.Races += len(batch.Races)
		t.Results += len(batch.Results)
	}
}

// String describes the records that the options make.
func (o Options) String() string {
	if o.Runners == 0 {
		return fmt.Sprintf("demo club, seed %d", o.Seed)
	}
	return fmt.Sprintf("federation of %d, seed %d", o.Runners, o.Seed)
}

// Fill replaces seeded records with those that the options describe. It returns
// queries.ErrNotSeeded and changes nothing if the database holds a record that
// was entered, imported or changed. A federation is written in batches, so
// memory does not grow with it.
func Fill(ctx context.Context, db *queries.DB, opt Options) error {
	if opt.Runners < 0 || opt.Runners > MaxRunners {
		return fmt.Errorf("seed: %d runners; at most %d", opt.Runners, MaxRunners)
	}
	load, err := db.StartLoad(ctx, opt.String(), opt.Now)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	add := func(batch queries.Batch, done, total int) error {
		if err := load.Add(ctx, batch); err != nil {
			return err
		}
		opt.Tally.add(batch)
		if opt.Progress != nil {
			opt.Progress(done, total)
		}
		return nil
	}
	if err := generate(opt, add); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	if err := load.Finish(ctx); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	return nil
}

// addFunc receives a batch. done of total runners are then complete.
type addFunc func(batch queries.Batch, done, total int) error

func generate(opt Options, add addFunc) error {
	if opt.Runners == 0 {
		club := newDemoClub(opt.Seed)
		return add(club.batch(), len(club.members), len(club.members))
	}
	return newFederation(opt.Seed, opt.Runners).stream(cmp.Or(opt.batch, batchRunners), add)
}
