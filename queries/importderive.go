package queries

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// RecordsAt tells the records apart as they are at different times.
type RecordsAt struct {
	Runners  Revision `db:"runners"`
	Results  Revision `db:"results"`
	Series   Revision `db:"series"`
	Contacts Revision `db:"contacts"`
}

const recordsAt = `
	SELECT
		a.number AS "runners.number", a.token AS "runners.token",
		b.number AS "results.number", b.token AS "results.token",
		c.number AS "series.number", c.token AS "series.token",
		d.number AS "contacts.number", d.token AS "contacts.token"
	FROM revisions a
	JOIN revisions b ON b.name = 'results'
	JOIN revisions c ON c.name = 'series'
	JOIN revisions d ON d.name = 'contacts'
	WHERE a.name = 'runners'`

// RecordsAt is how the records are now.
func (db *DB) RecordsAt(ctx context.Context) (RecordsAt, error) {
	var at RecordsAt
	if err := db.read.GetContext(ctx, &at, recordsAt); err != nil {
		return at, fmt.Errorf("revisions: %w", classify(err))
	}
	return at, nil
}

// deriveNew derives what lists show of the new runners, whom nobody else sees
// yet.
func (s *importStore) deriveNew(ctx context.Context) (err error) {
	if s.derivedFrom, err = s.basis(ctx); err != nil {
		return err
	}
	return s.db.summariseMany(ctx, s.tx, s.runnerIDs, 1)
}

// basis returns a number that grows with each change of the settings and of the
// import's races: of all that its new runners are derived from, only these can
// be changed by others before the records are held.
func (s *importStore) basis(ctx context.Context) (int64, error) {
	const settings = `SELECT COALESCE(MAX(version), 0) FROM settings`
	const races = `SELECT version FROM races WHERE id IN (?)`
	var sum int64
	if err := s.tx.GetContext(ctx, &sum, settings); err != nil {
		return 0, err
	}
	versions, err := selectIn[int64](ctx, s.tx, races, s.raceIDs)
	for _, version := range versions {
		sum += version
	}
	return sum, err
}

// hold makes sure that the records are held. From here on others wait, but not
// for long. New runners are derived once more if that would come out otherwise
// now.
func (s *importStore) hold(ctx context.Context) error {
	if !s.isLong() {
		return nil
	}
	if err := s.holdAndCompare(ctx); err != nil {
		return err
	}
	now, err := s.basis(ctx)
	if now != s.derivedFrom {
		s.touched = append(s.touched, s.runnerIDs...)
	}
	return err
}

// deriveKnown derives what lists show of the runners that were known before.
func (s *importStore) deriveKnown(ctx context.Context) error {
	return s.db.summariseMany(ctx, s.tx, distinct(s.touched), nearby)
}

// publish makes the import known.
func (s *importStore) publish(ctx context.Context) error {
	s.touched = distinct(append(s.touched, s.runnerIDs...))
	if err := s.contacts(ctx); err != nil {
		return err
	}
	return s.db.touchMany(ctx, s.tx, s.touched, s.newRaces)
}

// longImport is from how many rows on others may write while an import is
// stored on PostgreSQL.
const longImport = 2000

func (s *importStore) isLong() bool {
	return s.db.engine == postgresEngine && !s.im.Insist && s.im.AddedCount+len(s.im.Changed) >= longImport
}

// waitItsTurn lets an import wait for the locks of other writers, and plan
// within its transaction. Its context bounds both.
func (s *importStore) waitItsTurn(ctx context.Context) error {
	if s.db.engine != postgresEngine {
		return nil
	}
	const settings = `
		SET LOCAL statement_timeout = 0;
		SET LOCAL lock_timeout = 0;
		SET LOCAL idle_in_transaction_session_timeout = '2min'`
	_, err := s.tx.ExecContext(ctx, settings)
	return err
}

// holdRecords keeps everybody else from changing the records until the
// transaction ends.
func (s *importStore) holdRecords(ctx context.Context) error {
	return s.db.lockRecords(ctx, s.tx)
}

// recordsChanged reports whether the records are other than when the import was
// planned.
func (s *importStore) recordsChanged(ctx context.Context) (bool, error) {
	var now RecordsAt
	if err := s.tx.GetContext(ctx, &now, recordsAt); err != nil {
		return false, err
	}
	if len(s.im.Contacts) == 0 {
		now.Contacts = s.im.Seen.Contacts
	}
	return now != s.im.Seen, nil
}

