package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// A change of many that is refused answers 422 with the list as it was filtered,
// what was ticked, chosen and typed, and why.
func TestARefusedChangeOfManyKeepsTheForm(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		for path, filter := range map[string]string{"/admin/runners": "?q=thandi&sort=races", "/admin/results": "?q=karabo&sort=time"} {
			list := b.get(path + filter)
			ids := list.doc(t).Find("input[name=id]").Map(func(_ int, box *goquery.Selection) string { return box.AttrOr("value", "") })
			many := append(strings.Split(strings.Repeat("999999.1 ", 500), " "), ids...)[:501]
			many[500] = ids[0]
			sent := []url.Values{
				{"action": {"club"}, "club": {`Harmony "&`}},
				{"action": {"exclude"}, "club": {"Harmony"}, "id": many},
			}
			if path == "/admin/runners" {
				sent = append(sent, url.Values{"action": {"merge"}, "club": {"Harmony"}, "id": ids[:1]})
			}
			for _, fields := range sent {
				for _, headers := range [][]string{nil, {hx}} {
					a := submit(b, list, path+"/bulk", fields, headers...)
					doc := a.doc(t)
					if a.status != http.StatusUnprocessableEntity || !strings.HasPrefix(doc.Find(".problem[role=alert]").Text(), "Nothing was") {
						t.Errorf("%s, %v: got %d, want 422 and why", path, fields["action"], a.status)
					}
					form := a.fill(t, path+"/bulk", nil)
					if got := form.Get("back"); !strings.HasPrefix(got, path+"?q=") {
						t.Errorf("%s: the filter is lost: back is %q", path, got)
					}
					ticked := doc.Find("input[name=id][checked]").Map(func(_ int, box *goquery.Selection) string { return box.AttrOr("value", "") })
					if want := fields["id"]; len(want) > 0 != (len(ticked) == 1) || len(ticked) == 1 && ticked[0] != ids[0] {
						t.Errorf("%s, %v: ticked are %q, want %q", path, fields["action"], ticked, ids[0])
					}
					action := doc.Find("#bulk-action option[selected]").AttrOr("value", "")
					if action != fields.Get("action") || doc.Find("#bulk-club").AttrOr("value", "") != fields.Get("club") {
						t.Errorf("%s: the form has lost %v: %q", path, fields["action"], action)
					}
					if got := doc.Find("input[name=id]").Length(); got != len(ids) {
						t.Errorf("%s: %d rows, want %d as filtered", path, got, len(ids))
					}
				}
			}
		}
	})
}

// Of runners who ran one race, none is merged: the page comes again and says
// which race.
func TestARefusedMergeSaysWhy(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		form := url.Values{"form_token": {b.get("/profile").fill(t, "/logout", nil).Get("form_token")}}
		for name, value := range map[string]string{"kept": "1", "kept-version": "1", "gone": "2", "gone-version": "1"} {
			form.Set(name, value)
		}
		if a := b.post("/admin/merge", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), "Both have run the same race") {
			t.Errorf("got %d, want 422 and why", a.status)
		}
	})
}

// What was done before, in another tab, is refused with the page as it is now.
func TestForASecondTimeIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		token := url.Values{"form_token": {b.get("/profile").fill(t, "/logout", nil).Get("form_token")}}
		for _, path := range []string{factorPath + "/off", factorPath + "/codes"} {
			if a := b.post(path, token); a.status != http.StatusUnprocessableEntity || a.doc(t).Find("#secret").Length() != 1 {
				t.Errorf("%s without a second factor: got %d, want 422 and how to set one up", path, a.status)
			}
		}
		draft := b.uploadFile("bay.csv", sheetOfResults).header.Get("Location")
		b.decide(draft, "race", url.Values{"race": {"Bay Run"}, "held": {"2026-03-08"}, "length": {"10 km"}})
		b.commitShown(draft)
		done := b.get(importsPath)
		undo := done.doc(t).Find("form[action$='/undo']").AttrOr("action", "")
		form := done.fill(t, undo, nil)
		b.post(undo, form)
		if a := b.post(undo, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), "That import was undone before.") {
			t.Errorf("undone twice: got %d, want 422 and why", a.status)
		}
	})
}
