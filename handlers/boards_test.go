package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRecordsAndBoards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		records := b.get("/records").doc(t)
		women := records.Find("[aria-labelledby=women] tbody tr").Map(text)
		if len(women) != 1 || !strings.HasPrefix(women[0], "42.2 km3:20:00") || !strings.Contains(women[0], "Thandi Mokoena") {
			t.Errorf("the women's records are %q", women)
		}
		seniors := b.get("/records?distance=42k").doc(t).Find("[aria-labelledby=women] tbody tr").Map(text)
		if len(seniors) != 3 || !strings.HasPrefix(seniors[0], "Open") || !strings.HasPrefix(seniors[2], "Senior") {
			t.Errorf("got %q", seniors)
		}
		history := b.get("/records/history?distance=42k&sex=F&category=Senior").doc(t)
		if got := history.Find("tbody tr").Map(text); len(got) != 1 || !strings.HasPrefix(got[0], "15 Jan 20204:00:36Karabo Khumalo") {
			t.Errorf("the history is %q", history.Find("main").Text())
		}
		for path, want := range map[string]string{
			"/boards?distance=42k&sex=F":                "1Thandi Mokoena3:20:00",
			"/boards?distance=42k&sex=F&year=2021":      "1Sixty Races",
			"/boards?board=most":                        "1Sixty Races60",
			"/boards?board=improved&year=2022":          "1Sixty Races",
			"/boards?distance=42k&sex=F&category=70%2B": "",
			"/boards?distance=nonsense&year=-1&sex=x":   "1Thandi Mokoena3:20:00",
		} {
			for _, a := range []answer{b.get(path), b.fragment(path)} {
				row := text(0, a.doc(t).Find("#board tbody tr").First())
				if a.status != http.StatusOK || !strings.HasPrefix(row, want) || (want == "") != (row == "") {
					t.Errorf("%s: got %d, %q, want %q", path, a.status, row, want)
				}
			}
		}
		for _, path := range []string{"/records?distance=7k", "/records/history?distance=42k", "/records/history?distance=42k&sex=M&category=x", "/boards?board=x"} {
			if a := b.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, a.status)
			}
		}
		for _, path := range []string{"/records", "/boards?distance=42k&sex=F", "/boards?board=most"} {
			if strings.Contains(b.get(path).body, "Secret") {
				t.Errorf("%s shows a hidden runner", path)
			}
		}
	})
}

func TestAnOwnerChoosesBoardsAndNames(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, visitor := s.browser(t), s.browser(t)
		owner.signIn()
		form := owner.get("/admin/settings").fill(t, "/admin/settings", url.Values{
			"board": {"records", "fastest"}, "category Senior": {"Open class"}, "spellings": {"Langa\n\n langa \nLanga"},
		})
		if a := owner.post("/admin/settings", form); a.status != http.StatusSeeOther {
			t.Fatalf("got %d: %s", a.status, a.body)
		}
		if a := owner.post("/admin/settings", form); a.status != http.StatusConflict {
			t.Errorf("a form that is stale: got %d, want 409", a.status)
		}
		if got := owner.get("/admin/settings?done=saved").doc(t).Find("#spellings").Text(); got != "Langa\nlanga" {
			t.Errorf("the spellings are %q", got)
		}
		for deadline := time.Now().Add(10 * time.Second); visitor.get("/boards?board=most").status == http.StatusOK && time.Now().Before(deadline); {
			// What the records are is learnt anew four times a second.
		}
		var statuses []int
		for _, path := range []string{"/records", "/boards", "/boards?board=most", "/boards?board=improved"} {
			statuses = append(statuses, visitor.get(path).status)
		}
		if want := []int{200, 200, 404, 404}; !slices.Equal(statuses, want) {
			t.Errorf("got %d, want %d", statuses, want)
		}
		if got := visitor.get(runnerPath(karabo)).doc(t).Find("table.results tbody tr").First().Text(); !strings.Contains(got, "Open class") {
			t.Errorf("the category is not renamed: %q", got)
		}
		for _, path := range []string{runnerPath(karabo), "/runners?q=karabo", "/compare?runners=1,2"} {
			if got := visitor.get(path).text(t); !strings.Contains(got, "Open class") || strings.Contains(got, " Senior") {
				t.Errorf("%s does not say the club's name of a category: %s", path, got)
			}
		}
		if got := visitor.get("/records").text(t); strings.Contains(got, "Thandi") || !strings.Contains(got, "Sixty Races") {
			t.Errorf("records of another club count: %q", got)
		}
		for field, value := range map[string]string{"club": strings.Repeat("w", 61), "town": strings.Repeat("v", 61), "category 40-49": strings.Repeat("x", 41), "spellings": strings.Repeat("y", 201)} {
			wrong := owner.get("/admin/settings").fill(t, "/admin/settings", url.Values{field: {value}})
			a := owner.post("/admin/settings", wrong)
			if a.status != http.StatusUnprocessableEntity || a.doc(t).Find(".problem").Length() != 1 || !strings.Contains(a.body, value) {
				t.Errorf("%s: got %d: %s", field, a.status, a.body)
			}
		}
		if a := visitor.get("/"); a.doc(t).Find(`nav a[href="/records"]`).Length() != 1 {
			t.Error("the navigation does not lead to the records")
		}
	})
}

