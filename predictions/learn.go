package predictions

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"runnerdb/club"
	"runnerdb/forecasting/pooled"
	"runnerdb/queries"
)

// Learn reads the results of the whole club and stores what can be learnt from
// them: for each distance the constants of the club model, the courses and the
// newcomers; for each race its effect; and how times grow with distance. On an
// error of the database or the context nothing is stored.
func Learn(ctx context.Context, db *queries.DB, now time.Time) error {
	revision, err := db.ResultsRevision(ctx)
	if err != nil {
		return err
	}
	var (
		models  []queries.ClubModel
		effects []queries.RaceEffect
		pairs   = pairing{}
	)
	for h, err := range ClubHistories(ctx, db, "") {
		if err != nil {
			return err
		}
		m, pass, err := learn(ctx, h)
		if err != nil {
			return fmt.Errorf("learn from %s: %w", h.Distance.Name, err)
		}
		if models, err = appendModel(models, h.Distance.Key, m); err != nil {
			return err
		}
		if effects, err = appendEffects(effects, h, pass.Effects); err != nil {
			return err
		}
		pairs.add(h, m.model, pass.States)
	}
	if models, err = appendModel(models, "", pooled.EstimateExponent(pairs.pairs())); err != nil {
		return err
	}
	after, err := db.ResultsRevision(ctx)
	if err != nil {
		return err
	}
	if after != revision {
		// No single revision fits the models, and they must not pass for those
		// of an older one that a restore may bring back.
		revision = queries.Revision{}
	}
	return db.SetClubModels(ctx, revision, models, effects, now)
}

// learn estimates the constants of a distance and runs the model through its
// results.
func learn(ctx context.Context, h *History) (*clubModel, *pooled.Club, error) {
	observations := h.observations()
	constants, err := pooled.Estimate(ctx, observations, defaults(h.Distance))
	if err != nil {
		return nil, nil, err
	}
	m := &clubModel{Constants: constants}
	if m.Prior, err = h.prior(ctx, h.careers(), anybody); err != nil {
		return nil, nil, err
	}
	if m.model, err = pooled.NewModel(constants); err != nil {
		return nil, nil, err
	}
	pass, err := m.model.Run(ctx, observations)
	if err != nil {
		return nil, nil, err
	}
	m.Conditions = pass.Conditions
	return m, pass, nil
}

// observations converts the finishes for the package pooled.
func (h *History) observations() []pooled.Observation {
	observations := make([]pooled.Observation, len(h.Finishes))
	for i, f := range h.Finishes {
		observations[i] = pooled.Observation{
			Series: f.Runner, Event: f.Race, Course: int(h.Races[f.Race].Series), Day: f.Day,
			Value: f.Minutes, Age: f.Age, Group: groups[h.Runners[f.Runner].Sex],
		}
	}
	return observations
}

func appendModel(models []queries.ClubModel, distance string, model any) ([]queries.ClubModel, error) {
	encoded, err := json.Marshal(model)
	return append(models, queries.ClubModel{Distance: distance, Model: string(encoded)}), err
}

func appendEffects(stored []queries.RaceEffect, h *History, effects []pooled.Effect) ([]queries.RaceEffect, error) {
	for _, e := range effects {
		encoded, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		stored = append(stored, queries.RaceEffect{RaceID: h.Races[e.Event].ID, Effect: string(encoded)})
	}
	return stored, nil
}

// pairing collects the level of each runner at each distance, keyed by lot.
type pairing map[uint64][]level

// level is a runner's level at one distance.
type level struct {
	distance club.Distance
	model    *pooled.Model
	state    pooled.State
}

// pairedRunners is the approximate number of runners paired at a distance. That
// many of a federation are enough.
const pairedRunners = 20_000

func (p pairing) add(h *History, model *pooled.Model, states map[int]pooled.State) {
	limit := uint64(math.MaxUint64)
	if n := len(h.Runners); n > pairedRunners {
		limit = limit / uint64(n) * pairedRunners
	}
	for runner, state := range states {
		if lot := h.Runners[runner].lot; lot <= limit {
			p[lot] = append(p[lot], level{h.Distance, model, state})
		}
	}
}

// pairs returns the pairs of levels at neighbouring distances of each runner,
// both on the day of the later of the two last races.
func (p pairing) pairs() []pooled.Pair {
	var lots []uint64
	for lot, levels := range p {
		if len(levels) > 1 {
			lots = append(lots, lot)
		}
	}
	slices.Sort(lots)
	var pairs []pooled.Pair
	for runner, lot := range lots {
		levels := p[lot] // shortest first, like the histories
		for i, b := range levels[1:] {
			a := levels[i]
			day := max(a.state.Day, b.state.Day)
			pairs = append(pairs, pooled.Pair{Series: runner, A: a.source(day), B: b.source(day)})
		}
	}
	return pairs
}

func (l level) source(day int) pooled.Source {
	return l.model.Source(l.state, float64(l.distance.Length), day, math.NaN())
}
