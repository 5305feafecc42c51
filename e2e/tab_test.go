package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page in a browser profile of its own. Its methods fail the test
// when the page does not do what they ask for.
type tab struct {
	t     *testing.T
	ctx   context.Context
	site  *site
	watch *watch
}

// open opens an empty tab. When the test ends, whatever went wrong in it
// unseen fails the test.
func open(t *testing.T, s *site) *tab {
	t.Helper()
	browser, err := theBrowser()
	if err != nil {
		t.Fatal(err)
	}
	watch := &watch{origin: s.url}
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(watch.see))
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	b := &tab{t, ctx, s, watch}
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(b, runtime.AddBinding, runtime.AddBindingParams{Name: breachBinding})
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: reportBreaches})
	b.size(1280, 900)
	t.Cleanup(func() { b.watch.report(b) })
	return b
}

// call sends a command of the browser's protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

func (b *tab) do(what string, action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, action)
	for err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "Could not find node") {
		err = chromedp.Do(ctx, action) // a fragment took the node's place meanwhile
	}
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.describe())
	}
}

// helpers shorten what tests ask a page for.
const helpers = `
	const one = selector => document.querySelector(selector);
	const all = selector => [...document.querySelectorAll(selector)];
	const text = selector => (one(selector)?.innerText ?? '').trim();
	const visible = selector => one(selector)?.checkVisibility({visibilityProperty: true}) ?? false;
	const whole = document.readyState === 'complete' && !!one('body > header nav') && !!one('main h1');
	const panel = text('#prediction h2');
	const hits = all('.hit-name').map(hit => hit.innerText);
`

// eval is the value of a JavaScript expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	value, err := tryEval[T](b, expression)
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

func tryEval[T any](b *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T]("(() => {"+helpers+"return ("+expression+");})()"))
}

// until waits for an expression to become true, also across pages.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		if done, err := tryEval[bool](b, expression); err == nil && done {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("never seen: %s (%s)\n%s", what, expression, b.describe())
		case <-time.After(40 * time.Millisecond):
		}
	}
}

// describe is the page in words, for a failure.
func (b *tab) describe() string {
	seen, err := tryEval[string](b, `location.href + '\n' + (document.body?.innerText ?? '')`)
	if err != nil {
		return "(no page: " + err.Error() + ")"
	}
	return lines(seen)
}

func (b *tab) visit(path string) {
	b.t.Helper()
	b.do("visit "+path, chromedp.Navigate(b.site.url+path))
}

func (b *tab) back() {
	b.t.Helper()
	eval[bool](b, `(history.back(), true)`)
}

func (b *tab) forward() {
	b.t.Helper()
	eval[bool](b, `(history.forward(), true)`)
}

func (b *tab) reload() {
	b.t.Helper()
	b.do("reload", chromedp.Reload())
}

// path is the address without its origin.
func (b *tab) path() string {
	b.t.Helper()
	return strings.TrimPrefix(eval[string](b, `location.href`), b.site.url)
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`text(%q)`, selector))
}

// click clicks with the mouse on the middle of what the selector finds.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// clickOn clicks on the link or button with these words.
func (b *tab) clickOn(words string) {
	b.t.Helper()
	path := fmt.Sprintf(`//*[self::a or self::button][contains(normalize-space(.), "%s")]`, words)
	b.do("click on "+words, chromedp.Click(chromedp.Search(path), chromedp.NodeVisible))
}

// press presses keys, one after the other, on whatever has the focus.
func (b *tab) press(keys string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.do("press "+keys, chromedp.KeyEvent(keys, options...))
}

// search puts the focus into the search box and types.
func (b *tab) search(words string) {
	b.t.Helper()
	b.click("#q")
	b.press(words)
}

// choose searches for a runner, chooses the hit with the name, and waits for
// the panel.
func (b *tab) choose(words, name string) {
	b.t.Helper()
	b.search(words)
	b.until(name+" among the hits", fmt.Sprintf(`hits.includes(%q)`, name))
	b.clickOn(name)
	b.until("the panel of "+name, fmt.Sprintf(`panel.includes(%q)`, name))
}

// size sets the window's size. Up to 600 pixels wide it is a phone.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	var options []chromedp.EmulateViewportOption
	if width <= 600 {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	b.do("set the size", chromedp.EmulateViewport(width, height, options...))
}

// prefer sets light or dark colours, and no movement.
func (b *tab) prefer(scheme string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// noScript turns JavaScript off in the pages that follow.
func (b *tab) noScript() {
	b.t.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

func (b *tab) cookies() []*network.Cookie {
	b.t.Helper()
	return call(b, network.GetCookies, network.GetCookiesParams{URLs: []string{b.site.url}}).Cookies
}

// restart is a new tab with what a browser keeps of a tab's cookies when it
// is closed and opened again: those that have a date of expiry.
func (b *tab) restart() *tab {
	b.t.Helper()
	fresh := open(b.t, b.site)
	for _, cookie := range b.cookies() {
		if !cookie.Session {
			fresh.setCookie(cookie.Name, cookie.Value)
		}
	}
	return fresh
}

func (b *tab) setCookie(name, value string) {
	b.t.Helper()
	call(b, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.site.url, HTTPOnly: new(true)})
}