// holdAndReplan holds the records, before anything is stored, and plans again
// if they have changed.
func (s *importStore) holdAndReplan(ctx context.Context) error {
	if err := s.holdRecords(ctx); err != nil {
		return err
	}
	if changed, err := s.recordsChanged(ctx); err != nil || !changed {
		return err
	}
	if s.im.Replan == nil {
		return ErrStale
	}
	im, err := s.im.Replan(ctx)
	if err != nil {
		return err
	}
	s.im = im
	return nil
}

// holdAndCompare holds the records when the rows are stored already. They stay
// if the import would be the same today.
func (s *importStore) holdAndCompare(ctx context.Context) error {
	digest := s.im.Digest
	if err := s.holdAndReplan(ctx); err != nil {
		return err
	}
	if s.im.Digest != digest {
		return ErrStale
	}
	return nil
}

// manyTouched is from how many runners on an index is read anew rather than
// brought up to date.
const manyTouched = 5000

// importChanged makes a change of many runners' results known.
func (db *DB) importChanged(ctx context.Context, tx *sqlx.Tx, runners []int64, series bool) error {
	runners = distinct(runners)
	if err := db.summariseMany(ctx, tx, runners, nearby); err != nil {
		return err
	}
	return db.touchMany(ctx, tx, runners, series)
}

func distinct(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// nearby is how far apart two numbers may be for the runners between them to be
// derived, too. Only those who hold the records may do that.
const nearby = 20

// summariseMany derives anew what lists show of runners, who are in order, and
// of those between numbers at most gap apart.
func (db *DB) summariseMany(ctx context.Context, tx *sqlx.Tx, runners []int64, gap int64) error {
	if err := db.learnSizes(ctx, tx, len(runners)); err != nil {
		return err
	}
	for _, span := range spans(runners, gap) {
		if err := summarise(ctx, tx, span[0], span[1]); err != nil {
			return err
		}
	}
	return nil
}

// touchMany makes every process look at runners again. Until the transaction
// ends, nobody else can touch any.
func (db *DB) touchMany(ctx context.Context, tx *sqlx.Tx, runners []int64, series bool) error {
	if err := bumpResults(ctx, tx); err != nil {
		return err
	}
	if series {
		if err := bumpSeries(ctx, tx); err != nil {
			return err
		}
	}
	if len(runners) > manyTouched {
		return bumpEverything(ctx, tx)
	}
	return db.bumpRunners(ctx, tx, runners...)
}

// learnSizes analyses the records where so many rows come or go that it matters.
func (db *DB) learnSizes(ctx context.Context, tx *sqlx.Tx, rows int) error {
	if rows < 1000 {
		return nil
	}
	return db.analyseRecords(ctx, tx)
}

// spans are ranges of numbers that cover all of some, with few others.
func spans(sorted []int64, gap int64) (found [][2]int64) {
	const widest = 5000
	for _, id := range sorted {
		if n := len(found); n > 0 && id-found[n-1][1] <= gap && id-found[n-1][0] < widest {
			found[n-1][1] = id
			continue
		}
		found = append(found, [2]int64{id, id})
	}
	return found
}

func (s *importStore) note(ctx context.Context) error {
	const insert = `INSERT INTO sheet_imports (import_id, actor, runners, added, changed, contacts) VALUES ($1, $2, $3, $4, $5, $6)`
	summary := storedImport{
		Runners: s.im.RunnerCount, Added: s.im.AddedCount, Changed: len(s.im.Changed), Contacts: len(s.im.Contacts),
		Races: each(s.im.Races, func(r club.Race) storedRace { return storedRace(r) }),
	}
	if _, err := s.tx.ExecContext(ctx, insert, s.id, s.actor.Name, summary.Runners, summary.Added, summary.Changed, summary.Contacts); err != nil {
		return err
	}
	result := fmt.Sprintf("Import %d: %d new runners, %d results of known ones, %d changed.", s.id, summary.Runners, summary.Added-summary.Runners, summary.Changed)
	if err := s.db.keepResult(ctx, s.tx, result); err != nil {
		return err
	}
	return s.actor.note(ctx, s.tx, Deed{Action: "import", Outcome: OK, Kind: KindImport, ObjectID: s.id, Object: s.im.Name, After: summary})
}
