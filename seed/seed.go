// Package seed makes demo records: a believable running club round three demo
// runners, or a national federation of up to a million runners to measure on.
//
// Everything is drawn from one seed by PCG; the calendar is fixed. The same
// options give the same rows on every database, and no clock is asked. Nobody
// in these records is a real person: common given names are put together with
// common surnames.
package seed

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"runnerdb/queries"
)

// MaxRunners bounds Options.Runners.
const MaxRunners = 1_000_000

// Options say what Fill makes.
type Options struct {
	// Seed chooses the records: the same seed gives the same ones.
	Seed uint64
	// Runners is the size of the federation; 0 makes the demo club.
	Runners int
	// Now is when the records say that they were made. Nothing else depends
	// on it.
	Now time.Time
	// Progress is told how many of the runners are stored; it may be nil.
	Progress func(done, total int)
	// Tally is given what was stored; it may be nil.
	Tally *Tally

	// batch is how many runners are stored in one transaction; 0 means
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

// String names the records that the options make.
func (o Options) String() string {
	if o.Runners == 0 {
		return fmt.Sprintf("demo club, seed %d", o.Seed)
	}
	return fmt.Sprintf("federation of %d, seed %d", o.Runners, o.Seed)
}

// Fill replaces seeded records by those that the options describe. It returns
// queries.ErrNotSeeded, and changes nothing, when the database holds a record
// that was entered, imported or changed. A federation passes through in
// batches: memory does not grow with it.
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

// addFunc takes one batch; done of total runners are then complete.
type addFunc func(batch queries.Batch, done, total int) error

func generate(opt Options, add addFunc) error {
	if opt.Runners == 0 {
		club := newDemoClub(opt.Seed)
		return add(club.batch(), len(club.members), len(club.members))
	}
	return newFederation(opt.Seed, opt.Runners).stream(cmp.Or(opt.batch, batchRunners), add)
}
