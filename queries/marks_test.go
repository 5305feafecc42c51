package queries_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// boardBatch holds six runners over ten kilometres in two years, one of them
// hidden and one for another club.
func boardBatch() queries.Batch {
	day := func(year int, month time.Month) club.Date { return club.Date{Year: year, Month: month, Day: 14} }
	b := queries.Batch{
		Runners: []club.Runner{
			{ID: 1, Name: "Anele", Sex: club.Female, BirthDate: club.Date{Year: 1984, Month: 6, Day: 14}},
			{ID: 2, Name: "Busi", Sex: club.Female},
			{ID: 3, Name: "Cebo", Sex: club.Male, BirthDate: club.Date{Year: 2006, Month: 12, Day: 31}},
			{ID: 4, Name: "Dumi", Sex: club.Male},
			{ID: 5, Name: "Hidden", Sex: club.Female, Visibility: club.Hidden},
			{ID: 6, Name: "Elsewhere", Sex: club.Female},
		},
		Series: []club.Series{{ID: 1, Name: "Ten"}, {ID: 2, Name: "Other Ten"}},
		Races: []club.Race{
			{ID: 1, SeriesID: 1, HeldOn: day(2023, 6), Length: 10_000},
			{ID: 2, SeriesID: 1, HeldOn: day(2024, 6), Length: 10_000},
			{ID: 3, SeriesID: 2, HeldOn: day(2024, 9), Length: 10_000},
			{ID: 4, SeriesID: 2, HeldOn: day(2024, 10), Length: 10_000, ShortCourse: true},
			{ID: 5, SeriesID: 2, HeldOn: day(2024, 11), Length: 7_500},
		},
	}
	add := func(runner, race int64, minutes float64, category, clubName string) {
		b.Results = append(b.Results, club.Result{
			ID: int64(len(b.Results) + 1), RunnerID: runner, RaceID: race, Status: club.Finished,
			Net: club.FinishTimeOfMinutes(minutes), Category: category, Club: clubName, Counts: true,
		})
	}
	add(1, 1, 50, "", "RCS Gugulethu AC")
	add(1, 2, 45, "", " rcs gugulethu ac")
	add(1, 3, 46, "", "")
	add(2, 1, 47, "50-59", "RCS Gugulethu AC")
	add(2, 3, 46.5, "V50", "RCS Gugulethu AC")
	add(3, 2, 40, "", "")
	add(3, 4, 30, "", "")
	add(4, 3, 38, "Senior", "RCS Gugulethu AC")
	add(4, 5, 25, "Senior", "RCS Gugulethu AC")
	add(5, 1, 35, "Senior", "RCS Gugulethu AC")
	add(6, 2, 36, "Senior", "Celtic Harriers")
	b.Results = append(b.Results, club.Result{ID: 90, RunnerID: 2, RaceID: 2, Status: club.DidNotFinish})
	return b
}

func markWords(marks []queries.Mark) string {
	words := make([]string, len(marks))
	for i, m := range marks {
		words[i] = fmt.Sprintf("%s %s %s", m.Runner, m.Time, m.Category)
	}
	return strings.Join(words, ", ")
}

func TestFastest(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, boardBatch())
		women := queries.MarkFilter{Distance: "10k", Sex: club.Female}
		for _, test := range []struct {
			name   string
			change func(*queries.MarkFilter)
			want   string
		}{
			{"all", func(*queries.MarkFilter) {}, "Elsewhere 0:36:00 Senior, Anele 0:45:00 40-49, Busi 0:46:30 "},
			{"a year", func(f *queries.MarkFilter) { f.Year = 2023 }, "Busi 0:47:00 50-59, Anele 0:50:00 Senior"},
			{"a category", func(f *queries.MarkFilter) { f.Category = "40-49" }, "Anele 0:45:00 40-49"},
			{"a series", func(f *queries.MarkFilter) { f.Series = 2 }, "Anele 0:46:00 40-49, Busi 0:46:30 "},
			{"men", func(f *queries.MarkFilter) { f.Sex = club.Male }, "Dumi 0:38:00 Senior, Cebo 0:40:00 Junior"},
			{"no standard distance", func(f *queries.MarkFilter) { f.Sex, f.Distance = club.Male, "7500" }, "Dumi 0:25:00 Senior"},
		} {
			f := women
			test.change(&f)
			found, err := db.Fastest(t.Context(), f, 10)
			if got := markWords(found); err != nil || got != test.want {
				t.Errorf("%s: got %q, %v, want %q", test.name, got, err, test.want)
			}
		}
		if found, err := db.Fastest(t.Context(), women, 1); len(found) != 1 || err != nil {
			t.Errorf("at most one: got %d, %v", len(found), err)
		}
	})
}

