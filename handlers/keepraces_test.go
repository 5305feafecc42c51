package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestRacesAreChangedAndDeleted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		one, two := s.keeper(t), s.keeper(t)
		race := newRace(t, one, "Gugulethu 10", "2026-05-17", "10")
		submit(one, one.get(race), race, url.Values{"runner": {"karabo kh"}, "time": {"45:00"}}, hx)
		forms := []answer{one.fragment(race + "/edit"), two.fragment(race + "/edit")}
		for field, value := range map[string]string{"name": "", "held": "2999-01-01", "length": "-1"} {
			a := submit(one, forms[0], race+"/edit", url.Values{field: {value}}, hx)
			if a.status != http.StatusUnprocessableEntity || a.doc(t).Find("[id$='-"+field+"-problem']").Length() != 1 {
				t.Errorf("%s=%q: got %d, want 422 and words at the field", field, value, a.status)
			}
		}
		first := submit(one, forms[0], race+"/edit", url.Values{"name": {"Gugulethu Ten"}, "held": {"2026-05-24"}}, hx)
		if first.status != http.StatusOK || records(t, first)[0] != "Gugulethu Ten" || !strings.Contains(first.body, "Saved Gugulethu Ten.") {
			t.Fatalf("the first: got %d %s", first.status, first.body)
		}
		if got := two.get("/admin/runners/1").text(t); !strings.Contains(got, "24 May 2026") {
			t.Errorf("the runner's last race is still another: %s", got)
		}
		late := submit(two, forms[1], race+"/edit", url.Values{"length": {"12"}}, hx)
		words := strings.Join(late.doc(t).Find("tbody td, tbody th").Map(text), " ")
		if late.status != http.StatusConflict || !strings.Contains(words, "Name Gugulethu Ten Gugulethu 10") || !strings.Contains(words, "Distance in km 10 12") {
			t.Errorf("the second: got %d %q, want 409 and both versions", late.status, words)
		}
		undone := submit(one, first, "/admin/restore", nil, hx)
		if at := undone.header.Get("HX-Redirect"); undone.status != http.StatusNoContent || strings.Join(records(t, one.get(at)), "") != "Gugulethu 10" {
			t.Errorf("undo: got %d to %q", undone.status, at)
		}
		if history := one.get(race + "/history").text(t); !strings.Contains(history, "Gugulethu Ten") || !strings.Contains(history, adminEmail) {
			t.Errorf("the history does not say who changed what: %s", history)
		}

		stored := fmt.Sprint(s.stored(t)["results"])
		ask := one.fragment(race + "/delete")
		if !strings.Contains(ask.body, "1 result") {
			t.Errorf("what goes with the race is not said: %s", ask.body)
		}
		stale := submit(one, ask, race+"/delete", url.Values{"version": {"1"}}, hx)
		if stale.status != http.StatusConflict || !strings.Contains(stale.body, "Somebody else changed it meanwhile") {
			t.Errorf("deleted as of another version: got %d %s", stale.status, stale.body)
		}
		gone := submit(one, ask, race+"/delete", nil)
		if gone.status != http.StatusSeeOther || one.get(race).status != http.StatusNotFound {
			t.Fatalf("delete: got %d", gone.status)
		}
		if back := submit(one, one.get(gone.header.Get("Location")), "/admin/restore", nil); back.status != http.StatusSeeOther || one.get(race).status != http.StatusOK {
			t.Errorf("restore: got %d", back.status)
		}
		if got := fmt.Sprint(s.stored(t)["results"]); got != stored {
			t.Error("the results that are back are not those that went")
		}
	})
}

// At half past ten in the evening in Greenwich the club's next day has begun,
// and its races may be entered, wherever the server stands.
func TestTheDayIsTheClubs(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	evening := s.clock.now().UTC().Truncate(24 * time.Hour).Add(22*time.Hour + 30*time.Minute)
	s.clock.forward(time.Until(evening))
	b := s.keeper(t)
	for days, want := range map[int]int{1: http.StatusSeeOther, 2: http.StatusUnprocessableEntity} {
		held := evening.AddDate(0, 0, days).Format(time.DateOnly)
		a := submit(b, b.get("/admin/races"), "/admin/races", url.Values{"name": {"Midnight Run"}, "held": {held}, "length": {"10"}})
		if a.status != want {
			t.Errorf("a race on %s, entered at %s: got %d, want %d", held, evening, a.status, want)
		}
	}
}

func TestASeriesIsRenamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		first := newRace(t, b, "Gugulethu 10", "2025-05-18", "10")
		second := newRace(t, b, "Gugulethu 10", "2026-05-17", "10")
		newRace(t, b, "Peninsula", "2026-05-17", "10")
		page := b.get(first + "/history")
		for name, want := range map[string]string{"": "Write the race’s name", "Peninsula": "Other races have this name already"} {
			if a := submit(b, page, first+"/rename", url.Values{"name": {name}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), want) {
				t.Errorf("%q: got %d %s, want 422 and %q", name, a.status, a.text(t), want)
			}
		}
		renamed := submit(b, page, first+"/rename", url.Values{"name": {"Gugulethu Ten"}})
		if renamed.status != http.StatusSeeOther {
			t.Fatalf("got %d", renamed.status)
		}
		if got := b.get(second).doc(t).Find("h1").Text(); got != "Gugulethu Ten" {
			t.Errorf("the other year is called %q", got)
		}
		if again := submit(b, page, first+"/rename", url.Values{"name": {"X"}}); again.status != http.StatusConflict {
			t.Errorf("renamed from an old page: got %d, want 409", again.status)
		}
		if undone := submit(b, b.get(renamed.header.Get("Location")), "/admin/restore", nil); undone.status != http.StatusSeeOther {
			t.Errorf("undo: got %d", undone.status)
		}
		if got := b.get(second).doc(t).Find("h1").Text(); got != "Gugulethu 10" {
			t.Errorf("undone, the other year is called %q", got)
		}
	})
}
