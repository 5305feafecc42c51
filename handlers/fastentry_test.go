package handlers_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
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
