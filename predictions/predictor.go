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

// Predictor predicts from a database. It remembers what was learned of the
// club for as long as the database says that it is the newest.
type Predictor struct {
	db      *queries.DB
	mu      sync.Mutex
	learned queries.Learned
	club    *Club
}

// NewPredictor predicts from this database.
func NewPredictor(db *queries.DB) *Predictor { return &Predictor{db: db, club: &Club{}} }

// For predicts a visible runner's next race at the distance with this key, or
// at the one run most where the key is empty. today bounds when that race can
// be. Errors are club.ErrNoDistance and those of the database and of the
// context; a runner with too few races is no error.
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

// Of is For where the runner's performances have been read already.
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

// newest is what was learned last.
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
	// What changed while it was read must not be remembered under the older name.
	if now, err := p.db.Learned(ctx); err == nil && now == learned {
		p.club, p.learned = club, learned
	}
	return club, nil
}
