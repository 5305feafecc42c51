package club_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
)

// ran returns a race with a time in minutes, 0 for one not finished.
func ran(id int64, year int, length club.Metres, minutes float64) club.Performance {
	p := club.Performance{
		Result: club.Result{ID: id, RaceID: id, Status: club.Finished, Net: club.FinishTimeOfMinutes(minutes)},
		Race:   club.Race{ID: id, SeriesID: int64(length), Name: fmt.Sprintf("Race over %s", length), HeldOn: day(year, 5, 1), Length: length},
	}
	if minutes == 0 {
		p.Result.Status = club.DidNotFinish
	}
	return p
}

func someCareer() []club.Performance {
	short := ran(8, 2021, 10_000, 30)
	short.Race.ShortCourse = true
	out := ran(9, 2022, 10_000, 20)
	out.Result.Status = club.Disqualified
	return []club.Performance{
		ran(1, 2019, 10_000, 52),
		ran(2, 2020, 10_000, 49),
		ran(3, 2020, 10_000, 50),
		ran(4, 2021, 10_000, 49),
		ran(5, 2021, 42_195, 0),
		ran(6, 2021, 42_195, 250),
		ran(7, 2021, 7_777, 20),
		short, out,
	}
}

func TestCareer(t *testing.T) {
	performances := someCareer()
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(performances), func(i, j int) {
		performances[i], performances[j] = performances[j], performances[i]
	})
	career := club.CareerOf(performances)
	wantHonours := map[int64]club.Honour{
		1: club.SeasonBest, 2: club.PersonalBest, 4: club.SeasonBest,
	}
	if diff := cmp.Diff(wantHonours, career.Honours); diff != "" {
		t.Errorf("honours: %s", diff)
	}
	var bests, seasons []string
	for _, b := range career.Bests {
		bests = append(bests, fmt.Sprintf("%s %s in race %d of %d", b.Distance.Key, b.Result.Time(), b.Race.ID, b.Finishes))
	}
	if got, want := strings.Join(bests, ", "), "10k 0:49:00 in race 2 of 4, 42k 4:10:00 in race 6 of 1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, s := range career.Seasons {
		seasons = append(seasons, fmt.Sprintf("%d: %d races, %d m, 10k %s", s.Year, s.Started, int(s.Metres), s.Bests["10k"].Result.Time()))
	}
	want := "2022: 1 races, 0 m, 10k 0:00:00; 2021: 5 races, 69972 m, 10k 0:49:00; 2020: 2 races, 20000 m, 10k 0:49:00; 2019: 1 races, 10000 m, 10k 0:52:00"
	if got := strings.Join(seasons, "; "); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestMilestones(t *testing.T) {
	performances := someCareer()
	for i := range 7 {
		performances = append(performances, ran(int64(20+i), 2023+i, 56_000, 400-20*float64(i)))
	}
	var got []string
	for _, m := range club.CareerOf(performances).Milestones {
		got = append(got, fmt.Sprintf("%d %s", m.Race.HeldOn.Year, m.Words))
	}
	want := []string{
		"2029 First sub 5:00:00 over 56 km", "2026 First sub 6:00:00 over 56 km", "2025 10 races finished",
		"2023 First 56 km race", "2021 First sub 4:30:00 over 42.2 km", "2021 First marathon",
		"2020 First sub 0:50:00 over 10 km", "2019 First sub 1:00:00 over 10 km",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTenthOfASeries(t *testing.T) {
	var performances []club.Performance
	for i := range 12 {
		performances = append(performances, ran(int64(i+1), 2000+i, 7_000, 40))
	}
	milestones := club.CareerOf(performances).Milestones
	if len(milestones) != 2 || milestones[0].Words != "10th Race over 7 km" || milestones[0].Race.HeldOn.Year != 2009 {
		t.Errorf("got %+v", milestones)
	}
}

func TestOrdinal(t *testing.T) {
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 111: "111th", 122: "122nd"} {
		if got := club.Ordinal(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
