package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestWithoutJavaScriptARunnerIsFoundAndPredicted(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.noScript()
		b.visit("/")
		b.search("karabo kh" + kb.Enter)
		b.until("the hits", `whole && location.pathname === '/predict' && hits[0] === 'Karabo Khumalo'`)
		b.clickOn("Karabo Khumalo")
		b.until("the panel", `whole && panel.includes('Karabo Khumalo')`)
		requirePrediction(b, "Karabo Khumalo")
		other := eval[string](b, `text('.choices a:not([aria-current])')`)
		b.click(".choices a:not([aria-current])")
		b.until("another distance", `whole && text('.choices a[aria-current]') === '`+other+`'`)
		b.click("#prediction h2 a")
		b.until("the runner's page", `whole && text('main h1') === 'Karabo Khumalo' && one('.results') !== null`)
	})
}

func TestWithoutJavaScriptAnAdminSignsInAndOut(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.noScript()
		b.visit("/login")
		b.signIn(s.email, s.password)
		b.until("the welcome", `whole && text('main h1') === 'Welcome, `+s.name+`!'`)
		b.clickOn("Log out")
		b.until("the home page, signed out", `whole && location.pathname === '/' && text('nav').includes('Login')`)
	})
}
