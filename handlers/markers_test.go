package handlers_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var anyWord = regexp.MustCompile(`word\d{3}word`)

// R030: many visitors at once, each with a word of their own in the address, a
// form, a header and a cookie: nobody meets the word of somebody else.
func TestNobodyMeetsTheWordsOfOthers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		visitors, end := 20, func(round int, _ time.Time) bool { return round == 8 }
		if timed() {
			visitors, end = 200, func(_ int, begun time.Time) bool { return time.Since(begun) > time.Minute }
		}
		begun := time.Now()
		word := func(i int) string { return fmt.Sprintf("word%03dword", i) }
		var group sync.WaitGroup
		for i := range visitors {
			b := s.browser(t, "X-Word: "+word(i), "Cookie: other="+word(i))
			group.Go(func() {
				for round := 0; !end(round, begun); round++ {
					form := url.Values{"email": {word(i) + "@example.org"}, "password": {"wrong"}, "next": {"/runners?q=" + word(i)}}
					for name, a := range map[string]answer{
						"search":   b.get("/runners?q=" + word(i)),
						"fragment": b.fragment("/predict?q=" + word(i)),
						"nowhere":  b.get("/nowhere/" + word(i)),
						"a form":   b.post("/login", form),
						"login":    b.get("/login?next=/runners/" + word(i)),
					} {
						whole := a.body + fmt.Sprint(a.header)
						for _, met := range anyWord.FindAllString(whole, -1) {
							if met != word(i) {
								t.Errorf("%s: %s meets %s", name, word(i), met)
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
		for table, rows := range s.stored(t) {
			for _, row := range rows {
				met := anyWord.FindAllString(row, -1)
				slices.Sort(met)
				if len(slices.Compact(met)) > 1 {
					t.Errorf("%s: several met in %s", table, row)
				}
			}
		}
		for _, record := range s.log.lines("request") {
			if strings.Contains(fmt.Sprint(record), "word") {
				t.Errorf("the log keeps what was asked for: %v", record)
			}
		}
	})
}
