package queries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
	"runnerdb/search"
)

// activeDays is for how long after a race who ran it is active, and the series
// that it belongs to.
const activeDays = 2 * 365

// loadBatch is how many runners one statement reads: few enough for the
// bound on its time.
const loadBatch = 50_000

func activeSince() club.Date { return club.DayOf(time.Now()).AddDays(-activeDays) }

const nameRevisionsQuery = `
	SELECT r.number AS "runners.number", r.token AS "runners.token", s.number AS "series.number", s.token AS "series.token"
	FROM revisions r
	JOIN revisions s ON s.name = 'series'
	WHERE r.name = 'runners'`

func nameRevisionsIn(ctx context.Context, q sqlx.QueryerContext) (at nameRevisions, err error) {
	err = q.QueryRowxContext(ctx, nameRevisionsQuery).Scan(&at.runners.Number, &at.runners.Token, &at.series.Number, &at.series.Token)
	return at, err
}

// nameRevisionsNow reads the revisions, or takes them from WithVersion, which
// asked the database after the work began.
func (db *DB) nameRevisionsNow(ctx context.Context) (nameRevisions, error) {
	if version, known := ctx.Value(versionKey{}).(Version); known {
		return version.names, nil
	}
	return nameRevisionsIn(ctx, db.read)
}

