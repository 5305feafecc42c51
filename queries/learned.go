package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// ClubModel is what all results over one distance say together, in JSON.
type ClubModel struct {
	Distance string `db:"distance"`
	Model    string `db:"model"`
}

// RaceEffect is what all who ran a race had in common that day, in JSON.
type RaceEffect struct {
	RaceID int64  `db:"race_id"`
	Effect string `db:"effect"`
}

// ResultsRevision is the revision of the results now. What was learned at
// another one is stale.
func (db *DB) ResultsRevision(ctx context.Context) (Revision, error) {
	const query = `SELECT number, token FROM revisions WHERE name = 'results'`
	var revision Revision
	if err := db.read.GetContext(ctx, &revision, query); err != nil {
		return Revision{}, fmt.Errorf("revision: %w", classify(err))
	}
	return revision, nil
}

// Learned tells apart what was learned at different times. The zero value is
// that of a database from which nothing was.
type Learned struct {
	// Results is the revision of the results that the club models were learned
	// from, BacktestResults the one that the last backtest was run on.
	Results         Revision `db:"results"`
	BacktestResults Revision `db:"backtest_results"`
	// Models and Backtests change whenever something is stored.
	Models    Revision `db:"models"`
	Backtests Revision `db:"backtests"`
	// BacktestAt is when the last backtest was run, in milliseconds since 1970.
	BacktestAt int64 `db:"backtest_at"`
}

// Learned reads what the stored models and the last backtest were made from.
func (db *DB) Learned(ctx context.Context) (Learned, error) {
	const query = `
		SELECT
			r.number AS "results.number", r.token AS "results.token",
			m.number AS "models.number", m.token AS "models.token",
			b.number AS "backtests.number", b.token AS "backtests.token",
			COALESCE(t.revision, 0) AS "backtest_results.number",
			COALESCE(t.revision_token, 0) AS "backtest_results.token",
			COALESCE(t.run_at, 0) AS backtest_at
		FROM revisions r
		JOIN revisions m ON m.name = 'models'
		JOIN revisions b ON b.name = 'backtests'
		LEFT JOIN backtests t ON t.id = (SELECT MAX(id) FROM backtests)
		WHERE r.name = 'learned'`
	var learned Learned
	if err := db.read.GetContext(ctx, &learned, query); err != nil {
		return Learned{}, fmt.Errorf("when was learned: %w", classify(err))
	}
	return learned, nil
}

// ClubModels are those of all distances.
func (db *DB) ClubModels(ctx context.Context) ([]ClubModel, error) {
	const query = `SELECT distance, model FROM club_models ORDER BY distance`
	var models []ClubModel
	if err := db.read.SelectContext(ctx, &models, query); err != nil {
		return nil, fmt.Errorf("club models: %w", classify(err))
	}
	return models, nil
}

// RaceEffects are those of the races that a runner has run.
func (db *DB) RaceEffects(ctx context.Context, runnerID int64) ([]RaceEffect, error) {
	const query = `
		SELECT e.race_id, e.effect
		FROM race_effects e
		JOIN results t ON t.race_id = e.race_id
		WHERE t.runner_id = $1
		ORDER BY e.race_id
		LIMIT $2`
	var effects []RaceEffect
	if err := db.read.SelectContext(ctx, &effects, query, runnerID, maxResultsOfRunner); err != nil {
		return nil, fmt.Errorf("race effects of runner %d: %w", runnerID, classify(err))
	}
	return effects, nil
}

// SetClubModels replaces all that was learned before by what was learned from
// the results at a revision. A race that is gone since has no effect.
func (db *DB) SetClubModels(ctx context.Context, revision Revision, models []ClubModel, effects []RaceEffect, now time.Time) error {
	modelRows := newInserter("club_models", "distance", "model", "learned_at")
	for _, m := range models {
		modelRows.add(m.Distance, m.Model, millis(now))
	}
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if err := db.takeYourTime(ctx, tx); err != nil {
			return err
		}
		// First, so that of two processes one waits for the other.
		if err := setLearned(ctx, tx, revision); err != nil {
			return err
		}
		for _, table := range []string{"club_models", "race_effects"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		var races []int64
		if err := tx.SelectContext(ctx, &races, `SELECT id FROM races`); err != nil {
			return err
		}
		if err := modelRows.into(ctx, db.engine, tx); err != nil {
			return err
		}
		return effectRows(effects, races).into(ctx, db.engine, tx)
	})
	if err != nil {
		return fmt.Errorf("store club models: %w", err)
	}
	return nil
}

// setLearned records which results the models are learned from; the zero
// revision, that nothing is.
func setLearned(ctx context.Context, tx *sqlx.Tx, results Revision) error {
	const query = `UPDATE revisions SET number = $1, token = $2 WHERE name = 'learned'`
	if _, err := tx.ExecContext(ctx, query, results.Number, results.Token); err != nil {
		return err
	}
	_, err := bumpRevision(ctx, tx, "models")
	return err
}

// effectRows are those of races that there are.
func effectRows(effects []RaceEffect, races []int64) inserter {
	known := make(map[int64]bool, len(races))
	for _, id := range races {
		known[id] = true
	}
	rows := newInserter("race_effects", "race_id", "effect")
	for _, e := range effects {
		if known[e.RaceID] {
			rows.add(e.RaceID, e.Effect)
		}
	}
	return rows
}

// Backtest is a measurement of predictions on the club's own results. Report
// is JSON.
type Backtest struct {
	// Results is the revision of the results that were predicted.
	Results Revision
	RunAt   time.Time
	Report  json.RawMessage
}

// keptBacktests is how many measurements are kept.
const keptBacktests = 20

// AddBacktest keeps a measurement, and forgets the oldest.
func (db *DB) AddBacktest(ctx context.Context, b Backtest) error {
	const insert = `INSERT INTO backtests (revision, revision_token, run_at, report) VALUES ($1, $2, $3, $4)`
	const forget = `DELETE FROM backtests WHERE id NOT IN (SELECT id FROM backtests ORDER BY id DESC LIMIT $1)`
	err := db.inRecordsTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, insert, b.Results.Number, b.Results.Token, millis(b.RunAt), string(b.Report)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, forget, keptBacktests); err != nil {
			return err
		}
		_, err := bumpRevision(ctx, tx, "backtests")
		return err
	})
	if err != nil {
		return fmt.Errorf("keep backtest: %w", err)
	}
	return nil
}

// LastBacktest is the newest measurement: ErrNotFound where there is none.
func (db *DB) LastBacktest(ctx context.Context) (Backtest, error) {
	const query = `SELECT revision, revision_token, run_at, report FROM backtests ORDER BY id DESC LIMIT 1`
	var row struct {
		Revision int64  `db:"revision"`
		Token    int64  `db:"revision_token"`
		RunAt    int64  `db:"run_at"`
		Report   string `db:"report"`
	}
	if err := db.read.GetContext(ctx, &row, query); err != nil {
		return Backtest{}, fmt.Errorf("last backtest: %w", classify(err))
	}
	return Backtest{Revision{row.Revision, row.Token}, time.UnixMilli(row.RunAt).UTC(), json.RawMessage(row.Report)}, nil
}
