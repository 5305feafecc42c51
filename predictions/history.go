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

// History is what everybody has run over one distance: what counts for
// predictions, and nothing else.
type History struct {
	Distance club.Distance
	// Finishes are in the order of day, race and runner.
	Finishes []Finish
	Runners  []Entrant
	Races    []RaceDay
	// Clocks are how many of the times are of which kind.
	Clocks Clocks
}

// Finish is one finished race of a History.
type Finish struct {
	Runner  int     // in History.Runners
	Race    int     // in History.Races
	Day     int     // since 1 January 1970
	Age     float64 // in years, NaN where it is unknown
	Minutes float64
}

// RaceDay is a race without a name. From the database it has its ids; from a
// file, numbers in the order in which races and their names first stand there.
type RaceDay struct {
	ID     int64
	Series int64 // 0 where nobody knows which races repeat one another
}

// Entrant is a runner without a name.
type Entrant struct {
	// Odd says that the number at the end of the runner's id is odd. Runners
	// are parted by it into those that constants are estimated from and those
	// that predictions are measured on.
	Odd bool
	Sex club.Sex
	// lot is a random number that the id alone decides.
	lot uint64
}

// Clocks count times by what they were measured from: the start line, the
// gun, or nobody says.
type Clocks struct {
	Net     int `json:"net"`
	Gun     int `json:"gun"`
	Unnamed int `json:"unnamed"`
}

const daysPerYear = 365.2425

// epoch is day 0.
var epoch = club.Date{Year: 1970, Month: 1, Day: 1}

// entrant is the runner with this id.
func entrant(id string, sex club.Sex) Entrant {
	sum := sha256.Sum256([]byte(id))
	return Entrant{Odd: isOdd(id), Sex: sex, lot: binary.BigEndian.Uint64(sum[:])}
}

// isOdd tells whether the number at the end of an id is odd. Ids that end in
// something else fall on either side by a hash (FNV-1a).
func isOdd(id string) bool {
	if last := id[len(id)-1]; '0' <= last && last <= '9' {
		return last%2 == 1
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id)) // never fails
	return hash.Sum32()%2 == 1
}

// sort puts the finishes in their order; of a runner's two times in one race,
// which only a file can hold, the faster one comes first.
func (h *History) sort() {
	slices.SortFunc(h.Finishes, func(a, b Finish) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Race, b.Race), cmp.Compare(a.Runner, b.Runner),
			cmp.Compare(a.Minutes, b.Minutes))
	})
}

// careers are the finishes of each runner in order, by their places in
// Finishes.
func (h *History) careers() [][]int {
	careers := make([][]int, len(h.Runners))
	for i, finish := range h.Finishes {
		careers[finish.Runner] = append(careers[finish.Runner], i)
	}
	return careers
}

// ClubHistories reads from the database what was run over each standard
// distance, or over the one with this key, shortest first. Distances that
// nobody has run are left out. The errors are club.ErrNoDistance and those of
// the database and the context; after an error there is nothing more.
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

// clubHistory reads from the database what was run over one distance. It
// holds some 50 bytes for every finish, and one race at a time beside them.
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

// addRace adds a race; index is where each runner stands in Runners.
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

// ageOn is an age in years, NaN where the birth date is unknown.
func ageOn(birth, day club.Date) float64 {
	if birth.IsZero() {
		return math.NaN()
	}
	return float64(day.DaysSince(birth)) / daysPerYear
}
