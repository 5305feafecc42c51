package handlers_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// The runners of the club that every test knows.
const (
	karabo    = 1 // ten marathons
	lethabo   = 2 // ten marathons
	bandile   = 3 // ten marathons
	sixty     = 4 // sixty races
	two       = 5 // two races
	none      = 6 // no race
	thandi1   = 7 // namesakes
	thandi2   = 8
	secret    = 9  // hidden
	hostile   = 10 // name, club, category and series hold markup
	three     = 11
	four      = 12
	five      = 13
	constant  = 14 // five equal times
	extreme   = 15 // times from a millisecond to a thousand million
	onlyDNF   = 16
	unfolded  = 17 // José García
	jagged    = 18 // 100% O'Brien_(Tee)
	unknownID = 999
)

// markup is a name that would be elements and attributes if it were not text.
const markup = `"><img src=x onerror=alert(1)><a hx-get="/logout" hx-on:click='x'>{{7*7}}</a>`

// clubRace is a race as the tests write one down.
type clubRace struct {
	name  string
	held  club.Date
	metre club.Metres
}

// batch collects records and numbers them.
type batch struct {
	queries.Batch
	races  map[clubRace]int64
	series map[string]int64
}

func (b *batch) runner(id int64, name string, sex club.Sex) {
	b.Runners = append(b.Runners, club.Runner{ID: id, Name: name, Sex: sex})
}

func (b *batch) result(runner int64, race clubRace, result club.Result) {
	result.ID, result.RunnerID, result.RaceID = int64(len(b.Results)+1), runner, b.race(race)
	result.Counts = true
	if result.Status == "" {
		result.Status = club.Finished
	}
	b.Results = append(b.Results, result)
}

func (b *batch) race(race clubRace) int64 {
	if id, known := b.races[race]; known {
		return id
	}
	series, known := b.series[race.name]
	if !known {
		series = int64(len(b.Series) + 1)
		b.series[race.name] = series
		b.Series = append(b.Series, club.Series{ID: series, Name: race.name})
	}
	id := int64(len(b.Races) + 1)
	b.races[race] = id
	b.Races = append(b.Races, club.Race{ID: id, SeriesID: series, HeldOn: race.held, Length: race.metre})
	return id
}

// marathons gives a runner a marathon a month with these times in minutes.
func (b *batch) marathons(runner int64, category, clubName string, minutes ...float64) {
	for i, m := range minutes {
		held := club.Date{Year: 2020, Month: 1, Day: 15}.AddDays(31 * i)
		b.result(runner, clubRace{"Peninsula Marathon", held, 42_195}, club.Result{
			Net: club.FinishTimeOfMinutes(m), Position: i + 1, Category: category, Club: clubName,
		})
	}
}

// deviations are ten draws from a normal distribution with a standard
// deviation of 15, rounded (R 4.3.1: set.seed(1); round(rnorm(10, 0, 15), 1)).
var deviations = []float64{-9.4, 2.8, -12.5, 23.9, 4.9, -12.3, 7.3, 11.1, 8.6, -4.6}

func around(mean float64, n int) []float64 {
	minutes := make([]float64, n)
	for i := range minutes {
		minutes[i] = mean + deviations[(i*7+i/10)%len(deviations)] + float64(i%7)
	}
	return minutes
}

