package predictions

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"runnerdb/club"
	"runnerdb/forecasting"
	"runnerdb/forecasting/pooled"
	"runnerdb/queries"
)

// Club is what was learnt from the results of all runners, with the measured
// errors of each method. The zero value has learnt nothing, and predicts with
// the constants that come with the package pooled.
type Club struct {
	models   map[string]*clubModel // by the key of the distance
	exponent *pooled.Exponent      // nil for the default
	records  map[recordKey]Record
}

type recordKey struct{ distance, earlier string }

// clubModel is what was learnt from all results over one distance.
type clubModel struct {
	Constants  pooled.Constants  `json:"constants"`
	Conditions pooled.Conditions `json:"conditions"`
	// Prior is the prior for ARIMA, relative to a runner's mean time.
	Prior forecasting.Prior `json:"prior"`

	model *pooled.Model
}

// clubOf decodes what was learnt. It skips models that an older version of the
// program stored in another format, until they are learnt again.
func clubOf(stored []queries.ClubModel, records []Record) (*Club, error) {
	c := &Club{models: map[string]*clubModel{}, records: map[recordKey]Record{}}
	for _, s := range stored {
		if s.Distance == "" {
			if err := json.Unmarshal([]byte(s.Model), &c.exponent); err != nil {
				return nil, fmt.Errorf("learned of distances: %w", err)
			}
			continue
		}
		m := &clubModel{}
		if err := json.Unmarshal([]byte(s.Model), m); err != nil {
			return nil, fmt.Errorf("learned of %s: %w", s.Distance, err)
		}
		var err error
		if m.model, err = pooled.NewModel(m.Constants); errors.Is(err, pooled.ErrConstants) {
			continue
		} else if err != nil {
			return nil, err
		}
		c.models[s.Distance] = m
	}
	for _, r := range records {
		c.records[recordKey{r.Distance, r.Earlier}] = r
	}
	return c, nil
}

// tenMiles is the distance of the default constants, in metres.
const tenMiles = 16_093.44

// defaults returns the constants for a distance at which nothing has been
// learnt: those of the package pooled, with the level of newcomers scaled by
// Riegel's formula.
func defaults(distance club.Distance) pooled.Constants {
	c := pooled.Default()
	c.Newcomers.Level += pooled.DefaultExponent().K * math.Log(float64(distance.Length)/tenMiles)
	return c
}

// at returns the model of a distance.
func (c *Club) at(distance club.Distance) (*clubModel, error) {
	if m, ok := c.models[distance.Key]; ok {
		return m, nil
	}
	m := &clubModel{Constants: defaults(distance)}
	var err error
	m.model, err = pooled.NewModel(m.Constants)
	return m, err
}

// riegel returns the club's exponent for Riegel's formula.
func (c *Club) riegel() pooled.Exponent {
	if c.exponent != nil {
		return *c.exponent
	}
	return pooled.DefaultExponent()
}

// prior returns the club's prior for how far the times of a series vary.
func (c *Club) prior(series Series) forecasting.Prior {
	m, ok := c.models[series.Distance.Key]
	if !ok || len(series.Races) == 0 {
		return forecasting.Prior{}
	}
	return m.Prior
}

// groups maps sexes to the groups of the package pooled.
var groups = map[club.Sex]int8{club.Female: pooled.Women, club.Male: pooled.Men, club.SexUnknown: pooled.Unknown}

// follow runs the club model through a runner's races over one distance.
func (m *clubModel) follow(ask Question, series Series) (*pooled.History, error) {
	races := make([]pooled.Race, len(series.Races))
	for i, p := range series.Races {
		race := pooled.Race{
			Day:   p.Race.HeldOn.DaysSince(epoch),
			Value: p.Result.Time().Minutes(),
			Age:   ageOn(ask.Runner.BirthDate, p.Race.HeldOn),
		}
		var known bool
		if race.Effect, known = ask.Effects[p.Race.ID]; !known {
			race.Effect = m.unknownEffect(race.Day, int(p.Race.SeriesID))
		}
		races[i] = race
	}
	return m.model.Follow(groups[ask.Runner.Sex], races)
}

// unknownEffect stands for the effect of a race from which nothing has been
// learnt.
func (m *clubModel) unknownEffect(day, course int) pooled.Effect {
	o := m.model.Outlook(m.Conditions, course, day)
	return pooled.Effect{Mean: o.Effect.Mean, Variance: o.Effect.Variance, Newcomers: o.Newcomers.Mean, Expected: o}
}

