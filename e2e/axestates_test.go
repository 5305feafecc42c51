//go:build axe

package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"runnerdb/queries/querytest"
)

// send fills a form, however its fields are bounded, and sends it.
func (b *tab) send(form string, fields map[string]string) {
	b.t.Helper()
	values, err := json.Marshal(fields)
	if err != nil {
		b.t.Fatal(err)
	}
	eval[bool](b, fmt.Sprintf(`(() => {
		const form = document.querySelector(%q);
		form.noValidate = true;
		for (const [name, value] of Object.entries(%s)) form.elements.namedItem(name).value = value;
		form.requestSubmit();
		return true;
	})()`, form, values))
}

// upload hands in a result sheet.
func (b *tab) upload(name, sheet string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(sheet), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.visit("/admin/imports")
	b.do("choose the file", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	b.clickOn("Look at it")
	b.until("the preview", fmt.Sprintf(`whole && text('main h1') === %q`, name))
}

// Issue 7: nor do the states of who keeps the records, in which much went wrong.
func TestAxeFindsNothingWhereRecordsAreKept(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	s := keptSites.site(t, querytest.Postgres)
	b := signedIn(t, s)
	b.watch.expect("status of 422")
	for name, path := range map[string]string{
		"no runner": "/admin/runners?q=zzzz", "no race": "/admin/races?q=zzzz", "no result": "/admin/results?runner=zzzz",
		"no user": "/admin/users?q=zzzz", "no entry": "/admin/audit?who=zzzz", "measurements": "/admin/backtest", "a question": "/admin/races/2/delete",
	} {
		b.axe(source, name, path)
	}
	for _, test := range []struct {
		name, path, form, problem string
		fields                    map[string]string
	}{
		{"settings that are refused", "/admin/settings", "main form", "#club-name-problem", map[string]string{
			"club": "", "town": strings.Repeat("x", 61), "category Senior": strings.Repeat("x", 300),
		}},
		{"a runner without a name", "/admin/runners/1/edit", ".record-form", ".problem", map[string]string{"name": "", "born": "soon"}},
		{"a race that is refused", "/admin/races/1/edit", ".record-form", ".problem", map[string]string{"name": "", "length": "far"}},
		{"a time that is refused", "/admin/results/1/edit", ".record-form", ".problem", map[string]string{"time": "soon"}},
		{"a result that is refused", "/admin/races/1", "#enter form", ".problem", map[string]string{"time": "soon"}},
		{"a password that is refused", "/profile", "form[action='/profile/password']", "#new-problem", map[string]string{"new": "short"}},
		{"an invitation that is refused", "/admin/users", "form[action='/admin/users/invite']", ".problem", map[string]string{"email": "nobody"}},
		{"a name that differs", "/admin/runners/1/erase", "main form", ".problem", map[string]string{"name": "Somebody"}},
	} {
		b.visit(test.path)
		b.send(test.form, test.fields)
		b.until(test.name, fmt.Sprintf(`whole && visible(%q)`, test.problem))
		b.axeHere(source, test.name)
	}
	b.addRunner("Axel Tested")
	b.axeHere(source, "a runner was added")
	b.click(".record-actions a:nth-child(2)")
	b.until("the question", `text('.editing').includes('Delete Axel Tested')`)
	b.axeHere(source, "whether to delete")
	b.clickOn("Delete")
	b.until("a toast", `text('#toast').startsWith('Deleted Axel Tested')`)
	b.axe(source, "a bin with somebody in it", "/admin/bin")
}

const (
	firstOfTwo = `Axe Run 10 km,,,,,
Pos,No,Name,Sex,Club,Time
1,1,Adam AXEMAN,M,Axe AC,41:00
2,2,Beth AXEMAN,F,Axe AC,42:00
`
	secondOfTwo = `Axe Run 10 km,,,,,
Pos,No,Name,Sex,Club,Time
1,1,Adam AXEMAN,M,Axe AC,41:00
2,2,Beth AXEMAN,F,Axe AC,42:30
3,3,Karabo KHUMALO,F,RCS Gugulethu AC,43:00
4,4,Slow TYPIST,M,Axe AC,44:09:00
5,5,Broken CLOCK,M,Axe AC,25:61:61
6,6,Quirin ZEBEDEE,M,Axe AC,45:00
6,6,Quirin ZEBEDEE,M,Axe AC,45:00
Total,,7 runners,,,
`
)

// Nor does the preview of a sheet with a row of every verdict, nor one that
// can't be read as it was chosen.
func TestAxeFindsNothingInAPreview(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	b := signedIn(t, keptSites.site(t, querytest.Postgres))
	b.watch.expect("status of 422")
	held := map[string]string{"held": "2026-03-08", "length": "10 km"}
	b.upload("axe one.csv", firstOfTwo)
	b.axeHere(source, "a sheet that says no day")
	b.send("form:has(#race)", held)
	b.until("the day", `whole && text('main').includes('Saved.')`)
	b.clickOn("Import 2 rows")
	b.until("that it is stored", `whole && location.pathname === '/admin/imports' && text('main').includes('Imported.')`)
	b.axeHere(source, "what was imported")
	b.upload("axe two.csv", secondOfTwo)
	b.send("form:has(#race)", held)
	b.until("the day", `whole && text('main').includes('Saved.')`)
	for _, verdict := range []string{"new", "matched", "present", "changed", "warning", "error", "ignored"} {
		if !strings.Contains(b.text(".draft-rows"), verdict) {
			t.Errorf("no row is %s: %s", verdict, b.text(".draft-rows"))
		}
	}
	b.axeHere(source, "a row of every verdict")
	draft := b.path()
	for line, what := range map[string]string{"4": "one that changed", "6": "one to agree to", "7": "one that can't be read", "9": "one left out"} {
		b.axe(source, what, draft+"?line="+line)
	}
	b.visit(draft)
	b.send("form:has(#race)", map[string]string{"length": "far"})
	b.until("why not", `whole && visible('.problem')`)
	b.axeHere(source, "a length that is refused")
	b.axe(source, "what waits", "/admin/imports")
}

// Nor does the way in: a link, an invitation, codes, and who may not.
func TestAxeFindsNothingOnTheWayIn(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	s := keptSites.site(t, querytest.Postgres)
	owner := signedIn(t, s)
	owner.visit("/admin/users")
	owner.send("form[action='/admin/users/invite']", map[string]string{"email": "axel@example.org", "name": "Axel", "role": "viewer"})
	owner.until("the link", `whole && visible('.secret')`)
	owner.axeHere(source, "a link for somebody")
	link, err := url.Parse(owner.text(".secret"))
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, s)
	b.watch.expect("status of 422")
	b.watch.expect("status of 403")
	b.axe(source, "an invitation", link.Path)
	b.send("form.fields", map[string]string{"new": "four goats on a taxi", "again": "five goats"})
	b.until("why not", `whole && visible('#again-problem')`)
	b.axeHere(source, "two passwords that differ")
	b.choosePassword("four goats on a taxi")
	b.until("the profile", `whole && location.pathname === '/profile'`)
	b.axeHere(source, "a new user’s profile")
	b.axe(source, "what a viewer may not", "/admin/settings")
	b.axe(source, "runners that a viewer sees", "/admin/runners")
	b.visit("/profile")
	b.clickOn("Change this")
	b.until("the picture and the key", `whole && visible('.qr') && visible('#secret')`)
	b.axeHere(source, "a key for codes")
	b.giveCode("000 00")
	b.until("why not", `whole && visible('#code-problem')`)
	b.axeHere(source, "a code that is wrong")
}
