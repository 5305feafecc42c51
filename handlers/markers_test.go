package handlers_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// R030: many visitors at once, each with a word of their own in the address, a
// form, a header and a cookie: nobody meets the word of somebody else.
func TestNobodyMeetsTheWordsOfOthers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		const visitors, rounds = 20, 8
		word := func(i int) string { return fmt.Sprintf("word%02dword", i) }
		var group sync.WaitGroup
		for i := range visitors {
			b := s.browser(t, "X-Word: "+word(i), "Cookie: other="+word(i))
			group.Go(func() {
				for range rounds {
					form := url.Values{"email": {word(i) + "@example.org"}, "password": {"wrong"}, "next": {"/runners?q=" + word(i)}}
					for name, a := range map[string]answer{
						"search":   b.get("/runners?q=" + word(i)),
						"fragment": b.fragment("/predict?q=" + word(i)),
						"nowhere":  b.get("/nowhere/" + word(i)),
						"a form":   b.post("/login", form),
						"login":    b.get("/login?next=/runners/" + word(i)),
					} {
						whole := a.body + fmt.Sprint(a.header)
						for other := range visitors {
							if other != i && strings.Contains(whole, word(other)) {
								t.Errorf("%s: %s meets %s", name, word(i), word(other))
							}
						}
						if (name == "search" || name == "fragment") && !strings.Contains(whole, word(i)) {
							t.Errorf("%s: %s does not meet its own word", name, word(i))
						}
					}
				}
			})
		}
		group.Wait()
		for _, record := range s.log.lines("request") {
			if strings.Contains(fmt.Sprint(record), "word") {
				t.Errorf("the log keeps what was asked for: %v", record)
			}
		}
	})
}
