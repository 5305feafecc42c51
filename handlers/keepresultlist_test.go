package handlers_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// listed are the results of a list, as runner and time.
func listed(t *testing.T, a answer) string {
	t.Helper()
	return strings.Join(a.doc(t).Find(".record").Map(func(_ int, row *goquery.Selection) string {
		return strings.Join(strings.Fields(row.Find(".record-name").Text()+" "+row.Find(".record-time").Text()), " ")
	}), ", ")
}

func TestKeepResultsLists(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		race := newRace(t, b, "Gugulethu Ultra", "2026-05-17", "56")
		for _, fields := range []url.Values{
			{"runner": {"thandi"}, "who": {"8"}, "time": {"5:00:00"}, "club": {"Harmony"}},
			{"runner": {"secret runner"}, "who": {"9"}, "time": {"7:30:00"}, "status": {"OTL"}},
			{"runner": {"four races"}, "status": {"DNF"}},
			{"runner": {"five races"}, "time": {"2:00:00"}, "sure": {"yes"}},
		} {
			if fields.Get("status") == "" {
				fields.Set("counts", "yes")
			}
			submit(b, b.get(race), race, fields, hx)
		}
		const all = "Five Races 2:00:00, Thandi Mokoena 5:00:00, Secret Runner 7:30:00, Four Races DNF"
		for path, want := range map[string]string{
			"?race=gugulethu+ultra":                     all,
			"?race=gugulethu+ultra&q=secret":            "Secret Runner 7:30:00",
			"?race=gugulethu+ultra&status=DNF":          "Four Races DNF",
			"?race=gugulethu+ultra&doubtful=yes":        "Five Races 2:00:00",
			"?race=gugulethu+ultra&club=harm":           "Thandi Mokoena 5:00:00",
			"?year=2026&distance=56k":                   all,
			"?year=2026&distance=56k&sort=runner":       "Five Races 2:00:00, Four Races DNF, Secret Runner 7:30:00, Thandi Mokoena 5:00:00",
			"?race=gugulethu+ultra&sort=fastest":        "Five Races 2:00:00, Thandi Mokoena 5:00:00, Secret Runner 7:30:00, Four Races DNF",
			"?race=gugulethu+ultra&sort=slowest":        "Secret Runner 7:30:00, Thandi Mokoena 5:00:00, Five Races 2:00:00, Four Races DNF",
			"?race=gugulethu+ultra&year=2001":           "",
			"?race=gugulethu+ultra&year=x&status=x":     all,
			"?race=gugulethu+ultra&distance=x&sort=x":   all,
			"?race=gugulethu+ultra&page=1000000":        "",
			"?club=" + url.QueryEscape("' OR 1=1 --"):   "",
			"?race=" + url.QueryEscape("%") + "&page=0": "",
		} {
			for _, a := range []answer{b.get("/admin/results" + path), b.fragment("/admin/results" + path)} {
				if got := listed(t, a); got != want || a.status != http.StatusOK {
					t.Errorf("%s: got %d %q, want %q", path, a.status, got, want)
				}
				var rows []string
				for _, row := range b.file(a.doc(t).Find("form.files").AttrOr("action", "")).rowsOf(t)[1:] {
					rows = append(rows, row[6]+" "+cmp.Or(strings.ReplaceAll(row[10], "finished", row[11]), row[11]))
				}
				if got := strings.Join(rows, ", "); !strings.Contains(path, "page") && got != strings.ReplaceAll(want, "7:30:00", "OTL") {
					t.Errorf("%s as a file: got %q, want %q", path, got, want)
				}
			}
		}
	})
}