func TestRecordsAndTheirHistory(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, boardBatch())
		if err := db.SetSettings(t.Context(), queries.Settings{Spellings: []string{" RCS Gugulethu AC "}}, anActor); err != nil {
			t.Fatal(err)
		}
		women := queries.MarkFilter{Distance: "10k", Sex: club.Female}
		of := func(category string) queries.MarkFilter {
			f := women
			f.Category = category
			return f
		}
		records, err := db.Records(t.Context(), []queries.MarkFilter{women, of("Junior"), of("40-49"), {Distance: "10k", Sex: club.Male}})
		var marks []queries.Mark
		for _, r := range records {
			marks = append(marks, r.Mark)
		}
		if len(records) == 3 && records[2].Filter != 3 {
			t.Errorf("the last is that of filter %d, want 3", records[2].Filter)
		}
		if got, want := markWords(marks), "Anele 0:45:00 40-49, Anele 0:45:00 40-49, Dumi 0:38:00 Senior"; err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		steps, err := db.RecordHistory(t.Context(), women)
		if got, want := markWords(steps), "Anele 0:45:00 40-49, Busi 0:47:00 50-59"; err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		run, err := db.RunDistances(t.Context())
		if err != nil || len(run) != 1 || run[0].Key != "10k" {
			t.Errorf("got %v, %v, want 10k alone", run, err)
		}
	})
}

func TestMostRacesAndMostImproved(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, boardBatch())
		for year, want := range map[int]string{0: "Anele 3, Busi 3, Cebo 2", 2023: "Anele 1, Busi 1", 1999: ""} {
			counts, err := db.MostRaces(t.Context(), year, 3)
			var got []string
			for _, c := range counts {
				got = append(got, fmt.Sprint(c.Runner, " ", c.Races))
			}
			if strings.Join(got, ", ") != want || err != nil {
				t.Errorf("%d: got %q, %v, want %q", year, got, err, want)
			}
		}
		improved, err := db.MostImproved(t.Context(), "10k", 2024, 10)
		if err != nil || len(improved) != 2 || improved[0].Runner != "Anele" || improved[0].Share() != 0.1 || improved[1].Runner != "Busi" {
			t.Errorf("got %+v, %v", improved, err)
		}
		if first, last, err := db.RacingYears(t.Context()); first != 2023 || last != 2024 || err != nil {
			t.Errorf("got %d to %d, %v", first, last, err)
		}
	})
}

// What is derived follows every change of a runner and of a result.
func TestBoardsFollowChanges(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, boardBatch())
		juniors := func(want string) {
			t.Helper()
			found, err := db.Fastest(t.Context(), queries.MarkFilter{Distance: "10k", Sex: club.Male, Category: "Junior"}, 10)
			if got := markWords(found); err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		}
		juniors("Cebo 0:40:00 Junior")
		cebo, err := db.Runner(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		cebo.BirthDate, cebo.Visibility = club.Date{}, club.Shown // although he ran as a junior
		if err := db.UpdateRunner(t.Context(), cebo, anActor); err != nil {
			t.Fatal(err)
		}
		juniors("")
		result, err := db.Result(t.Context(), 6)
		if err != nil {
			t.Fatal(err)
		}
		result.Category, result.CategoryPosition = "Junior", 4
		if err := db.UpdateResult(t.Context(), result, anActor); err != nil {
			t.Fatal(err)
		}
		juniors("Cebo 0:40:00 Junior")
		if kept, err := db.Result(t.Context(), 6); err != nil || kept.CategoryPosition != 4 {
			t.Errorf("got %+v, %v", kept, err)
		}
		if _, err := db.DeleteResult(t.Context(), 6, 2, anActor); err != nil {
			t.Fatal(err)
		}
		juniors("")
	})
}

