package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/jobs"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// The runners of the club in which somebody is withheld for each reason.
const (
	shownRunner = iota + 1
	askedRunner
	childRunner
	juniorRunner
	erasedRunner
)

// tells are what would give somebody away who is withheld.
var tells = []string{
	"Askedname", "Childname", "Juniorname", "Erasedname", "Aliasname", "Hiddenclub", "U/13", "canary-licence", "canary@", "0829999",
	"1981-02-03", "3 Feb 1981", "2015-06-07", "7 Jun 2015",
}

func withheldClub() queries.Batch {
	b := &batch{races: map[clubRace]int64{}, series: map[string]int64{}}
	b.runner(shownRunner, "Thandi Shown", club.Female)
	for id, name := range map[int64]string{askedRunner: "Askedname", childRunner: "Childname", juniorRunner: "Juniorname", erasedRunner: "Erasedname"} {
		for int64(len(b.Runners)) < id {
			b.runner(int64(len(b.Runners)+1), "", club.Male)
		}
		r := &b.Runners[id-1]
		r.Name, r.Aliases, r.Licence = name+" Withheld", []string{"Aliasname " + name}, fmt.Sprintf("canary-licence %d77%d", id, id)
	}
	b.Runners[askedRunner-1].Visibility, b.Runners[askedRunner-1].BirthDate = club.Hidden, club.Date{Year: 1981, Month: 2, Day: 3}
	b.Runners[erasedRunner-1].BirthDate = club.Date{Year: 1981, Month: 2, Day: 3}
	b.Runners[childRunner-1].BirthDate = club.Date{Year: 2015, Month: 6, Day: 7}
	for id := int64(shownRunner); id <= erasedRunner; id++ {
		category, clubName := "U/13", "Hiddenclub AC"
		if id == shownRunner {
			category, clubName = "Senior", "Gugulethu"
		}
		b.marathons(id, category, clubName, around(240+float64(id), 12)...)
	}
	return b.Batch
}

// withheldSite serves that club.
func withheldSite(t *testing.T, engine querytest.Engine) *site {
	t.Helper()
	s := newSite(t, engine, emptied)
	querytest.Load(t, s.db, withheldClub())
	for _, user := range users(t) {
		if _, err := s.db.CreateUser(t.Context(), user, s.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	for id := int64(askedRunner); id <= erasedRunner; id++ {
		contact := club.Contact{RunnerID: id, Email: "canary@example.org", Phone: "0829999999"}
		if err := s.db.SetContact(t.Context(), contact, queries.AtCommandLine(s.clock.now())); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.db.EraseRunner(t.Context(), erasedRunner, 1, nil, queries.AtCommandLine(s.clock.now())); err != nil {
		t.Fatal(err)
	}
	return s
}

// addresses are where the walk begins: every public route, of every runner and
// race, and whatever asks for who is withheld by name.
func addresses(t *testing.T) []string {
	t.Helper()
	all := []string{"/"}
	for route, role := range whoMay(t) {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet || role != "" || strings.Contains(path, "/:version") || strings.Contains(path, ":token") {
			continue
		}
		for id := range 14 {
			all = append(all, strings.Replace(path, ":id", fmt.Sprint(id), 1))
		}
	}
	for _, typed := range []string{"Askedname", "childname", "Juniorname Withheld", "erasedn", "aliasname", "277", "canary-licence 2772", "withheld"} {
		for _, path := range []string{"/?q=", "/runners?q=", "/predict?q="} {
			all = append(all, path+url.QueryEscape(typed))
		}
	}
	for id := shownRunner; id <= erasedRunner; id++ {
		all = append(all, predictPath(id))
	}
	for _, other := range []int{askedRunner, childRunner, juniorRunner, erasedRunner} {
		all = append(all, fmt.Sprintf("/compare?a=%d&b=%d", shownRunner, other), fmt.Sprintf("/compare?id=%d&id=%d", shownRunner, other),
			fmt.Sprintf("/compare?runner=%d&runner=%d", shownRunner, other))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// No page that anybody may see, no fragment and no file shows a trace of who is
// hidden or erased, wherever one goes from any of them.
func TestNoPublicPageTellsOfWhoIsWithheld(t *testing.T) {
	t.Parallel()
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			s := withheldSite(t, engine)
			b := s.browser(t)
			queue, seen := addresses(t), map[string]bool{}
			races := 0
			const most = 1500
			for len(queue) > 0 && len(seen) < most {
				path := queue[0]
				queue = queue[1:]
				if seen[path] {
					continue
				}
				seen[path] = true
				page := b.get(path)
				for kind, a := range map[string]answer{"page": page, "fragment": b.fragment(path)} {
					checkNoTells(t, kind+" "+path, path, a)
				}
				if strings.HasPrefix(path, "/races/") && strings.Contains(page.body, club.NameWithheld) {
					races++
				}
				if strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
					queue = append(queue, linksOf(t, page)...)
				}
			}
			if len(seen) < 100 || len(queue) > 0 || races < 12 {
				t.Errorf("%d addresses were looked at, %d left, and %d races with withheld names", len(seen), len(queue), races)
			}
		})
	}
}

// checkNoTells leaves out what the visitor has typed: a search repeats it.
func checkNoTells(t *testing.T, what, path string, a answer) {
	t.Helper()
	body := a.body
	if u, err := url.Parse(path); err == nil && u.Query().Get("q") != "" {
		typed := u.Query().Get("q")
		body = strings.NewReplacer(typed, "", url.QueryEscape(typed), "", url.PathEscape(typed), "").Replace(body)
	}
	for _, tell := range tells {
		if strings.Contains(body, tell) {
			t.Errorf("%s: the answer holds %q", what, tell)
		}
	}
	if regexp.MustCompile(`/runners/[2-5]\b`).MatchString(body) && !regexp.MustCompile(`^/(runners|predict)`).MatchString(path) {
		t.Errorf("%s: the answer links to who is withheld", what)
	}
}

func linksOf(t *testing.T, a answer) []string {
	t.Helper()
	var links []string
	for _, attribute := range []string{"href", "src", "hx-get", "action"} {
		a.doc(t).Find("[" + attribute + "]").Each(func(_ int, e *goquery.Selection) {
			link := e.AttrOr(attribute, "")
			public := strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "/static/") && !strings.HasPrefix(link, "/log")
			if public && !strings.EqualFold(e.AttrOr("method", ""), "post") {
				link, _, _ = strings.Cut(link, "#")
				links = append(links, link)
			}
		})
	}
	return links
}

