package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"runnerdb/club"
	"runnerdb/queries"
)

// Two officials enter the same new name at once: one runner comes of it, and
// the other official is asked who is meant.
func TestANewNameEnteredTwiceAtOnceIsOneRunner(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for _, race := range []string{"/admin/races/1", "/admin/races/2"} {
			name := "Entered Twice " + race[len(race)-1:]
			var answers [6]answer
			var wg sync.WaitGroup
			for i := range answers {
				b := s.keeper(t)
				form := b.get(race)
				wg.Go(func() {
					answers[i] = submit(b, form, race, url.Values{"runner": {name}, "who": {"new"}, "time": {"4:41:00"}})
				})
			}
			wg.Wait()
			saved := 0
			for _, a := range answers {
				switch a.status {
				case http.StatusSeeOther:
					saved++
				case http.StatusUnprocessableEntity:
				default:
					t.Errorf("got %d: %s", a.status, a.text(t))
				}
			}
			found, err := s.db.RunnersNamed(t.Context(), name)
			if saved != 1 || err != nil || len(found) != 1 || found[0].Races != 1 {
				t.Errorf("%d saved; got %+v, %v", saved, found, err)
			}
		}
	})
}

// A name that more runners have than there is room for in the list can still be
// given to a new one.
func TestOneMoreOfManyNamesakesIsEntered(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for range 9 {
			if _, err := s.db.CreateRunner(t.Context(), club.Runner{Name: "Common Name"}, queries.AtCommandLine(s.clock.now())); err != nil {
				t.Fatal(err)
			}
		}
		b := s.keeper(t)
		asked := submit(b, b.get("/admin/races/1"), "/admin/races/1", url.Values{"runner": {"Common Name"}, "time": {"4:41:00"}})
		if asked.status != http.StatusUnprocessableEntity {
			t.Fatalf("got %d, want to be asked who it is", asked.status)
		}
		entered := submit(b, asked, "/admin/races/1", url.Values{"who": {"new"}})
		found, err := s.db.Namesakes(t.Context(), "common name")
		if entered.status != http.StatusSeeOther || err != nil || len(found) != 10 {
			t.Errorf("got %d: %s; %d namesakes, %v", entered.status, entered.doc(t).Find(".problem").Text(), len(found), err)
		}
		again := submit(b, asked, "/admin/races/1", url.Values{"who": {"new"}})
		if again.status != http.StatusUnprocessableEntity || !strings.Contains(again.text(t), "was added a moment ago") {
			t.Errorf("sent once more: got %d, want to be told that it is stored", again.status)
		}
	})
}
