package predictions

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash/fnv"
	"iter"
	"math"
	"slices"
	"strconv"

	"runnerdb/club"
	"runnerdb/queries"
)

// History holds everybody's finishes over one distance that count for
// predictions.
type History struct {
	Distance club.Distance
	// Finishes is sorted by day, race and runner.
	Finishes []Finish
	Runners  []Entrant
	Races    []RaceDay
	// Clocks counts the times of each kind.
	Clocks Clocks
}

// Finish is one finished race in a History.
type Finish struct {
	Runner  int     // in History.Runners
	Race    int     // in History.Races
	Day     int     // since 1 January 1970
	Age     float64 // in years, NaN if unknown
	Minutes float64
}

// RaceDay is a race without a name. Its ids are those of the database; for a
// file, they are numbers in order of first appearance.
type RaceDay struct {
	ID     int64
	Series int64 // 0 if it is not known which races repeat each other
}

// Entrant is a runner without a name.
type Entrant struct {
	// Odd is true if the number at the end of the runner's id is odd. Constants
	// are estimated from odd runners, and predictions are scored on the others.
	Odd bool
	Sex club.Sex
	// lot is a random number determined by the id.
	lot uint64
}

// Clocks counts times by where they were measured from: the start line, the
// gun, or not stated.
type Clocks struct {
	Net     int `json:"net"`
	Gun     int `json:"gun"`
	Unnamed int `json:"unnamed"`
}

const daysPerYear = 365.2425

// epoch is day 0.
var epoch = club.Date{Year: 1970, Month: 1, Day: 1}

// entrant returns the runner with an id.
func entrant(id string, sex club.Sex) Entrant {
	sum := sha256.Sum256([]byte(id))
	return Entrant{Odd: isOdd(id), Sex: sex, lot: binary.BigEndian.Uint64(sum[:])}
}

// isOdd reports whether the number at the end of an id is odd. Ids with another
// ending are divided by a hash (FNV-1a).
func isOdd(id string) bool {
	if last := id[len(id)-1]; '0' <= last && last <= '9' {
		return last%2 == 1
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id)) // never fails
	return hash.Sum32()%2 == 1
}

// sort sorts the finishes. If a runner has two times in one race, which only
// happens in files, the faster one comes first.
func (h *History) sort() {
	slices.SortFunc(h.Finishes, func(a, b Finish) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Race, b.Race), cmp.Compare(a.Runner, b.Runner),
			cmp.Compare(a.Minutes, b.Minutes))
	})
}

// careers returns the finishes of each runner in order, as indices into
// Finishes.
func (h *History) careers() [][]int {
	careers := make([][]int, len(h.Runners))
	for i, finish := range h.Finishes {
		careers[finish.Runner] = append(careers[finish.Runner], i)
	}
	return careers
}

// ClubHistories reads the history of each standard distance from the database,
// shortest first, or of the one with this key. It leaves out distances that
// nobody has run. Errors wrap club.ErrNoDistance or come from the database or
// the context, and end the sequence.
func ClubHistories(ctx context.Context, db *queries.DB, distanceKey string) iter.Seq2[*History, error] {
	distances := club.Distances
	return func(yield func(*History, error) bool) {
		if distanceKey != "" {
			distance, err := club.DistanceByKey(distanceKey)
			if err != nil {
				yield(nil, err)
				return
			}
			distances = []club.Distance{distance}
		}
		for _, distance := range distances {
			h, err := clubHistory(ctx, db, distance)
			if err == nil && len(h.Finishes) == 0 {
				continue
			}
			if !yield(h, err) || err != nil {
				return
			}
		}
	}
}

// clubHistory reads the history of one distance from the database. It needs
// about 50 bytes for every finish, plus one race at a time.
func clubHistory(ctx context.Context, db *queries.DB, distance club.Distance) (*History, error) {
	races, err := db.RacesBetween(ctx, distance.Shortest, distance.Longest)
	if err != nil {
		return nil, err
	}
	h, index := &History{Distance: distance}, map[int64]int{}
	for _, race := range races {
		finishes, err := db.Finishes(ctx, race.ID)
		if err != nil {
			return nil, err
		}
		if len(finishes) > 0 {
			h.addRace(race, finishes, index)
		}
	}
	h.sort()
	return h, nil
}

// addRace adds a race. index maps the ids of runners to their indices in
// Runners.
func (h *History) addRace(race club.Race, finishes []queries.Finish, index map[int64]int) {
	day := race.HeldOn.DaysSince(epoch)
	for _, f := range finishes {
		result := club.Result{Net: f.Net, Gun: f.Gun}
		if result.Time() <= 0 {
			continue
		}
		runner, known := index[f.RunnerID]
		if !known {
			runner = len(h.Runners)
			index[f.RunnerID] = runner
			h.Runners = append(h.Runners, entrant(strconv.FormatInt(f.RunnerID, 10), f.Sex))
		}
		if f.Net > 0 {
			h.Clocks.Net++
		} else {
			h.Clocks.Gun++
		}
		h.Finishes = append(h.Finishes, Finish{
			Runner: runner, Race: len(h.Races), Day: day,
			Age: ageOn(f.BirthDate, race.HeldOn), Minutes: result.Time().Minutes(),
		})
	}
	h.Races = append(h.Races, RaceDay{race.ID, race.SeriesID})
}

// ageOn returns an age in years, NaN if the birth date is unknown.
func ageOn(birth, day club.Date) float64 {
	if birth.IsZero() {
		return math.NaN()
	}
	return float64(day.DaysSince(birth)) / daysPerYear
}