// The addresses of who is withheld answer as those of nobody.
func TestWithheldRunnersAreNotThere(t *testing.T) {
	t.Parallel()
	s := withheldSite(t, querytest.SQLite)
	b := s.browser(t)
	for route, role := range whoMay(t) {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet || role != "" || !strings.HasPrefix(path, "/runners/:id") {
			continue
		}
		for id := askedRunner; id <= erasedRunner; id++ {
			if a := b.get(strings.Replace(path, ":id", fmt.Sprint(id), 1)); a.status != http.StatusNotFound {
				t.Errorf("%s of runner %d: got %d, want 404", path, id, a.status)
			}
		}
	}
}

func TestWhoKeepsTheRecordsSeesWhySomebodyIsHidden(t *testing.T) {
	t.Parallel()
	s := withheldSite(t, querytest.SQLite)
	b := s.keeper(t)
	for id, want := range map[int]string{askedRunner: "as somebody chose", childRunner: "under 18", juniorRunner: "junior category, age unknown", erasedRunner: "erased"} {
		if page := b.get(fmt.Sprintf("/admin/runners/%d", id)).text(t); !strings.Contains(page, "hidden "+want) {
			t.Errorf("runner %d: no %q in %s", id, want, page)
		}
	}
	form := b.fragment(fmt.Sprintf("/admin/runners/%d/edit", juniorRunner))
	if !strings.Contains(form.text(t), "Hidden now: junior category, age unknown.") {
		t.Errorf("the form: %s", form.text(t))
	}
	submit(b, form, fmt.Sprintf("/admin/runners/%d", juniorRunner), url.Values{"visibility": {"shown"}}, hx)
	if a := s.browser(t).get(runnerPath(juniorRunner)); a.status != http.StatusOK {
		t.Errorf("shown: got %d, want 200", a.status)
	}
	for _, value := range []string{"erased", "perhaps"} {
		form := b.fragment(fmt.Sprintf("/admin/runners/%d/edit", juniorRunner))
		if a := submit(b, form, fmt.Sprintf("/admin/runners/%d", juniorRunner), url.Values{"visibility": {value}}, hx); a.status != http.StatusUnprocessableEntity {
			t.Errorf("visibility=%s: got %d, want 422", value, a.status)
		}
	}
}

