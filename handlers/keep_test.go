package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// keeper is signed in as an editor.
func (s *site) keeper(t *testing.T) *browser {
	t.Helper()
	b := s.browser(t)
	b.signIn()
	return b
}

// submit sends a form of a page with some fields filled in.
func submit(b *browser, a answer, action string, fields url.Values, headers ...string) answer {
	b.t.Helper()
	form := a.fill(b.t, action, fields)
	return b.post(action, form, headers...)
}

func records(t *testing.T, a answer) []string {
	t.Helper()
	return a.doc(t).Find(".record-name").Map(text)
}

const hx = "HX-Request: true"

func TestKeepRunnersLists(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		page := b.get("/admin/runners")
		if page.status != http.StatusOK || !strings.Contains(page.body, "Secret Runner") || !strings.Contains(page.body, "canary-licence") {
			t.Errorf("got %d; want hidden runners and licences, too", page.status)
		}
		for path, want := range map[string]string{
			"/admin/runners?q=thandi":                         "Thandi Mokoena, Thandi Mokoena",
			"/admin/runners?shown=hidden":                     "Secret Runner",
			"/admin/runners?q=races&sort=races":               "Sixty Races, Five Races, Four Races, Three Races, Two Races",
			"/admin/runners?q=races&sort=x&shown=y":           "Five Races, Four Races, Sixty Races, Three Races, Two Races",
			"/admin/runners?q=%25&page=1000000000":            "",
			"/admin/runners?q=100%25":                         "100% O'Brien_(Tee)",
			"/admin/runners?q=secret&shown=visible":           "",
			"/admin/runners?q=" + url.QueryEscape("' OR 1=1"): "",
		} {
			for _, a := range []answer{b.get(path), b.fragment(path)} {
				if got := strings.Join(records(t, a), ", "); got != want || a.status != http.StatusOK {
					t.Errorf("%s: got %d %q, want %q", path, a.status, got, want)
				}
			}
		}
	})
}

func TestKeepRunnersAdds(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		list := b.get("/admin/runners")
		for field, value := range map[string]string{"name": " ", "born": "yesterday", "aliases": strings.Repeat("ab", 300)} {
			fields := url.Values{"name": {"Nomsa Mthembu"}, "sex": {"F"}, "licence": {"WPA 1"}}
			fields.Set(field, value)
			a := submit(b, list, "/admin/runners", fields)
			if a.status != http.StatusUnprocessableEntity || a.doc(t).Find("#new-"+field+"-problem").Length() != 1 {
				t.Errorf("%s=%q: got %d, want 422 and words at the field", field, value, a.status)
			}
			if field != "name" && a.doc(t).Find("#new-name").AttrOr("value", "") != "Nomsa Mthembu" {
				t.Errorf("%s: what was typed is lost", field)
			}
		}
		a := submit(b, list, "/admin/runners", url.Values{"name": {"  Nomsa   Mthembu "}, "born": {"1990-10-30"}, "sex": {"F"}, "aliases": {"Nomsa Xaba, Nommie"}})
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/admin/runners?sort=new") {
			t.Fatalf("got %d to %q", a.status, a.header.Get("Location"))
		}
		if page := b.get(a.header.Get("Location")); records(t, page)[0] != "Nomsa Mthembu" || !strings.Contains(page.body, "Added.") {
			t.Errorf("the new runner is not at the top: %q", records(t, page))
		}
		young := submit(b, list, "/admin/runners", url.Values{"name": {"Young Talent"}, "born": {fmt.Sprint(s.clock.now().Year()-10, "-06-01")}})
		if page := b.get(young.header.Get("Location")); !strings.Contains(page.body, "hidden: who is under 18") {
			t.Errorf("a child is not hidden: %d", young.status)
		}
		if got := names(t, s.browser(t).fragment("/runners?q=young+talent")); len(got) != 0 {
			t.Errorf("a child is found: %q", got)
		}
		if got := names(t, s.browser(t).fragment("/runners?q=nommie")); len(got) != 1 || got[0] != "Nomsa Mthembu" {
			t.Errorf("the new runner is not found: %q", got)
		}
	})
}