// outlook returns the expected conditions of the next race. It is taken to be
// one of the races that the runner has run at this distance, with probabilities
// in proportion to how often. Mean and variance are those of the mixture.
func (m *clubModel) outlook(series Series, day int) pooled.Outlook {
	first := m.model.Outlook(m.Conditions, int(series.Races[0].Race.SeriesID), day)
	var mean, square float64
	for _, p := range series.Races {
		effect := m.model.Outlook(m.Conditions, int(p.Race.SeriesID), day).Effect
		mean += effect.Mean
		square += effect.Variance + effect.Mean*effect.Mean
	}
	n := float64(len(series.Races))
	mean /= n
	first.Effect.Mean, first.Effect.Variance = mean, square/n-mean*mean
	return first
}

// clubModelForecast predicts by the club model, from the first race over the
// distance on.
func (c *Club) clubModelForecast(ask Question, p *Prediction) (MethodForecast, error) {
	forecast := MethodForecast{Method: ClubModel}
	if len(p.Series.Races) == 0 {
		forecast.Refusal = ErrNone
		return forecast, nil
	}
	m, err := c.at(p.Series.Distance)
	if err != nil {
		return forecast, err
	}
	history, err := m.follow(ask, p.Series)
	if err != nil {
		return forecast, err
	}
	day := p.NextOn.DaysSince(epoch)
	next := m.model.Predict(history.State, m.outlook(p.Series, day), day, groups[ask.Runner.Sex], ageOn(ask.Runner.BirthDate, p.NextOn))
	forecast.Expected, forecast.Next = next, interval(forecasting.ForecastOf(next))
	for i, before := range history.Before {
		if before.N > 0 {
			forecast.Past = append(forecast.Past, Past{i, interval(forecasting.ForecastOf(before))})
		}
	}
	forecast.Own = score(p.Series.Races, forecast.Past)
	if len(c.models) > 0 {
		p.Adjusted = make([]club.FinishTime, len(history.Adjusted))
		for i, minutes := range history.Adjusted {
			p.Adjusted[i] = club.FinishTimeOfMinutes(minutes)
		}
	}
	return forecast, nil
}

// otherDistances predicts from the runner's races over other distances.
func (c *Club) otherDistances(ask Question, p *Prediction) (MethodForecast, error) {
	forecast := MethodForecast{Method: OtherDistances}
	var sources []pooled.Source
	for _, series := range p.Choices {
		if series.Distance.Key == p.Series.Distance.Key || len(series.Races) == 0 {
			continue
		}
		source, err := c.source(ask, series, p.NextOn)
		if err != nil {
			return forecast, err
		}
		sources = append(sources, source)
	}
	if len(sources) == 0 {
		forecast.Refusal = ErrNoRaces
		return forecast, nil
	}
	target, err := c.at(p.Series.Distance)
	if err != nil {
		return forecast, err
	}
	conversion, err := target.model.Convert(c.riegel(), sources, float64(p.Series.Distance.Length))
	if err != nil {
		return forecast, err
	}
	forecast.Expected, forecast.Next = conversion, interval(forecasting.ForecastOf(conversion))
	forecast.Doubt = conversion.Warning != pooled.NoWarning
	return forecast, nil
}

// source summarises the races over one distance for a prediction on a date.
func (c *Club) source(ask Question, series Series, on club.Date) (pooled.Source, error) {
	m, err := c.at(series.Distance)
	if err != nil {
		return pooled.Source{}, err
	}
	history, err := m.follow(ask, series)
	if err != nil {
		return pooled.Source{}, err
	}
	return m.model.Source(history.State, float64(series.Distance.Length), on.DaysSince(epoch), ageOn(ask.Runner.BirthDate, on)), nil
}

// setRecords adds the error of each method over the club, for few or many
// earlier races as in this prediction, and sets the best. Ties go to the first
// method.
func (c *Club) setRecords(p *Prediction) {
	earlier := Many
	if len(p.Series.Races) < MinRaces {
		earlier = Few
	}
	record, measured := c.records[recordKey{p.Series.Distance.Key, earlier}]
	if !measured {
		return
	}
	scores := record.Scores()
	for i, o := range p.Outlooks {
		p.Outlooks[i].Club = scores[o.Method]
	}
	able := slices.DeleteFunc(slices.Clone(p.Outlooks), func(o MethodForecast) bool { return o.Refusal != nil || o.Club.Races == 0 })
	if len(able) > 0 {
		p.Best = slices.MinFunc(able, func(a, b MethodForecast) int { return cmp.Compare(a.Club.MAPE, b.Club.MAPE) }).Method
	}
}