func TestContacts(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		const path = "/admin/runners/1/contact"
		form := b.get(path)
		for field, value := range map[string]string{
			"email": "nobody", "phone": "call me", "emergency-phone": "12", "emergency-name": strings.Repeat("x", 201),
		} {
			a := submit(b, form, path, url.Values{field: {value}})
			if a.status != http.StatusUnprocessableEntity || a.doc(t).Find("#contact-"+field+"-problem").Length() != 1 {
				t.Errorf("%s=%.10q: got %d, want 422 and words at the field", field, value, a.status)
			}
		}
		stored := url.Values{"email": {"karabo@example.org"}, "phone": {"082 123 4567"}, "emergency-name": {"Her sister"}, "emergency-phone": {"+27 (83)"}}
		if a := submit(b, form, path, stored); a.status != http.StatusUnprocessableEntity {
			t.Errorf("a code without a number: got %d", a.status)
		}
		stored.Set("emergency-phone", "+27 (83) 123-4567")
		if a := submit(b, form, path, stored); a.status != http.StatusSeeOther {
			t.Fatalf("got %d", a.status)
		}
		again := submit(b, form, path, url.Values{"email": {"other@example.org"}})
		if words := again.text(t); again.status != http.StatusConflict || !strings.Contains(words, "karabo@example.org") || !strings.Contains(words, "other@example.org") {
			t.Errorf("the second to save: got %d %s, want 409 and both", again.status, words)
		}
		viewer := s.browser(t)
		viewer.trySignIn(markupEmail, password)
		page := viewer.get("/admin/runners/1")
		for _, want := range []string{"karabo@example.org", "082 123 4567", "Her sister +27 (83) 123-4567"} {
			if !strings.Contains(page.text(t), want) {
				t.Errorf("a viewer does not see %q", want)
			}
		}
		if strings.Contains(page.body, "/contact\"") || viewer.get(path).status != http.StatusForbidden {
			t.Error("a viewer is let change contacts")
		}
	})
}

func TestErasingOnThePage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		const path = "/admin/runners/7/erase"
		ask := b.get(path)
		words := ask.text(t)
		for _, want := range []string{"Erase Thandi Mokoena", "1 result stays", "can’t be undone", "other records of this name", "Backups"} {
			if !strings.Contains(words, want) {
				t.Errorf("no %q in %s", want, words)
			}
		}
		for _, typed := range []string{"", "Thandi", "yes"} {
			if a := submit(b, ask, path, url.Values{"name": {typed}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Nobody was erased") {
				t.Errorf("%q: got %d, want 422", typed, a.status)
			}
		}
		if runner, err := s.db.AnyRunner(t.Context(), thandi1); err != nil || runner.Name != "Thandi Mokoena" {
			t.Fatalf("erased without the name: %+v, %v", runner, err)
		}
		done := submit(b, ask, path, url.Values{"name": {"thandi mokoena"}})
		if done.status != http.StatusSeeOther || !strings.Contains(b.get(done.header.Get("Location")).body, "Erased. Times and places stay") {
			t.Fatalf("got %d", done.status)
		}
		page := b.get("/admin/runners/7")
		if page.status != http.StatusOK || strings.Contains(page.body, "Thandi") || strings.Contains(page.body, "/edit") || !strings.Contains(page.body, "Erase again") {
			t.Errorf("the record of who was erased: got %d %s", page.status, page.text(t))
		}
		if a := submit(b, page, path, url.Values{}); a.status != http.StatusSeeOther || !strings.Contains(b.get(a.header.Get("Location")).body, "Erased again.") {
			t.Errorf("erased again: got %d, want 303", a.status)
		}
		if job, err := s.db.LastJob(t.Context(), jobs.Traces.Kind); err != nil || job.State != queries.JobWaiting {
			t.Errorf("the search for traces: got %+v, %v, want it waiting", job, err)
		}
		if a := b.get(path); a.status != http.StatusSeeOther {
			t.Errorf("erase again: got %d, want 303 away", a.status)
		}
		if got := names(t, s.browser(t).fragment("/runners?q=thandi")); len(got) != 1 {
			t.Errorf("got %q, want the namesake alone", got)
		}
		if s.log.contains("Thandi") {
			t.Error("the log has the name")
		}
		// Who adds them again is asked, on both ways there are.
		list := b.get("/admin/runners")
		again := url.Values{"name": {"Mokoena, Thandi"}}
		asked := submit(b, list, "/admin/runners", again)
		if asked.status != http.StatusUnprocessableEntity || !strings.Contains(asked.body, "asked to be erased") {
			t.Errorf("added again: got %d, want 422 and the question", asked.status)
		}
		if a := submit(b, asked, "/admin/runners", url.Values{"sure": {"yes"}}); a.status != http.StatusSeeOther {
			t.Errorf("added all the same: got %d, want 303", a.status)
		}
		race := b.get("/admin/races/1")
		result := url.Values{"runner": {"Mokoena Thandi"}, "who": {"new"}, "time": {"4:00:00"}}
		if a := submit(b, race, "/admin/races/1", result); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "asked to be erased") {
			t.Errorf("with a result: got %d, want 422 and the question", a.status)
		}
	})
}