func TestKeepResultsBulk(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		before := fmt.Sprint(s.stored(t)["results"])
		list := b.get("/admin/results?q=karabo")
		bulk := func(action, name string, ids ...string) answer {
			for i, id := range ids {
				ids[i] = list.doc(t).Find(`input[name=id][value^="`+id+`."]`).AttrOr("value", id+".1")
			}
			return submit(b, list, "/admin/results/bulk", url.Values{"action": {action}, "club": {name}, "id": ids})
		}
		for action, want := range map[string]string{"club": "Harmony", "exclude": "not used for predictions"} {
			list = b.get("/admin/results?q=karabo")
			done := bulk(action, "Harmony", "1", "2", "999999")
			if done.status != http.StatusSeeOther || !strings.Contains(done.header.Get("Location"), "count=2") || !strings.Contains(done.header.Get("Location"), "q=karabo") {
				t.Fatalf("%s: got %d to %q", action, done.status, done.header.Get("Location"))
			}
			page := b.get(done.header.Get("Location"))
			if got := strings.Count(page.doc(t).Find(".records").Text(), want); got != 2 || !strings.Contains(page.text(t), "2 records") {
				t.Errorf("%s: %d rows say %q, want 2", action, got, want)
			}
			if undone := submit(b, page, "/admin/restore", nil); !strings.HasPrefix(undone.header.Get("Location"), "/admin/results?") {
				t.Errorf("%s, undone: got %d to %q", action, undone.status, undone.header.Get("Location"))
			}
		}
		if a := b.get("/admin/results/1").text(t); !strings.Contains(a, "Harmony") || !strings.Contains(a, adminEmail) {
			t.Errorf("the history does not tell: %s", a)
		}
		list = b.get("/admin/results?q=karabo")
		gone := bulk("delete", "", "1", "2")
		if _, err := s.db.Result(t.Context(), 2); err == nil {
			t.Error("it was not deleted")
		}
		submit(b, b.get(gone.header.Get("Location")), "/admin/restore", nil)
		if r, err := s.db.Result(t.Context(), 2); err != nil || r.Club == "Harmony" {
			t.Errorf("got %+v, %v; want it back", r, err)
		}
		if a := bulk("exclude", ""); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), "Tick what it is about first") {
			t.Errorf("nothing ticked: got %d, want 422 and why", a.status)
		}
		for _, a := range []answer{bulk("explode", "", "1"), bulk("club", strings.Repeat("x", 101), "1")} {
			if a.status != http.StatusBadRequest {
				t.Errorf("got %d, want 400", a.status)
			}
		}
		if len(fmt.Sprint(s.stored(t)["results"])) != len(before) {
			t.Error("the results are not what they were")
		}
	})
}

