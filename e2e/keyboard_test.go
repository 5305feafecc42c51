package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// tabTo presses Tab until an element has the focus. On the way, and there, the
// focus is always to be seen.
func (b *tab) tabTo(what, expression string) {
	b.t.Helper()
	for range 20 {
		b.press(kb.Tab)
		ring := eval[string](b, `(() => {
			const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
			if (element === document.body) return 'nothing';
			if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no ring round ' + element.outerHTML;
			if (box.width === 0 || box.right <= 0 || box.bottom <= 0) return 'out of sight: ' + element.outerHTML;
			return '';
		})()`)
		if ring != "" {
			b.t.Errorf("the focus can't be seen: %s", ring)
		}
		if eval[bool](b, fmt.Sprintf(`(element => %s)(document.activeElement)`, expression)) {
			return
		}
	}
	b.t.Fatalf("Tab does not lead to %s\n%s", what, b.describe())
}

func TestKeysAloneLeadToAPrediction(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.tabTo("the way past the navigation", `element.matches('.skip')`)
		b.tabTo("the search box", `element.id === 'q'`)
		b.press("karabo kh")
		b.until("Karabo Khumalo", `hits[0] === 'Karabo Khumalo'`)
		b.tabTo("the first hit", `element.matches('.hit')`)
		b.press(kb.Enter)
		b.until("the panel, with the focus on its heading", `panel.includes('Karabo Khumalo') && document.activeElement === one('#prediction h2')`)
		requirePrediction(b, "Karabo Khumalo")
		b.tabTo("the runner's page", `element.matches('#prediction h2 a')`)
		b.tabTo("the distances", `element.matches('.choices a')`)
	})
}

func TestSkipLinkLeadsPastTheNavigation(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/")
		b.tabTo("the way past the navigation", `element.matches('.skip')`)
		b.press(kb.Enter)
		b.until("the focus on the content", `document.activeElement.id === 'main'`)
		b.tabTo("the search box", `element.id === 'q'`)
	})
}

func TestEnterInTheSearchBoxSearches(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/")
		b.search("bandile nk" + kb.Enter)
		b.until("the page of the search", `whole && location.pathname === '/predict' && one('#q').value === 'bandile nk' && hits.includes('Bandile Nkosi')`)
	})
}
