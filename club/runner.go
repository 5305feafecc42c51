package club

// Sex is the class in which a runner's results are ranked.
type Sex string

// The sexes that results are ranked by; SexUnknown where nobody said.
const (
	Female     Sex = "F"
	Male       Sex = "M"
	SexUnknown Sex = ""
)

// Words prints the sex as one reads it, or nothing where it is unknown.
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

// Runner is a person who has run. BirthDate and Licence are never public.
type Runner struct {
	ID         int64  `db:"id"`
	Name       string `db:"name"`
	Aliases    []string
	Sex        Sex        `db:"sex"`
	BirthDate  Date       `db:"birth_date"`
	Licence    string     `db:"licence"`
	Visibility Visibility `db:"visibility"`
	// HiddenFor is why, and Hidden whether the runner is shown to nobody but those
	// who keep the records. Both follow from all else: to store them changes
	// nothing.
	HiddenFor Reason `db:"hidden_for" json:"-"`
	Hidden    bool   `db:"hidden"`
	Version   int64  `db:"version"`
}

// Series is a race as people speak of it, held year after year.
type Series struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// Race is one edition of a series: on a day, over a length.
type Race struct {
	ID       int64  `db:"id"`
	SeriesID int64  `db:"series_id"`
	Name     string `db:"name"`
	HeldOn   Date   `db:"held_on"`
	Length   Metres `db:"metres"`
	// ShortCourse says that the course was too short for its name: its times
	// are no records and count for no prediction.
	ShortCourse bool  `db:"short_course"`
	Version     int64 `db:"version"`
}

// Status says how a runner's race ended.
type Status string

// The ways in which a race ends.
const (
	Finished     Status = "finished"
	DidNotFinish Status = "DNF"
	DidNotStart  Status = "DNS"
	Disqualified Status = "DSQ"
	OutOfTime    Status = "OTL"
)

// Words prints the status as one reads it.
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

// Result joins a runner and a race. Net time runs from the start line, gun
// time from the gun; either may be unknown. Category and Club are as printed
// that day.
type Result struct {
	ID       int64      `db:"id"`
	RunnerID int64      `db:"runner_id"`
	RaceID   int64      `db:"race_id"`
	Status   Status     `db:"status"`
	Net      FinishTime `db:"net_ms"`
	Gun      FinishTime `db:"gun_ms"`
	Position int        `db:"position"`
	Category string     `db:"category"`
	// CategoryPosition is the place within the category, 0 where it is unknown.
	CategoryPosition int    `db:"category_position"`
	Club             string `db:"club"`
	// Counts says whether the result is used for predictions.
	Counts  bool  `db:"counts"`
	Version int64 `db:"version"`
}

// Time is the net time where there is one, else the gun time.
func (r Result) Time() FinishTime {
	if r.Net > 0 {
		return r.Net
	}
	return r.Gun
}

// Performance is a result together with its race.
type Performance struct {
	Result Result `db:"result"`
	Race   Race   `db:"race"`
}
