package queries

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"runnerdb/club"
)

// maxDoubtfulRaces bounds the races in which doubtful times are looked for: the
// last ones that have any.
const maxDoubtfulRaces = 500

// timeOf is a result's time, as the index of races and times has it.
const timeOf = `COALESCE(t.net_ms, t.gun_ms)`

// doubtful is the condition on results t that club.Doubt doubts their times;
// nothing where there are none. It looks at the fastest and the slowest time of
// each race first, which the index knows. All its numbers are of this program.
func (db *DB) doubtful(ctx context.Context) (string, error) {
	const query = `
		SELECT c.id, c.metres,
			(SELECT ` + timeOf + ` FROM results t WHERE t.race_id = c.id AND ` + timeOf + ` IS NOT NULL ORDER BY ` + timeOf + ` LIMIT 1) AS first,
			(SELECT ` + timeOf + ` FROM results t WHERE t.race_id = c.id AND ` + timeOf + ` IS NOT NULL ORDER BY ` + timeOf + ` DESC LIMIT 1) AS last
		FROM races c
		ORDER BY c.held_on DESC, c.id`
	var races []struct {
		ID          int64
		Metres      club.Metres
		First, Last club.FinishTime
	}
	if err := db.read.SelectContext(ctx, &races, query); err != nil {
		return "", err
	}
	odd, found := map[club.Metres][]string{}, 0
	for _, race := range races {
		fastest, slowest := club.Plausible(race.Metres)
		if race.First > 0 && (race.First < fastest || race.Last > slowest) && found < maxDoubtfulRaces {
			odd[race.Metres] = append(odd[race.Metres], strconv.FormatInt(race.ID, 10))
			found++
		}
	}
	var either []string
	for length, ids := range odd {
		fastest, slowest := club.Plausible(length)
		for _, side := range []string{fmt.Sprintf("< %d", int64(fastest)), fmt.Sprintf("> %d", int64(slowest))} {
			either = append(either, `SELECT t.id FROM results t WHERE t.race_id IN (`+strings.Join(ids, ", ")+`) AND `+timeOf+` `+side)
		}
	}
	if len(either) == 0 {
		return "", nil
	}
	return `t.id IN (` + strings.Join(either, ` UNION ALL `) + `)`, nil
}
