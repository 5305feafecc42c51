package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// R096: addresses end up in browsers' histories and in the logs of routers. What
// we redirect to names runners by number, whatever is done with a hidden one.
func TestNoAddressNamesAHiddenRunner(t *testing.T) {
	t.Parallel()
	for kind, headers := range map[string][]string{"plain": nil, "htmx": {hx}} {
		t.Run(kind, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *site) { keepSecret(t, s, headers) })
		})
	}
}

func keepSecret(t *testing.T, s *site, headers []string) {
	t.Helper()
	b := s.keeper(t)
	record := fmt.Sprintf("/admin/runners/%d", secret)
	post := func(action string, form url.Values) answer {
		t.Helper()
		a := b.post(action, form, headers...)
		if a.status >= http.StatusBadRequest {
			t.Fatalf("%s: got %d: %s", action, a.status, a.text(t))
		}
		for _, header := range []string{"Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"} {
			if got := a.header.Get(header); strings.Contains(strings.ToLower(got), "secret") || strings.Contains(got, "Pair") {
				t.Errorf("%s: %s is %q", action, header, got)
			}
		}
		if next := a.header.Get("Location") + a.header.Get("HX-Redirect"); next != "" {
			a = b.get(next)
		}
		return a
	}
	send := func(from answer, action string, fields url.Values) answer {
		t.Helper()
		return post(action, from.fill(t, action, fields))
	}
	const undo = "/admin/restore"
	saved := send(b.get(record+"/edit"), record, url.Values{"name": {"Secret Walker"}})
	undone := send(saved, undo, nil)
	if got := undone.text(t); !strings.Contains(got, "Secret Runner") || !strings.Contains(got, "Undone.") {
		t.Errorf("undone: %s", got)
	}
	gone := send(b.get(record+"/delete"), record+"/delete", nil)
	if got := send(gone, undo, nil).text(t); !strings.Contains(got, "Secret Runner") || !strings.Contains(got, "It is back.") {
		t.Errorf("restored: %s", got)
	}
	for _, name := range []string{"Secret Pair", "Secret Paar"} {
		added := send(b.get("/admin/runners"), "/admin/runners", url.Values{"name": {name}, "visibility": {"hidden"}})
		if !strings.Contains(added.text(t), "Added.") {
			t.Errorf("added: %s", added.text(t))
		}
	}
	list := b.get("/admin/runners?sort=new")
	var ids [2]string
	for i := range ids {
		ids[i], _ = list.doc(t).Find("input[name=id]").Eq(i).Attr("value")
	}
	both := send(list, "/admin/runners/bulk", url.Values{"action": {"merge"}, "id": ids[:]})
	way := url.Values{}
	both.doc(t).Find("form[action='/admin/merge']").First().Find("input").Each(func(_ int, input *goquery.Selection) {
		way.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	merged := post("/admin/merge", way)
	if got := merged.text(t); !strings.Contains(got, "Merged: they are one runner now.") {
		t.Errorf("merged: %s", got)
	}
	send(merged, undo, nil)
	send(b.get(record+"/contact"), record+"/contact", url.Values{"phone": {"082 123 4567"}})
	list = b.get("/admin/runners?sort=new")
	send(list, "/admin/runners/bulk", url.Values{"action": {"show"}, "id": {list.doc(t).Find("input[name=id]").AttrOr("value", "")}})
	send(b.get(record+"/erase"), record+"/erase", url.Values{"name": {"Secret Runner"}})
}