// Two keepers at once: the second sees what the first did, chooses, and only
// then is anything done.
func TestBulkAsksAboutWhatHasChanged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		list := b.get("/admin/results?q=karabo")
		ticks := list.doc(t).Find("input[name=id]").Map(func(_ int, box *goquery.Selection) string { return box.AttrOr("value", "") })[:3]
		submit(b, list, "/admin/results/bulk", url.Values{"action": {"club"}, "club": {"Harmony"}, "id": ticks[:1]})
		asked := submit(b, list, "/admin/results/bulk", url.Values{"action": {"club"}, "club": {"Nedbank"}, "id": ticks, "back": {"/admin/results?q=karabo"}})
		for _, want := range []string{"Nothing was done yet", `set the club to "Nedbank"`, "Karabo Khumalo", "Harmony", adminEmail, "2 others"} {
			if asked.status != http.StatusConflict || !strings.Contains(asked.text(t), want) {
				t.Errorf("got %d, want 409 and %q: %s", asked.status, want, asked.text(t))
			}
		}
		clubs := func() string {
			page := b.get("/admin/results?q=karabo").doc(t).Find(".records").Text()
			return fmt.Sprint(strings.Count(page, "Harmony"), strings.Count(page, "Nedbank"))
		}
		if got := clubs(); got != "1 0" {
			t.Errorf("asked: got %s, want nothing changed", got)
		}
		hidden := asked.doc(t).Find("input[type=hidden][name=id]").Map(func(_ int, box *goquery.Selection) string { return box.AttrOr("value", "") })
		fresh := asked.doc(t).Find("input[type=checkbox][name=id]").AttrOr("value", "")
		submit(b, asked, "/admin/results/bulk", url.Values{"id": hidden})
		if got := clubs(); got != "1 2" {
			t.Errorf("the others: got %s, want 1 2", got)
		}
		done := submit(b, asked, "/admin/results/bulk", url.Values{"id": {fresh}})
		if got := clubs(); got != "0 3" || !strings.Contains(done.header.Get("Location"), "q=karabo") {
			t.Errorf("that one all the same: got %s and %q", got, done.header.Get("Location"))
		}

		runners := b.get("/admin/runners?q=thandi")
		box := runners.doc(t).Find("input[name=id]").AttrOr("value", "")
		submit(b, runners, "/admin/runners/bulk", url.Values{"action": {"hide"}, "id": {box}})
		asked = submit(b, runners, "/admin/runners/bulk", url.Values{"action": {"delete"}, "id": {box}})
		if text := asked.text(t); asked.status != http.StatusConflict || !strings.Contains(text, "Thandi Mokoena") || !strings.Contains(text, "hidden") {
			t.Errorf("got %d %s, want 409 and who was hidden", asked.status, text)
		}

		many := make([]string, 501)
		for i := range many {
			many[i] = fmt.Sprintf("%d.1", i+1)
		}
		for _, path := range []string{"/admin/runners", "/admin/results"} {
			a := submit(b, b.get(path), path+"/bulk", url.Values{"action": {"delete"}, "id": many})
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), "Tick at most 500") {
				t.Errorf("%s: 501 ticked: got %d, want 422 and why", path, a.status)
			}
		}
		split := submit(b, b.get("/admin/runners/1"), "/admin/runners/1/split", url.Values{"runner": {"Somebody"}, "who": {"new"}, "id": many})
		if split.status != http.StatusUnprocessableEntity || !strings.Contains(split.text(t), "Tick at most 500") {
			t.Errorf("501 split: got %d %s", split.status, split.text(t))
		}
		for _, id := range []string{"1", "1.", ".1", "1.0", "1.1.1", "x.1", "-1.1"} {
			if a := submit(b, list, "/admin/results/bulk", url.Values{"action": {"delete"}, "id": {id}}); a.status != http.StatusNotFound {
				t.Errorf("%q: got %d, want 404", id, a.status)
			}
		}
	})
}

func TestBulkOnRunnersChangesTheirResults(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		race := newRace(t, b, "Gugulethu 10", "2026-05-17", "10")
		submit(b, b.get(race), race, url.Values{"runner": {"Clubless Newcomer"}, "time": {"45:00"}, "who": {"new"}, "counts": {"yes"}}, hx)
		list := b.get("/admin/runners?q=clubless")
		id := list.doc(t).Find("input[name=id]").AttrOr("value", "")
		for action, want := range map[string]string{"club": "Harmony", "exclude": "not used for predictions"} {
			done := submit(b, list, "/admin/runners/bulk", url.Values{"action": {action}, "club": {"Harmony"}, "id": {id}})
			if got := b.get(race).text(t); !strings.Contains(got, want) {
				t.Errorf("%s: %s", action, got)
			}
			again := submit(b, list, "/admin/runners/bulk", url.Values{"action": {action}, "club": {"Nedbank"}, "id": {id}})
			if !strings.Contains(again.header.Get("Location"), "done=none") {
				t.Errorf("%s again: got %q, want nothing changed", action, again.header.Get("Location"))
			}
			submit(b, b.get(done.header.Get("Location")), "/admin/restore", nil)
			if got := b.get(race).text(t); strings.Contains(got, want) {
				t.Errorf("%s, undone: %s", action, got)
			}
		}
	})
}