func TestEverythingAboutAPerson(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		const path = "/admin/runners/1/export"
		file := submit(b, b.get("/admin/runners/1"), path, nil)
		var person queries.Person
		if err := json.Unmarshal([]byte(file.body), &person); err != nil || person.Runner.Licence != "canary-licence" || len(person.Results) != 10 {
			t.Errorf("got %d %.200s, %v", file.status, file.body, err)
		}
		for header, want := range map[string]string{
			"Content-Disposition": `attachment; filename="runner-1.json"`, "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store",
		} {
			if got := file.header.Get(header); got != want {
				t.Errorf("%s: got %q, want %q", header, got, want)
			}
		}
		if a := b.get(path); a.status != http.StatusMethodNotAllowed {
			t.Errorf("GET: got %d, want 405", a.status)
		}
		log, _, err := s.db.AuditLog(t.Context(), queries.AuditFilter{Kind: "runner", ObjectID: karabo}, 1)
		if err != nil || len(log) != 1 || log[0].Action != "export" || log[0].Actor != adminEmail {
			t.Errorf("the audit log does not tell of it: %+v, %v", log, err)
		}
	})
}

func TestThePrivacyPageIsLinkedFromEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, querytest.SQLite)
	b := s.browser(t)
	for _, path := range []string{"/", "/runners", "/login", "/nowhere"} {
		if b.get(path).doc(t).Find(`footer a[href="/privacy"]`).Length() != 1 {
			t.Errorf("%s does not link to /privacy", path)
		}
	}
	if page := b.get("/privacy"); page.status != http.StatusOK || !strings.Contains(page.text(t), "Information Regulator") {
		t.Errorf("got %d", page.status)
	}
}

// A second record of somebody who was erased does not come back from the bin
// without a question.
func TestRestoringSomebodyErasedIsAsked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b, by := s.keeper(t), queries.AtCommandLine(s.clock.now())
		second, err := s.db.CreateRunner(t.Context(), club.Runner{Name: "Thandi Mokoena"}, by)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.DeleteRunner(t.Context(), second, 1, by); err != nil {
			t.Fatal(err)
		}
		ask := b.get("/admin/runners/7/erase")
		if a := submit(b, ask, "/admin/runners/7/erase", url.Values{"name": {"thandi mokoena"}}); a.status != http.StatusSeeOther {
			t.Fatalf("erase: got %d", a.status)
		}
		bin := b.get("/admin/bin")
		asked := submit(b, bin, "/admin/restore", url.Values{})
		if asked.status != http.StatusUnprocessableEntity || !strings.Contains(asked.body, "asked to be erased") {
			t.Errorf("restored: got %d, want 422 and the question", asked.status)
		}
		if _, err := s.db.AnyRunner(t.Context(), second); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("the record is back: %v", err)
		}
		if a := submit(b, asked, "/admin/restore", url.Values{"sure": {"yes"}}); a.status != http.StatusSeeOther {
			t.Errorf("restored all the same: got %d, want 303", a.status)
		}
	})
}

// Without the key of the list of erased people nobody is added on any page.
func TestNobodyIsAddedWithoutTheKeyOfTheErased(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b, by := s.keeper(t), queries.AtCommandLine(s.clock.now())
		sealer := accounts.NewSealer([][]byte{bytes.Repeat([]byte("k"), 32)}, queries.SuppressionPurpose)
		if err := s.db.EraseRunner(t.Context(), thandi1, 1, &sealer, by); err != nil {
			t.Fatal(err)
		}
		race := url.Values{"runner": {"Sipho Dube"}, "who": {"new"}, "time": {"4:00:00"}, "sure": {"yes"}}
		for path, fields := range map[string]url.Values{"/admin/runners": {"name": {"Sipho Dube"}, "sure": {"yes"}}, "/admin/races/1": race} {
			if a := submit(b, b.get(path), path, fields); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "SESSION_KEYS") {
				t.Errorf("%s: got %d, want 503 and what to do", path, a.status)
			}
		}
		if runners, _, err := s.db.KeptRunners(t.Context(), queries.RunnerFilter{Query: "Sipho Dube", Limit: 9}); err != nil || len(runners) != 0 {
			t.Errorf("got %+v, %v", runners, err)
		}
	})
}
