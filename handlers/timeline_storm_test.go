package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// R103: while two processes serve, others write, and the database is set back
// again and again, an ETag names one page and no other.
func TestFaultOneETagOnePage(t *testing.T) {
	t.Parallel()
	for _, way := range querytest.WaysBack {
		t.Run(way.Name, func(t *testing.T) {
			t.Parallel()
			location := clubLocation(t, way.Engine)
			storm := &tagStorm{pages: map[string]string{}, names: map[string]bool{}}
			sites := []*site{serveSite(t, location), serveSite(t, location)}
			setBack := way.Save(t, location)
			for range querytest.Rounds(2) {
				storm.round(t, sites, location)
				setBack()
			}
			if len(storm.names) < 10 {
				t.Errorf("only %d ETags came by, so that the test can't fail", len(storm.names))
			}
		})
	}
}

// tagStorm remembers which page each ETag has named, in all rounds.
type tagStorm struct {
	mu    sync.Mutex
	pages map[string]string // by address and ETag
	names map[string]bool
}

var stormPaths = []string{"/", "/runners/11", "/runners?q=thandi", "/predict?runner=11", "/races/1", "/races/1/export", api + "/runners/11"}

// round lets visitors read while two writers change the records, and comes back
// when all are done.
func (s *tagStorm) round(t *testing.T, sites []*site, location string) {
	t.Helper()
	const writes, reads = 10, 25
	var work sync.WaitGroup
	for range 2 {
		db := querytest.Open(t, location)
		work.Go(func() {
			for range writes {
				changeSomething(t, db)
			}
		})
	}
	for i := range 4 {
		b := sites[i%len(sites)].browser(t)
		work.Go(func() {
			for range reads {
				path := stormPaths[rand.IntN(len(stormPaths))]
				s.check(t, path, b.get(path))
			}
		})
	}
	work.Wait()
}

func (s *tagStorm) check(t *testing.T, path string, a answer) {
	tag := a.header.Get("ETag")
	if a.status != http.StatusOK {
		t.Errorf("%s: got %d", path, a.status)
	}
	if a.status != http.StatusOK || tag == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[tag] = true
	before, known := s.pages[path+tag]
	if known && before != a.body {
		t.Errorf("%s: %s names two pages: %s", path, tag, firstDifference(before, a.body))
	}
	s.pages[path+tag] = a.body
}

func firstDifference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	const around = 60
	from := max(0, at-around)
	return fmt.Sprintf("%q and %q", a[from:min(len(a), at+around)], b[from:min(len(b), at+around)])
}

// changeSomething changes a runner, the club's name or a result, unless somebody
// else is changing that.
func changeSomething(t *testing.T, db *queries.DB) {
	ctx, actor := context.WithoutCancel(t.Context()), queries.AtCommandLine(time.Now())
	word := string([]byte{'A' + byte(rand.IntN(26)), 'a' + byte(rand.IntN(26)), 'a' + byte(rand.IntN(26))})
	err := []func() error{
		func() error {
			runner, err := db.AnyRunner(ctx, []int64{three, thandi1}[rand.IntN(2)])
			runner.Name = "Thandi " + word
			return errors.Join(err, db.UpdateRunner(ctx, runner, actor))
		},
		func() error {
			settings, err := db.Settings(ctx)
			settings.Name = word + " Athletic Club"
			return errors.Join(err, db.SetSettings(ctx, settings, actor))
		},
		func() error {
			result, err := db.Result(ctx, 1)
			result.Status, result.Net = club.Finished, club.FinishTime(14_000_000+rand.Int64N(1_000_000))
			return errors.Join(err, db.UpdateResult(ctx, result, actor))
		},
	}[rand.IntN(3)]()
	if err != nil && !errors.Is(err, queries.ErrStale) && !errors.Is(err, queries.ErrUnavailable) {
		t.Error(err)
	}
}