// loadNames reads all names, and the revisions that they are at, in one
// snapshot: names newer than their revisions would come back with a restore.
func (db *DB) loadNames(ctx context.Context) (*names, error) {
	var n names
	var b search.Builder
	err := db.inSnapshot(ctx, func(tx *sqlx.Tx) (err error) {
		if n.at, err = nameRevisionsIn(ctx, tx); err != nil {
			return err
		}
		for last, more := int64(0), true; more; {
			if last, more, err = loadRunners(ctx, tx, &b, last); err != nil {
				return fmt.Errorf("load runners: %w", err)
			}
		}
		if n.series, err = loadSeries(ctx, tx); err != nil {
			return fmt.Errorf("load series: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	n.runners = b.Build()
	return &n, nil
}

// loadRunners adds the runners of the next batch, and says which was the last.
func loadRunners(ctx context.Context, q sqlx.QueryerContext, b *search.Builder, after int64) (last int64, more bool, err error) {
	const query = `
		SELECT r.id, r.name, s.races, COALESCE(s.last_race_on >= $1, FALSE)
		FROM runners r
		JOIN runner_summaries s ON s.runner_id = r.id
		WHERE r.id > $2 AND ` + visible + `
		ORDER BY r.id
		LIMIT $3`
	rows, err := q.QueryxContext(ctx, query, activeSince(), after, loadBatch)
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = rows.Close() }()
	batch := make([]search.Entry, 0, loadBatch)
	for rows.Next() {
		var e search.Entry
		if err := rows.Scan(&e.ID, &e.Name, &e.Races, &e.Active); err != nil {
			return 0, false, err
		}
		batch = append(batch, e)
	}
	if err := rows.Err(); err != nil || len(batch) == 0 {
		return 0, false, err
	}
	last = batch[len(batch)-1].ID
	aliases, err := aliasesBetween(ctx, q, after, last)
	if err != nil {
		return 0, false, err
	}
	for _, e := range batch {
		e.Aliases = aliases[e.ID]
		b.Add(e)
	}
	return last, len(batch) == loadBatch, nil
}

func aliasesBetween(ctx context.Context, q sqlx.QueryerContext, after, last int64) (map[int64][]string, error) {
	const query = `SELECT runner_id, name FROM runner_aliases WHERE runner_id > $1 AND runner_id <= $2 ORDER BY runner_id, name`
	return collectAliases(q.QueryxContext(ctx, query, after, last))
}

func collectAliases(rows *sqlx.Rows, err error) (map[int64][]string, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	aliases := map[int64][]string{}
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		aliases[id] = append(aliases[id], name)
	}
	return aliases, rows.Err()
}

// loadSeries indexes all series; there are few.
func loadSeries(ctx context.Context, q sqlx.QueryerContext) (*search.Index, error) {
	const query = `
		SELECT s.id, s.name, COUNT(c.id), COALESCE(MAX(c.held_on) >= $1, FALSE)
		FROM series s
		LEFT JOIN races c ON c.series_id = s.id
		GROUP BY s.id, s.name
		ORDER BY s.id`
	rows, err := q.QueryxContext(ctx, query, activeSince())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var b search.Builder
	for rows.Next() {
		var e search.Entry
		if err := rows.Scan(&e.ID, &e.Name, &e.Races, &e.Active); err != nil {
			return nil, err
		}
		b.Add(e)
	}
	return b.Build(), rows.Err()
}

// gap is why names can't be brought up to date by what has changed since.
type gap int

const (
	noGap gap = iota
	// tooMuchChanged since the names were loaded, or everything did.
	tooMuchChanged
	// lostTimeline means that the database doesn't know the revision of the names:
	// it was set back to an earlier state, or the names are very old.
	lostTimeline
)

// catchUp returns n with all that has changed since, read in one snapshot.
func (db *DB) catchUp(ctx context.Context, n *names) (next *names, why gap, err error) {
	err = db.inSnapshot(ctx, func(tx *sqlx.Tx) error {
		at, err := nameRevisionsIn(ctx, tx)
		if err != nil {
			return err
		}
		next = &names{at: at, runners: n.runners, series: n.series}
		if n.at.runners != at.runners {
			if why, err = gapSince(ctx, tx, n.at.runners); why != noGap || err != nil {
				return err
			}
			entries, gone, err := changedRunners(ctx, tx, n.at.runners.Number, at.runners.Number)
			if err != nil {
				return err
			}
			if len(entries)+len(gone) > maxCatchUp {
				why = tooMuchChanged
				return nil
			}
			next.runners = n.runners.With(entries, gone)
		}
		if n.at.series != at.series {
			next.series, err = loadSeries(ctx, tx)
		}
		return err
	})
	return next, why, err
}

// gapSince reports whether the database can tell what has changed since a
// revision of the runners.
func gapSince(ctx context.Context, tx *sqlx.Tx, since Revision) (gap, error) {
	const query = `
		SELECT
			(SELECT COUNT(*) FROM runner_revisions WHERE revision = $1 AND token = $2) AS recorded,
			(SELECT COUNT(*) FROM runner_revisions WHERE revision > $1 AND everything) AS everything`
	var found struct{ Recorded, Everything int }
	if err := tx.GetContext(ctx, &found, query, since.Number, since.Token); err != nil {
		return noGap, err
	}
	switch {
	case found.Recorded == 0:
		return lostTimeline, nil
	case found.Everything > 0:
		return tooMuchChanged, nil
	default:
		return noGap, nil
	}
}

func changedRunners(ctx context.Context, q sqlx.QueryerContext, after, to int64) (entries []search.Entry, gone []int64, err error) {
	const changes = `SELECT DISTINCT runner_id FROM runner_changes WHERE revision > $1 AND revision <= $2`
	const query = `
		SELECT c.runner_id, COALESCE(r.name, ''), COALESCE(s.races, 0), COALESCE(s.last_race_on >= $3, FALSE), r.id IS NULL OR NOT (` + visible + `)
		FROM (` + changes + ` LIMIT $4) c
		LEFT JOIN runners r ON r.id = c.runner_id
		LEFT JOIN runner_summaries s ON s.runner_id = c.runner_id`
	const aliases = `
		SELECT a.runner_id, a.name
		FROM runner_aliases a
		WHERE a.runner_id IN (` + changes + `)
		ORDER BY a.runner_id, a.name`
	rows, err := q.QueryxContext(ctx, query, after, to, activeSince(), maxCatchUp+1)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e search.Entry
		var isGone bool
		if err := rows.Scan(&e.ID, &e.Name, &e.Races, &e.Active, &isGone); err != nil {
			return nil, nil, err
		}
		if isGone {
			gone = append(gone, e.ID)
		} else {
			entries = append(entries, e)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, nil, err
	}
	known, err := collectAliases(q.QueryxContext(ctx, aliases, after, to))
	for i := range entries {
		entries[i].Aliases = known[entries[i].ID]
	}
	return entries, gone, err
}