func TestARunnerIsSplit(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		page := b.get("/admin/runners/1")
		ids := page.doc(t).Find("#split input[name=id]").Map(func(_ int, tick *goquery.Selection) string { return tick.AttrOr("value", "") })
		if len(ids) != 10 {
			t.Fatalf("got %d results, want 10", len(ids))
		}
		split := func(fields url.Values) answer { return submit(b, page, "/admin/runners/1/split", fields) }
		for _, test := range []struct {
			fields url.Values
			want   string
		}{
			{url.Values{"runner": {"Somebody"}, "who": {"new"}, "id": {}}, "Tick the results"},
			{url.Values{"runner": {" "}, "id": ids[:1]}, "Write whose they are"},
			{url.Values{"runner": {"thandi"}, "id": ids[:1]}, "Choose whose they are"},
			{url.Values{"runner": {"karabo khumalo"}, "who": {"1"}, "id": ids[:1]}, "They are this runner’s already"},
			{url.Values{"runner": {"lethabo"}, "who": {"2"}, "id": ids}, "The other has run the same race"},
		} {
			a := split(test.fields)
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), test.want) {
				t.Errorf("got %d, want 422 and %q: %s", a.status, test.want, a.text(t))
			}
			if got := a.doc(t).Find("#split input[checked]").Length(); got < len(test.fields["id"]) {
				t.Errorf("%d are ticked still, want %d", got, len(test.fields["id"]))
			}
		}
		done := split(url.Values{"runner": {"Karabo Khumalo Junior"}, "who": {"new"}, "id": ids[:3]})
		if done.status != http.StatusSeeOther {
			t.Fatalf("got %d %s", done.status, done.doc(t).Find(".problem").Text())
		}
		if got := listed(t, b.get("/admin/results?q=karabo+khumalo+junior")); strings.Count(got, "Karabo Khumalo Junior") != 3 {
			t.Errorf("the new runner has %q", got)
		}
		after := b.get(done.header.Get("Location"))
		if got := after.doc(t).Find("#split input[name=id]").Length(); got != 7 || !strings.Contains(after.text(t), "3 results of Karabo Khumalo, given to Karabo Khumalo Junior") {
			t.Errorf("%d are left, want 7, and the history tells of it: %s", got, after.text(t))
		}
		submit(b, after, "/admin/restore", nil)
		if got := b.get("/admin/runners/1").doc(t).Find("#split input[name=id]").Length(); got != 10 {
			t.Errorf("undone: got %d results, want 10", got)
		}
		if got := records(t, b.get("/admin/runners?q=junior")); len(got) != 0 {
			t.Errorf("undone: there is %q still", got)
		}
	})
}

// What hardly fits a runner's age is said at the field, and believed when it is
// right all the same.
func TestAgesThatJump(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		submit(b, b.get("/admin/runners"), "/admin/runners", url.Values{"name": {"Young Born"}, "born": {"2003-06-01"}})
		races := map[string]string{}
		for _, year := range []string{"2001", "2008", "2018", "2020"} {
			races[year] = newRace(t, b, "Ages 10 km", year+"-05-05", "10")
		}
		enter := func(year, runner, category string, more ...string) answer {
			fields := url.Values{"runner": {runner}, "time": {"45:00"}, "category": {category}}
			for i := 0; i < len(more); i += 2 {
				fields.Set(more[i], more[i+1])
			}
			return submit(b, b.get(races[year]), races[year], fields, hx)
		}
		enter("2018", "Ageing Backwards", "M50", "who", "new")
		for _, test := range []struct {
			a    answer
			want string
		}{
			{enter("2001", "young born", ""), "Born on 1 Jun 2003, after this race."},
			{enter("2008", "young born", ""), "a child of 4 on the day"},
			{enter("2020", "young born", "40-49"), "40-49 does not fit who was 16"},
			{enter("2020", "ageing back", "M40"), "M40 in 2020 does not fit M50 in 2018 (Ages 10 km)."},
		} {
			if text := test.a.text(t); test.a.status != http.StatusUnprocessableEntity || !strings.Contains(text, test.want) || !strings.Contains(text, "It is right all the same") {
				t.Errorf("got %d %s, want 422 and %q", test.a.status, text, test.want)
			}
		}
		if a := enter("2020", "ageing back", "M40", "sure", "yes"); a.status != http.StatusOK {
			t.Errorf("it is right all the same: got %d %s", a.status, a.text(t))
		}
		enter("2008", "young born", "", "sure", "yes")
		checks := b.get("/admin/checks").text(t)
		for _, want := range []string{"M40 in 2020 does not fit M50 in 2018", "a child of 4 on the day"} {
			if !strings.Contains(checks, want) {
				t.Errorf("the checks do not say %q: %s", want, checks)
			}
		}
	})
}
