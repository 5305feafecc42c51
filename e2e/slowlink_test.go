//go:build slowlink

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"

	"runnerdb/queries/querytest"
)

// A cheap phone on a slow line, as Chromium itself plays them.
const (
	bytesPerSecond = 400_000 / 8
	roundTrip      = 150 // milliseconds
	slowerBy       = 4   // the processor
)

// gauge writes down in the page when the first hit of a search is there, and
// how far what was shown has moved by itself.
const gauge = `(() => {
	window.gauge = {answered: 0, shifted: 0};
	new PerformanceObserver(list => {
		for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.gauge.shifted += entry.value;
	}).observe({type: 'layout-shift', buffered: true});
	new MutationObserver(() => {
		if (!window.gauge.answered && document.querySelector('#hits .hit')) window.gauge.answered = performance.now();
	}).observe(document, {childList: true, subtree: true});
})()`

// measured is what a visit took, in milliseconds and bytes.
type measured struct{ Painted, Ready, Loaded, Answered, Shifted, Bytes float64 }

const readGauge = `(([page]) => ({
	painted: performance.getEntriesByName('first-contentful-paint')[0].startTime,
	ready: page.domContentLoadedEventEnd, loaded: page.loadEventEnd,
	answered: window.gauge.answered, shifted: window.gauge.shifted,
	bytes: [page, ...performance.getEntriesByType('resource')].reduce((sum, entry) => sum + entry.transferSize, 0),
}))(performance.getEntriesByType('navigation'))`

// TestSlowLink says how long a first visit takes over a slow line, beside one
// to a page of two words: what browser, machine and line take by themselves.
func TestSlowLink(t *testing.T) {
	s := sites.site(t, querytest.SQLite)
	pages := s.pages(t)
	for _, visit := range []struct{ name, path string }{{"bare words", "/healthz"}, {"first page", "/"}, {"runner", pages["runner"]}, {"race", pages["race"]}} {
		b := open(t, s)
		b.size(360, 740)
		b.slow()
		call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: gauge})
		call(b, page.Navigate, page.NavigateParams{URL: s.url + visit.path})
		b.until("something to see", `performance.getEntriesByName('first-contentful-paint').length > 0`)
		box := eval[bool](b, `one('#q') !== null`)
		if box {
			eval[bool](b, `(one("#q").focus(), true)`)
			b.press("kara")
			b.until("an answer", `window.gauge.answered > 0`)
		}
		b.until("all of the page", `performance.getEntriesByType('navigation')[0].loadEventEnd > 0`)
		m := eval[measured](b, readGauge)
		line := fmt.Sprintf("%-10s %5.1f KB, first paint %4.0f ms, ready %4.0f ms, loaded %4.0f ms, layout shift %.3f", visit.name, m.Bytes/1024, m.Painted, m.Ready, m.Loaded, m.Shifted)
		if box {
			line += fmt.Sprintf(", a search answered %4.0f ms", m.Answered)
		}
		t.Log(line)
	}
}

// slow lets the tab be a cheap phone with nothing kept of earlier visits.
func (b *tab) slow() {
	b.t.Helper()
	call(b, network.Enable, network.EnableParams{})
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
		{Latency: roundTrip, DownloadThroughput: bytesPerSecond, UploadThroughput: bytesPerSecond},
	}})
	call(b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowerBy})
}
