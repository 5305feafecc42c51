package club

import "slices"

// Meeting is a race that at least two of several runners ran. It holds a result
// for each runner, in the order of the runners, or nil for a runner who was not
// there.
type Meeting struct {
	Race    Race
	Results []*Result
}

// Meetings returns the races that two or more of the runners ran, newest first.
// Each runner's performances must be sorted newest first.
func Meetings(careers [][]Performance) []Meeting {
	races := map[int64]*Meeting{}
	var order []*Meeting
	for runner, performances := range careers {
		for i := range performances {
			p := &performances[i]
			m, known := races[p.Race.ID]
			if !known {
				m = &Meeting{Race: p.Race, Results: make([]*Result, len(careers))}
				races[p.Race.ID] = m
				order = append(order, m)
			}
			m.Results[runner] = &p.Result
		}
	}
	var shared []Meeting
	for _, m := range order {
		ran := 0
		for _, r := range m.Results {
			if r != nil && r.Status != DidNotStart {
				ran++
			}
		}
		if ran > 1 {
			shared = append(shared, *m)
		}
	}
	slices.SortStableFunc(shared, func(a, b Meeting) int { return b.Race.HeldOn.Compare(a.Race.HeldOn) })
	return shared
}

// Ahead reports whether runner a beat runner b: both finished and a was faster,
// or only a finished.
func (m Meeting) Ahead(a, b int) bool {
	first, second := m.Results[a], m.Results[b]
	if first == nil || second == nil || first.Status != Finished || second.Status == DidNotStart {
		return false
	}
	return second.Status != Finished || first.Time() < second.Time()
}
