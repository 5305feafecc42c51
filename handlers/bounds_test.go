package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// R089: pages, sizes and orders that are not there are refused, or the nearest
// that are; nothing fails, and no answer is longer for it. make test-faults says
// how long they take.
func TestPagesAndOrdersAreBounded(t *testing.T) {
	if !timed() {
		t.Parallel() // what is timed runs by itself
	}
	const mostRows = 100
	onBoth(t, func(t *testing.T, s *site) {
		fillOdd(t, s)
		b := s.browser(t)
		b.signIn()
		slowest := time.Duration(0)
		odd := []string{"1000000000", "9223372036854775807", "99999999999999999999", "-1", "0", "1e3", "x", "", " 1", "1;", "NaN", "name; DROP TABLE runners"}
		for at, path := range []string{
			"/runners", "/races/1", "/records", "/boards", "/compare", "/races/1/predictions", "/api/v1/search?q=z", "/api/v1/races/1", "/api/v1/boards",
			"/admin/runners", "/admin/races", "/admin/results", "/admin/users", "/admin/audit", "/admin/jobs", "/admin/bin", "/admin/duplicates",
		} {
			u, err := url.Parse(path)
			if err != nil {
				t.Fatal(err)
			}
			for of, name := range []string{"page", "size", "sort", "order", "limit", "offset", "after", "distance", "year"} {
				for i, value := range odd {
					if !timed() && (at+of+i)%3 != 0 {
						continue
					}
					query := u.Query()
					query.Set(name, value)
					address := u.Path + "?" + query.Encode()
					start := time.Now()
					a := b.get(address)
					slowest = max(slowest, time.Since(start))
					if rows := a.doc(t).Find("li.record, table tbody tr, ul.hits li").Length(); rows > mostRows {
						t.Errorf("%s: got %d rows", address, rows)
					}
					switch {
					case a.status == http.StatusOK, a.status == http.StatusBadRequest, a.status == http.StatusNotFound, a.status == http.StatusUnprocessableEntity:
					case a.status >= 300 && a.status < 400:
					default:
						t.Errorf("%s: got %d", address, a.status)
					}
				}
			}
		}
		t.Logf("the slowest took %v", slowest)
		if timed() && slowest > 300*time.Millisecond {
			t.Errorf("the slowest took %v", slowest)
		}
	}, emptied)
}
