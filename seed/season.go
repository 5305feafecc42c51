package seed

import (
	"cmp"
	"math"
	"slices"

	"runnerdb/club"
)

// season enters a member in as many races as wanted: popular and favourite ones
// first, none too close to another.
func (m *member) season(fixtures []fixture, d dice) {
	for _, f := range m.wishes(fixtures, d) {
		if len(m.ran) == m.races {
			break
		}
		if m.mayRun(f) && !clashes(f, m.ran) {
			m.ran = append(m.ran, f)
		}
	}
	slices.SortFunc(m.ran, func(a, b *fixture) int { return cmp.Compare(a.day, b.day) })
	for _, f := range m.ran {
		r := enter(&m.athlete, f, d)
		r.Club = m.clubOn(f.day)
		m.results = append(m.results, r)
	}
}

// wishes returns all races in the member's order of preference, drawn without
// replacement in proportion to their weights (Efraimidis & Spirakis, 2006,
// "Weighted random sampling with a reservoir").
func (m *member) wishes(fixtures []fixture, d dice) []*fixture {
	type wish struct {
		*fixture
		key float64
	}
	wishes := make([]wish, len(fixtures))
	for i := range fixtures {
		wishes[i] = wish{&fixtures[i], -math.Log(1-d.Float64()) / m.liking(&fixtures[i])}
	}
	slices.SortFunc(wishes, func(a, b wish) int { return cmp.Compare(a.key, b.key) })
	ordered := make([]*fixture, len(wishes))
	for i, w := range wishes {
		ordered[i] = w.fixture
	}
	return ordered
}

func (m *member) liking(f *fixture) float64 {
	taste, ok := m.taste[f.Length]
	if !ok {
		taste = m.taste[56_000] * 0.7
	}
	return taste * math.Sqrt(float64(f.field)+400)
}

func (m *member) clubOn(day int) string {
	if day < m.joined {
		return m.earlier
	}
	return m.club
}

// member returns the demo runner as a club member, with ten marathons and a few
// other races, fewer at each distance than marathons.
func (demo demoRunner) member(number int, fixtures []fixture, d dice) *member {
	m := &member{athlete: demo.athlete(number, d), taste: drawTaste(d)}
	m.ran, m.results = demo.marathons(&m.athlete, fixtures, d)
	others := d.between(12, 18)
	runs := map[club.Metres]int{}
	for _, f := range m.wishes(fixtures, d) {
		if len(m.ran) == demoMarathons+others {
			break
		}
		if f.Length == marathon || runs[f.Length] == 5 || !m.mayRun(f) || clashes(f, m.ran) {
			continue
		}
		runs[f.Length]++
		m.ran = append(m.ran, f)
		m.results = append(m.results, enter(&m.athlete, f, d))
	}
	slices.SortFunc(m.results, func(a, b club.Result) int { return cmp.Compare(a.RaceID, b.RaceID) })
	return m
}