// waitFor asks until an answer is as wanted: what the records are is learnt
// anew four times a second.
func waitFor(visitor *browser, path string, wanted func(a answer) bool) answer {
	a := visitor.get(path)
	for deadline := time.Now().Add(10 * time.Second); !wanted(a) && time.Now().Before(deadline); {
		a = visitor.get(path)
	}
	return a
}

func TestAnOwnerNamesTheClub(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, visitor := s.browser(t), s.browser(t)
		owner.signIn()
		tag := visitor.get("/").header.Get("ETag")
		form := owner.get("/admin/settings")
		if name, town := form.doc(t).Find("#club-name").AttrOr("value", ""), form.doc(t).Find("#club-town").AttrOr("value", ""); name != "RCS Gugulethu AC" || town != "Gugulethu, Cape Town" {
			t.Errorf("at first the club is %q of %q", name, town)
		}
		fields := form.fill(t, "/admin/settings", url.Values{"club": {"  Langa  <Striders> "}, "town": {""}})
		if a := owner.post("/admin/settings", fields); a.status != http.StatusSeeOther {
			t.Fatalf("got %d: %s", a.status, a.body)
		}
		const name = "Langa <Striders>"
		home := waitFor(visitor, "/", func(a answer) bool { return strings.Contains(a.body, "Langa") })
		doc := home.doc(t)
		for selector, want := range map[string]string{"title": name, ".brand": name, "main h1": name} {
			if got := strings.TrimSpace(doc.Find(selector).First().Text()); got != want {
				t.Errorf("%s is %q, want %q", selector, got, want)
			}
		}
		if foot := doc.Find("footer").Text(); !strings.Contains(foot, name) || strings.Contains(home.body, "Gugulethu") {
			t.Errorf("the old name stands there still: %s", home.body)
		}
		if got := home.header.Get("ETag"); got == tag || got == "" {
			t.Errorf("the page is called %q as before", got)
		}
		for path, want := range map[string]string{
			"/privacy":                        "Langa &lt;Striders&gt; keeps",
			runnerPath(karabo):                " – Langa &lt;Striders&gt;</title>",
			runnerPath(karabo) + "/races.ics": "Langa <Striders>",
			"/api/v1/openapi.json":            `Langa \u003cStriders\u003e: Runner DB`,
		} {
			if a := visitor.get(path); !strings.Contains(strings.ReplaceAll(a.body, "\r\n ", ""), want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		if log := owner.get("/admin/audit").text(t); !strings.Contains(log, "Striders") {
			t.Errorf("the log does not tell: %s", log)
		}
		if a := owner.post("/admin/settings", owner.get("/admin/settings").fill(t, "/admin/settings", url.Values{"club": {" "}})); a.status != http.StatusUnprocessableEntity {
			t.Errorf("no name: got %d, want 422", a.status)
		}
	})
}
