package pooled

// Walk is a random walk in real time of which so much is known: its mean and
// variance on a day, in log time.
type Walk struct {
	Mean     float64 `json:"mean"`
	Variance float64 `json:"variance"`
	Day      int     `json:"day"`
}

// ahead lets it wander by so much (standard deviation) in a year until day.
func (w Walk) ahead(day int, wander float64) Walk {
	return Walk{w.Mean, w.Variance + wander*wander*yearsBetween(w.Day, day), day}
}

// learn takes an observation of the walk into account (a step of the Kalman
// filter).
func (w Walk) learn(mean, variance float64) Walk {
	if w.Variance == 0 {
		return w
	}
	gain := w.Variance / (w.Variance + variance)
	return Walk{w.Mean + gain*(mean-w.Mean), (1 - gain) * w.Variance, w.Day}
}

// firstNewcomers is the standard deviation of the level of newcomers before
// there are any.
const firstNewcomers = 0.04

// Conditions is what is known of courses and newcomers after the last day.
type Conditions struct {
	Courses   map[int]Walk `json:"courses"`
	Newcomers Walk         `json:"newcomers"`
}

// Outlook is what is expected of a race before it is run: its effect, and the
// level of newcomers above what their sex and age say.
type Outlook struct {
	Effect    Walk `json:"effect"`
	Newcomers Walk `json:"newcomers"`
}

// Outlook returns what is expected of a race on this course (0 where nobody
// distinguishes them) on a day not before the last.
func (m *Model) Outlook(c Conditions, course, day int) Outlook {
	w, ok := c.Courses[course]
	if !ok {
		w = m.newCourse(day)
	}
	return m.outlook(w, c.Newcomers, day)
}

// newCourse is a course of which nothing is known.
func (m *Model) newCourse(day int) Walk {
	return Walk{0, m.constants.CourseEffect * m.constants.CourseEffect, day}
}

func (m *Model) outlook(course, newcomers Walk, day int) Outlook {
	o := Outlook{
		Effect:    course.ahead(day, m.constants.CourseWander),
		Newcomers: newcomers.ahead(day, m.constants.NewcomerWander),
	}
	o.Effect.Variance += m.dayEffect
	return o
}

// Effect is what all who ran a race had in common, in log time (0.02 is about
// 2 % slower), estimated from the surprises of all of them.
type Effect struct {
	Event    int     `json:"event"`
	Course   int     `json:"course"`
	Day      int     `json:"day"`
	Mean     float64 `json:"mean"`
	Variance float64 `json:"variance"`
	// Runners is how many with earlier results it was estimated from.
	Runners int `json:"runners"`
	// Newcomers is the level of newcomers after the race.
	Newcomers float64 `json:"newcomers"`
	// Expected is the outlook before the race.
	Expected Outlook `json:"expected"`
}
