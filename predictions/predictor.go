package predictions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"runnerdb/club"
	"runnerdb/forecasting/pooled"
	"runnerdb/queries"
)

// Predictor predicts from a database. It caches what was learnt from the club
// for as long as the database says that it is current.
type Predictor struct {
	db      *queries.DB
	mu      sync.Mutex
	learned queries.Learned
	club    *Club
}

// NewPredictor returns a predictor for a database.
func NewPredictor(db *queries.DB) *Predictor { return &Predictor{db: db, club: &Club{}} }

// For predicts a visible runner's next race at the distance with a key, or at
// the one run most if the key is "". The race can't be before today. Errors
// wrap club.ErrNoDistance or come from the database or the context; too few
// races are not an error.
func (p *Predictor) For(ctx context.Context, runnerID int64, distanceKey string, today club.Date) (Prediction, error) {
	runner, err := p.db.Runner(ctx, runnerID)
	if err != nil {
		return Prediction{}, err
	}
	performances, err := p.db.Performances(ctx, runnerID)
	if err != nil {
		return Prediction{}, err
	}
	return p.Of(ctx, runner, performances, distanceKey, today)
}

// Of does the same as For if the runner's performances have already been read.
func (p *Predictor) Of(ctx context.Context, runner club.Runner, performances []club.Performance, distanceKey string, today club.Date) (Prediction, error) {
	effects, err := p.effects(ctx, runner.ID)
	if err != nil {
		return Prediction{}, err
	}
	known, err := p.newest(ctx)
	if err != nil {
		return Prediction{}, err
	}
	return known.Predict(ctx, Question{runner, performances, effects, distanceKey, today})
}

func (p *Predictor) effects(ctx context.Context, runnerID int64) (map[int64]pooled.Effect, error) {
	stored, err := p.db.RaceEffects(ctx, runnerID)
	if err != nil {
		return nil, err
	}
	effects := make(map[int64]pooled.Effect, len(stored))
	for _, s := range stored {
		var e pooled.Effect
		if err := json.Unmarshal([]byte(s.Effect), &e); err != nil {
			return nil, fmt.Errorf("effect of race %d: %w", s.RaceID, err)
		}
		effects[s.RaceID] = e
	}
	return effects, nil
}

// newest returns the latest that was learnt.
func (p *Predictor) newest(ctx context.Context) (*Club, error) {
	learned, err := p.db.Learned(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if learned == p.learned {
		return p.club, nil
	}
	models, err := p.db.ClubModels(ctx)
	if err != nil {
		return nil, err
	}
	var records []Record
	report, _, err := LastReport(ctx, p.db)
	switch {
	case err == nil:
		records = report.Records
	case !errors.Is(err, queries.ErrNotFound):
		return nil, err
	}
	club, err := clubOf(models, records)
	if err != nil {
		return nil, err
	}
	// If it changed while it was read, it must not be cached under the older
	// revision.
	if now, err := p.db.Learned(ctx); err == nil && now == learned {
		p.club, p.learned = club, learned
	}
	return club, nil
}