// The categories of boards are those of the package club.
func TestMarksAreInTheCategoryOfTheDay(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	day := func(first, last int) club.Date {
		return club.Date{Year: first, Month: 1, Day: 1}.AddDays(random.IntN(365 * (last - first)))
	}
	b := queries.Batch{Series: []club.Series{{ID: 1, Name: "Ten"}}}
	want := map[string]string{}
	for i := range int64(200) {
		runner := club.Runner{ID: i + 1, Name: fmt.Sprint("Runner ", i), Sex: club.Female, BirthDate: day(1930, 2010)}
		race := club.Race{ID: i + 1, SeriesID: 1, HeldOn: day(2015, 2026), Length: club.Metres(5_000 + i)}
		if i%4 == 0 { // on the birthday
			race.HeldOn = club.Date{Year: 2020, Month: runner.BirthDate.Month, Day: min(runner.BirthDate.Day, 28)}
			runner.BirthDate.Day = race.HeldOn.Day
		}
		b.Runners, b.Races = append(b.Runners, runner), append(b.Races, race)
		b.Results = append(b.Results, club.Result{ID: i + 1, RunnerID: i + 1, RaceID: i + 1, Status: club.Finished, Net: 1000})
		want[runner.Name] = club.Category(runner.BirthDate, race.HeldOn)
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, b)
		seen := 0
		for length := range 200 {
			distance := fmt.Sprint(5_000 + length)
			if d, standard := club.DistanceOf(club.Metres(5_000 + length)); standard {
				distance = d.Key
			}
			found, err := db.Fastest(t.Context(), queries.MarkFilter{Distance: distance, Sex: club.Female, Series: 1}, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range found {
				seen++
				if m.Category != want[m.Runner] {
					t.Errorf("%s: got %q, want %q", m.Runner, m.Category, want[m.Runner])
				}
			}
		}
		if seen < 200 {
			t.Errorf("only %d marks were seen", seen)
		}
	})
}

func TestSettingsAreVersioned(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		settings, err := db.Settings(t.Context())
		if err != nil || settings.Version != 0 || !settings.Shows(queries.RecordBoard) || settings.Category("Senior") != "Senior" {
			t.Errorf("a new site has %+v, %v", settings, err)
		}
		settings.Off = map[queries.Board]bool{queries.MostBoard: true}
		settings.Categories = map[string]string{"40-49": "Veteran"}
		if err := db.SetSettings(t.Context(), settings, anActor); err != nil {
			t.Fatal(err)
		}
		if err := db.SetSettings(t.Context(), settings, anActor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("got %v, want ErrStale", err)
		}
		settings, err = db.Settings(t.Context())
		if err != nil || settings.Version != 1 || settings.Shows(queries.MostBoard) || settings.Category("40-49") != "Veteran" {
			t.Errorf("got %+v, %v", settings, err)
		}
		if log, _, err := db.AuditLog(t.Context(), queries.AuditFilter{Kind: "settings"}, 1); len(log) != 1 || err != nil {
			t.Errorf("%d deeds are in the audit log, %v", len(log), err)
		}
	})
}

// The history of a record is what one finds who goes through all finishes by
// date, and of one day and of equal times takes the first.
func TestTheHistoryOfARecordIsTheBestYetOfEachDay(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	batch := queries.Batch{Series: []club.Series{{ID: 1, Name: "Bay Run"}}}
	var want []string
	best := club.FinishTime(0)
	for day := range int64(40) {
		held := club.Date{Year: 2020, Month: 1, Day: 1}.AddDays(int(day) * 7)
		batch.Races = append(batch.Races, club.Race{ID: day + 1, SeriesID: 1, HeldOn: held, Length: 10_000})
		fastest := best
		for range 5 {
			id := int64(len(batch.Runners) + 1)
			net := club.FinishTime(2_000+random.IntN(60)-int(day)) * 1000
			hidden := random.IntN(4) == 0
			runner := club.Runner{ID: id, Name: fmt.Sprint("Runner ", id), Sex: club.Female, BirthDate: club.Date{Year: 1980, Month: 1, Day: 1}}
			if hidden {
				runner.Visibility = club.Hidden
			} else if fastest == 0 || net < fastest {
				fastest = net
			}
			batch.Runners = append(batch.Runners, runner)
			batch.Results = append(batch.Results, club.Result{ID: id, RunnerID: id, RaceID: day + 1, Status: club.Finished, Net: net})
		}
		if fastest != best {
			best = fastest
			want = append(want, fmt.Sprint(held, " ", best))
		}
	}
	slices.Reverse(want)
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		querytest.Load(t, db, batch)
		steps, err := db.RecordHistory(t.Context(), queries.MarkFilter{Distance: "10k", Sex: club.Female})
		var got []string
		for _, step := range steps {
			got = append(got, fmt.Sprint(step.HeldOn, " ", step.Time))
		}
		if !slices.Equal(got, want) || err != nil || len(want) < 5 {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	})
}
