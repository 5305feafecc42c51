package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
)

// R089: pages, sizes and orders that are not there are refused, or the nearest
// that are; nothing fails.
func TestPagesAndOrdersAreBounded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		odd := []string{"1000000000", "9223372036854775807", "99999999999999999999", "-1", "0", "1e3", "x", "", " 1", "1;", "NaN", "name; DROP TABLE runners"}
		for _, path := range []string{
			"/runners", "/races/1", "/records", "/boards", "/compare", "/races/1/predictions", "/api/v1/search?q=k", "/api/v1/races/1", "/api/v1/boards",
			"/admin/runners", "/admin/races", "/admin/results", "/admin/users", "/admin/audit", "/admin/jobs", "/admin/bin", "/admin/duplicates",
		} {
			u, err := url.Parse(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"page", "size", "sort", "order", "limit", "offset", "after", "distance", "year"} {
				for _, value := range odd {
					query := u.Query()
					query.Set(name, value)
					address := u.Path + "?" + query.Encode()
					switch a := b.get(address); {
					case a.status == http.StatusOK, a.status == http.StatusBadRequest, a.status == http.StatusNotFound, a.status == http.StatusUnprocessableEntity:
					case a.status >= 300 && a.status < 400:
					default:
						t.Errorf("%s: got %d", address, a.status)
					}
				}
			}
		}
	})
}