// Two open the same runner; the second to save sees both versions, and nothing
// is lost.
func TestKeepRunnersConflict(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		one, two := s.keeper(t), s.keeper(t)
		forms := []answer{one.fragment("/admin/runners/1/edit"), two.fragment("/admin/runners/1/edit")}
		first := submit(one, forms[0], "/admin/runners/1", url.Values{"name": {"Karabo Dube"}}, hx)
		if first.status != http.StatusOK || records(t, first)[0] != "Karabo Dube" || !strings.Contains(first.body, "Saved Karabo Dube.") {
			t.Fatalf("the first: got %d %s", first.status, first.body)
		}
		second := submit(two, forms[1], "/admin/runners/1", url.Values{"name": {"Karabo Zulu"}, "licence": {"WPA 9"}}, hx)
		words := strings.Join(second.doc(t).Find("tbody td, tbody th").Map(text), " ")
		if second.status != http.StatusConflict || !strings.Contains(words, "Name Karabo Dube Karabo Zulu") || !strings.Contains(words, "Licence canary-licence WPA 9") {
			t.Errorf("the second: got %d %q, want 409 and both versions", second.status, words)
		}
		if runner, err := s.db.AnyRunner(t.Context(), 1); err != nil || runner.Name != "Karabo Dube" || runner.Licence != "canary-licence" {
			t.Errorf("the first one's change was overwritten: %+v, %v", runner, err)
		}
		if third := submit(two, second, "/admin/runners/1", nil, hx); third.status != http.StatusOK || records(t, third)[0] != "Karabo Zulu" {
			t.Errorf("saved all the same: got %d %q", third.status, records(t, third))
		}
	})
}

func TestKeepRunnersUndo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		before, err := s.db.AnyRunner(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		saved := submit(b, b.fragment("/admin/runners/1/edit"), "/admin/runners/1", url.Values{"name": {"Karabo Dube"}, "visibility": {"hidden"}}, hx)
		if history := b.get("/admin/runners/1").text(t); !strings.Contains(history, "Karabo Khumalo") || !strings.Contains(history, "Karabo Dube") || !strings.Contains(history, adminEmail) {
			t.Errorf("the history does not say who changed what: %s", history)
		}
		if undone := submit(b, saved, "/admin/restore", nil, hx); undone.status != http.StatusNoContent || undone.header.Get("HX-Redirect") == "" {
			t.Fatalf("undo: got %d", undone.status)
		}
		if again := submit(b, saved, "/admin/restore", nil); again.status != http.StatusConflict {
			t.Errorf("undone twice: got %d, want 409", again.status)
		}
		ask := b.fragment("/admin/runners/1/delete")
		if !strings.Contains(ask.body, "10 results") {
			t.Errorf("what goes with the runner is not said: %s", ask.body)
		}
		stored := s.stored(t)["results"]
		gone := submit(b, ask, "/admin/runners/1/delete", nil)
		if gone.status != http.StatusSeeOther || b.get("/runners/1").status != http.StatusNotFound {
			t.Fatalf("delete: got %d", gone.status)
		}
		page := b.get(gone.header.Get("Location"))
		if back := submit(b, page, "/admin/restore", nil); back.status != http.StatusSeeOther {
			t.Fatalf("restore: got %d", back.status)
		}
		after, err := s.db.AnyRunner(t.Context(), 1)
		if after.Version = before.Version; err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("got %+v, %v, want %+v", after, err, before)
		}
		if got := s.stored(t)["results"]; fmt.Sprint(got) != fmt.Sprint(stored) {
			t.Error("the results that are back are not those that went")
		}
		if a := b.get("/admin/bin"); strings.Contains(a.body, "Karabo") {
			t.Error("who is back lies in the bin, too")
		}
	})
}

func TestKeepRunnersBulk(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		list := b.get("/admin/runners?q=thandi")
		bulk := func(action string, ids ...string) answer {
			return submit(b, list, "/admin/runners/bulk", url.Values{"action": {action}, "id": ids})
		}
		if a := bulk("hide", "7.1", "8.1", "999.1"); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/admin/runners?count=2&done=bulk&q=thandi&undo-batch=") {
			t.Errorf("got %d to %q", a.status, a.header.Get("Location"))
		}
		if got := names(t, s.browser(t).fragment("/runners?q=thandi")); len(got) != 0 {
			t.Errorf("hidden runners are found: %q", got)
		}
		bulk("show", "7.2", "8.2")
		bulk("delete", "7.3")
		if got := names(t, s.browser(t).fragment("/runners?q=thandi")); len(got) != 1 {
			t.Errorf("got %q, want the one that was not deleted", got)
		}
		if a := bulk("explode", "8.3"); a.status != http.StatusBadRequest {
			t.Errorf("an unknown action: got %d, want 400", a.status)
		}
	})
}