func clubBatch() queries.Batch {
	b := &batch{races: map[clubRace]int64{}, series: map[string]int64{}}
	b.runner(karabo, "Karabo Khumalo", club.Female)
	b.Runners[0].BirthDate, b.Runners[0].Licence = club.Date{Year: 1982, Month: 2, Day: 3}, "canary-licence"
	b.runner(lethabo, "Lethabo Ndlovu", club.Male)
	b.runner(bandile, "Bandile Nkosi", club.Male)
	b.runner(sixty, "Sixty Races", club.Female)
	b.runner(two, "Two Races", club.Male)
	b.runner(none, "None Yet", club.SexUnknown)
	b.runner(thandi1, "Thandi Mokoena", club.Female)
	b.Runners[len(b.Runners)-1].Visibility = club.Shown // although her category is Junior
	b.runner(thandi2, "Thandi Mokoena", club.Female)
	b.runner(secret, "Secret Runner", club.Female)
	b.Runners[len(b.Runners)-1].Visibility = club.Hidden
	b.runner(hostile, markup, club.Male)
	b.runner(three, "Three Races", club.Male)
	b.runner(four, "Four Races", club.Male)
	b.runner(five, "Five Races", club.Male)
	b.runner(constant, "Constant Clock", club.Male)
	b.runner(extreme, "Extreme Clock", club.Male)
	b.runner(onlyDNF, "Never Finished", club.Male)
	b.runner(unfolded, "José García", club.Male)
	b.runner(jagged, "100% O'Brien_(Tee)", club.Male)

	b.marathons(karabo, "Senior", "Gugulethu", around(250, 10)...)
	b.marathons(lethabo, "Senior", "Gugulethu", around(227, 10)...)
	b.marathons(bandile, "50+", "Gugulethu", around(271, 10)...)
	b.marathons(sixty, "40+", "Langa", around(240, 60)...)
	b.marathons(two, "Senior", "Langa", 240, 250)
	b.marathons(thandi1, "Junior", "Gugulethu", 200)
	b.marathons(thandi2, "60+", "Nyanga", 300, 310)
	b.marathons(secret, "Senior", "Langa", around(230, 5)...)
	b.marathons(three, "Senior", "Langa", 240, 250, 244)
	b.marathons(four, "Senior", "Langa", 240, 250, 244, 239)
	b.marathons(five, "Senior", "Langa", 240, 250, 244, 239, 247)
	b.marathons(constant, "Senior", "Langa", 240, 240, 240, 240, 240)
	for i, ms := range []club.FinishTime{1, 1_000_000_000_000_000, 7, 999_999_999_999, 60_000, 3} {
		held := club.Date{Year: 1000 + 1500*i, Month: 1, Day: 1}
		b.result(extreme, clubRace{"Extreme Marathon", held, 42_195}, club.Result{Net: ms})
	}
	b.result(onlyDNF, clubRace{"Peninsula Marathon", club.Date{Year: 2020, Month: 1, Day: 15}, 42_195},
		club.Result{Status: club.DidNotFinish})
	for i := range 5 {
		b.result(hostile, clubRace{markup, club.Date{Year: 2020, Month: 1, Day: 1}.AddDays(40 * i), 42_195},
			club.Result{Net: club.FinishTimeOfMinutes(240 + deviations[i]), Category: markup, Club: markup})
	}
	return b.Batch
}

var clubTemplate = querytest.NewTemplate(func(ctx context.Context, db *queries.DB) error {
	return querytest.LoadBatch(ctx, db, clubBatch())
})

// clubLocation names a database of the test's own that holds the club.
func clubLocation(t testing.TB, engine querytest.Engine) string {
	t.Helper()
	return clubTemplate.Location(t, engine)
}

// Who may sign in.
const (
	adminEmail    = "admin@example.org"
	disabledEmail = "gone@example.org"
	markupEmail   = "markup@example.org"
	password      = "canary-password correct horse"
)

var passwordHash = sync.OnceValues(func() (string, error) {
	return accounts.HashPassword(context.Background(), password)
})

func users(t testing.TB) []accounts.User {
	t.Helper()
	hash, err := passwordHash()
	if err != nil {
		t.Fatal(err)
	}
	return []accounts.User{
		{Email: adminEmail, Name: "Nomsa Admin", Role: accounts.Owner, PasswordHash: hash},
		{Email: markupEmail, Name: markup, Role: accounts.Viewer, PasswordHash: hash},
	}
}

func runnerPath(id int) string  { return fmt.Sprintf("/runners/%d", id) }
func predictPath(id int) string { return fmt.Sprintf("/predict?runner=%d", id) }
