package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"slices"
	"testing"

	"runnerdb/queries/querytest"
)

// axeHash is that of the file as its authors published it.
const axeHash = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"

func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("testdata/axe/axe-4.14.1.min.js")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(source); hex.EncodeToString(sum[:]) != axeHash {
		t.Fatalf("axe has the hash %x, want %s", sum, axeHash)
	}
	return string(source)
}

// startAxe opens all that is folded and looks for what keeps people out: all
// rules of WCAG 2.2 up to AA, and axe's own good practice.
const startAxe = `(() => {
	for (const details of all('details')) details.open = true;
	window.axeFound = null;
	axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}).then(
		result => { window.axeFound = {passes: result.passes.length, violations: result.violations.map(v =>
			v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))} },
		error => { window.axeFound = {passes: 0, violations: [String(error)]} });
	return true;
})()`

// view is how a page is looked at.
type view struct {
	scheme string
	width  int64
}

// views are those of every run, and the rest when everything is looked at.
func views(always, rest []view) []view {
	if everything() {
		return slices.Concat(always, rest)
	}
	return always
}

type axeResult struct {
	Passes     int      `json:"passes"`
	Violations []string `json:"violations"`
}

func (b *tab) axe(source, name, path string) {
	b.t.Helper()
	b.visit(path)
	b.axeHere(source, name)
}

// axeHere looks at the page as it is now.
func (b *tab) axeHere(source, name string) {
	b.t.Helper()
	eval[bool](b, `(() => {`+source+`; return true})()`)
	phone := []view{{"light", 360}, {"dark", 360}}
	now := turn(name, 2)
	rest := []view{phone[1-now], {"light", 1280}, {"dark", 1280}}
	for _, v := range views(phone[now:now+1], rest) {
		b.prefer(v.scheme)
		b.size(v.width, 800)
		eval[bool](b, startAxe)
		b.until("axe's answer", `window.axeFound !== null`)
		found := eval[axeResult](b, `window.axeFound`)
		for _, violation := range found.Violations {
			b.t.Errorf("%s, %s, %d pixels wide: %s", name, v.scheme, v.width, violation)
		}
		if found.Passes < 10 {
			b.t.Errorf("%s: only %d rules passed, so that the test says nothing", name, found.Passes)
		}
	}
}

// Issue 7: no page, in no state, breaks a rule that a machine can check.
func TestAxeFindsNothing(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	s := sites.site(t, querytest.SQLite)
	visitor := open(t, s)
	visitor.watch.expect("status of 404")
	for _, pages := range []struct {
		tab   *tab
		paths map[string]string
	}{{visitor, s.pages(t)}, {signedIn(t, s), keptPages}} {
		for _, name := range slices.Sorted(maps.Keys(pages.paths)) {
			pages.tab.axe(source, name, pages.paths[name])
		}
	}
	wrong := open(t, s)
	wrong.watch.expect("status of 422")
	wrong.visit("/login")
	wrong.signIn(s.email, "not the password")
	wrong.until("the answer", `whole && visible('.problem')`)
	wrong.axeHere(source, "a password that is wrong")
	wrong.axe(source, "a goal that is none", s.runner(t, "Karabo Khumalo")+"?goal=nonsense")
	eval[bool](wrong, `(`+points+`[1].focus(), true)`)
	wrong.until("the value", atPoint("1"))
	wrong.axeHere(source, "a chart with the focus in it")
}