// R061, R051: who may not, can't; and nobody can without the form.
func TestKeepingNeedsARole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		viewer := s.browser(t)
		viewer.trySignIn(markupEmail, password)
		before := fmt.Sprint(s.stored(t)["runners"])
		for _, path := range []string{"/admin/runners/1/edit", "/admin/runners/1/delete", "/admin/bin"} {
			for _, a := range []answer{viewer.get(path), viewer.fragment(path)} {
				if a.status != http.StatusForbidden || strings.Contains(a.body, "Karabo") {
					t.Errorf("%s as a viewer: got %d, want 403", path, a.status)
				}
			}
			if a := s.browser(t).get(path); a.status != http.StatusSeeOther {
				t.Errorf("%s as nobody: got %d, want 303", path, a.status)
			}
		}
		list := viewer.get("/admin/runners")
		if list.status != http.StatusOK || list.doc(t).Find(`form[method="post"]`).FilterFunction(func(_ int, f *goquery.Selection) bool {
			return f.AttrOr("action", "") != "/logout" && !f.HasClass("files")
		}).Length() != 0 {
			t.Errorf("the list for a viewer: got %d, or with forms", list.status)
		}
		token := list.fill(t, "/logout", nil)
		for _, path := range []string{"/admin/runners", "/admin/runners/1", "/admin/runners/1/delete", "/admin/runners/bulk", "/admin/restore"} {
			form := url.Values{"form_token": token["form_token"], "name": {"X"}, "version": {"1"}, "action": {"delete"}, "id": {"1"}, "runner": {"1"}}
			if a := viewer.post(path, form); a.status != http.StatusForbidden {
				t.Errorf("%s as a viewer: got %d, want 403", path, a.status)
			}
			if a := s.keeper(t).post(path, url.Values{"name": {"X"}}); a.status != http.StatusForbidden {
				t.Errorf("%s without the form's token: got %d, want 403", path, a.status)
			}
		}
		if got := fmt.Sprint(s.stored(t)["runners"]); got != before {
			t.Error("something was changed")
		}
	})
}

func TestMergeOnThePage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		for _, name := range []string{"Lettie Ndlovu", "lettie  ndlovu"} {
			submit(b, b.get("/admin/runners"), "/admin/runners", url.Values{"name": {name}, "licence": {fmt.Sprint("WPA 10", len(name))}})
		}
		twins := b.get("/admin/duplicates")
		link := twins.doc(t).Find(`a[href^="/admin/merge"]`).FilterFunction(func(_ int, a *goquery.Selection) bool {
			return strings.Contains(a.Text(), "Lettie Ndlovu")
		})
		if !strings.Contains(twins.text(t), "the same name") || link.Length() != 1 {
			t.Fatalf("the duplicates are not listed: %s", twins.text(t))
		}
		both := b.get(link.AttrOr("href", ""))
		if text := both.text(t); !strings.Contains(text, "WPA 1013") || !strings.Contains(text, "WPA 1014") {
			t.Errorf("both licences are not shown: %s", text)
		}
		form := both.doc(t).Find("form[action='/admin/merge']").First()
		values := url.Values{}
		form.Find("input").Each(func(_ int, input *goquery.Selection) { values.Set(input.AttrOr("name", ""), input.AttrOr("value", "")) })
		merged := b.post("/admin/merge", values)
		if merged.status != http.StatusSeeOther {
			t.Fatalf("merge: got %d", merged.status)
		}
		page := b.get(merged.header.Get("Location"))
		if got := records(t, page); len(got) != 1 {
			t.Errorf("merged: got %q, want one", got)
		}
		if again := b.post("/admin/merge", values); again.status != http.StatusConflict && again.status != http.StatusNotFound {
			t.Errorf("merged twice: got %d", again.status)
		}
		if undone := submit(b, page, "/admin/restore", nil); undone.status != http.StatusSeeOther {
			t.Errorf("undo: got %d", undone.status)
		}
		if got := records(t, b.get("/admin/runners?q=lettie")); len(got) != 2 {
			t.Errorf("undone: got %q, want two", got)
		}
		if a := b.get("/admin/merge?a=1&b=2"); a.status != http.StatusOK || !strings.Contains(a.text(t), "Both have run the same race") || a.doc(t).Find("form[action='/admin/merge']").Length() != 0 {
			t.Errorf("two who ran the same race: got %d", a.status)
		}
		for _, path := range []string{"/admin/merge?a=1", "/admin/merge?a=1&b=1", "/admin/merge?a=1&b=999", "/admin/merge?a=x&b=2"} {
			if a := b.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.status)
			}
		}
	})
}
