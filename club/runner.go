package club

// Sex is the class in which a runner's results are ranked.
type Sex string

// The sexes by which results are ranked. SexUnknown means that it is not
// recorded.
const (
	Female     Sex = "F"
	Male       Sex = "M"
	SexUnknown Sex = ""
)

// Words prints the sex in words, or "" if it is unknown.
func (s Sex) Words() string {
	switch s {
	case Female:
		return "female"
	case Male:
		return "male"
	default:
		return ""
	}
}

// Runner is a person who has run a race. BirthDate and Licence are never
// public.
type Runner struct {
	ID         int64  `db:"id"`
	Name       string `db:"name"`
	Aliases    []string
	Sex        Sex        `db:"sex"`
	BirthDate  Date       `db:"birth_date"`
	Licence    string     `db:"licence"`
	Visibility Visibility `db:"visibility"`
	// Hidden is true if only administrators may see the runner, and HiddenFor
	// says why. Both are derived from the rest of the record: storing other
	// values has no effect.
	HiddenFor Reason `db:"hidden_for" json:"-"`
	Hidden    bool   `db:"hidden"`
	Version   int64  `db:"version"`
}

// Series is a race that is held year after year, such as "Cape Peninsula
// Marathon".
type Series struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// Race is one edition of a series: on one date, over one length.
type Race struct {
	ID       int64  `db:"id"`
	SeriesID int64  `db:"series_id"`
	Name     string `db:"name"`
	HeldOn   Date   `db:"held_on"`
	Length   Metres `db:"metres"`
	// ShortCourse marks a course shorter than its name says. Its times set no
	// records and don't count for predictions.
	ShortCourse bool  `db:"short_course"`
	Version     int64 `db:"version"`
}

// Status tells how a runner's race ended.
type Status string

// The ways in which a race can end.
const (
	Finished     Status = "finished"
	DidNotFinish Status = "DNF"
	DidNotStart  Status = "DNS"
	Disqualified Status = "DSQ"
	OutOfTime    Status = "OTL"
)

// Words prints the status in words.
func (s Status) Words() string {
	switch s {
	case Finished:
		return "finished"
	case DidNotFinish:
		return "did not finish"
	case DidNotStart:
		return "did not start"
	case Disqualified:
		return "disqualified"
	case OutOfTime:
		return "out of time"
	default:
		return string(s)
	}
}

// Result is one runner's result in one race. Net time runs from the start line
// and gun time from the gun; either may be unknown. Category and Club are as
// printed by the race.
type Result struct {
	ID       int64      `db:"id"`
	RunnerID int64      `db:"runner_id"`
	RaceID   int64      `db:"race_id"`
	Status   Status     `db:"status"`
	Net      FinishTime `db:"net_ms"`
	Gun      FinishTime `db:"gun_ms"`
	Position int        `db:"position"`
	Category string     `db:"category"`
	// CategoryPosition is the position within the category, or 0 if it is
	// unknown.
	CategoryPosition int    `db:"category_position"`
	Club             string `db:"club"`
	// Counts is true if the result is used for predictions.
	Counts  bool  `db:"counts"`
	Version int64 `db:"version"`
}

// Time returns the net time, or the gun time if the net time is unknown.
func (r Result) Time() FinishTime {
	if r.Net > 0 {
		return r.Net
	}
	return r.Gun
}

// Performance is a result with its race.
type Performance struct {
	Result Result `db:"result"`
	Race   Race   `db:"race"`
}
