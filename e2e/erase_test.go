package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestAPersonIsErased(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		b := signedIn(t, s)
		b.addRunner("Ziyanda Forgetme")
		b.clickOn("History")
		b.until("the record", `whole && text('main h1') === 'Ziyanda Forgetme'`)
		b.clickOn("Change")
		b.until("the form of contacts", `whole && text('main h1').startsWith('How to reach')`)
		b.click("#contact-email")
		b.press("ziyanda@example.org" + kb.Enter)
		b.until("the contact", `whole && text('.facts').includes('ziyanda@example.org')`)
		b.clickOn("Erase this person …")
		b.until("what will happen", `whole && text('main').includes('Name withheld') && text('main').includes('can’t be undone')`)
		b.watch.expect("status of 422")
		b.click("#erase-name")
		b.press("Ziyanda" + kb.Enter)
		b.until("a refusal at the field", `whole && text('#erase-name-problem').includes('Nobody was erased')`)
		b.click("#erase-name")
		b.press("Ziyanda Forgetme" + kb.Enter)
		b.until("the list, and what was done", `whole && text('#toast').startsWith('Erased') && !document.body.innerText.includes('Ziyanda')`)
		b.visit("/admin/audit")
		b.until("the deeds without the name", `whole && text('main').includes('erase') && text('main').includes('Name withheld') && !document.body.innerText.includes('Ziyanda')`)
		if source := s.source(t, "/runners?q=ziyanda+forgetme"); strings.Contains(source, `class="hit"`) {
			t.Error("who was erased is found")
		}
	})
}
