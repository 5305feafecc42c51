package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// points are those of the first chart, in the order of its data.
const points = `all('.chart > svg *:has(> title)')`

// atPoint says that the nth point has the focus, is the one that Tab leads to,
// and that its words stand under the chart.
func atPoint(n string) string {
	return `(point => document.activeElement === point && text('.chart-value') === point.querySelector('title').textContent && point.matches('.at') &&
		all('.chart > svg [tabindex="0"]').length === 1 && point.getAttribute('tabindex') === '0')(` + points + `.at(` + n + `))`
}

// Issue 7: hover and focus give the values of a chart.
func TestKeysReadTheValuesOfAChart(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		for _, path := range []string{s.runner(t, "Karabo Khumalo"), "/compare?runners=1,2", s.pages(t)["race"]} {
			b.visit(path)
			eval[bool](b, `(one('.chart > svg').scrollIntoView(), one('.chart').tabIndex = -1, one('.chart').focus({focusVisible: true}), true)`)
			b.tabTo("the first point", `element === `+points+`[0]`)
			b.until("its value", atPoint("0"))
			b.press(kb.ArrowRight)
			b.until("the second value", atPoint("1"))
			b.press(kb.End)
			b.until("the last value", atPoint("-1"))
			b.press(kb.ArrowRight + kb.ArrowLeft)
			b.until("the last but one, for there is nothing behind the last", atPoint("-2"))
			b.press(kb.Home)
			b.until("the first value again", atPoint("0"))
			b.press(kb.Tab)
			b.until("the focus outside", `!document.activeElement.closest('.chart > svg')`)
			b.press(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
			b.until("the point that was left", atPoint("0"))
		}
	})
}

// A chart that comes later, with a chosen runner, is read alike; and the
// nearest point is as good as the point.
func TestPointerReadsTheValuesOfAChart(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/predict")
		b.choose("karabo kh", "Karabo Khumalo")
		b.until("the chart, with its hint", `text('.chart-value').startsWith('Touch the chart')`)
		for _, n := range []string{"0", "-1"} {
			place := eval[[]float64](b, `(point => {
				point.scrollIntoView({block: 'center', behavior: 'instant'});
				const box = point.getBoundingClientRect();
				return [box.left + box.width / 2 + 3, box.bottom + 12];
			})(`+points+`.at(`+n+`))`)
			call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: place[0], Y: place[1]})
			b.until("the value under the pointer", `text('.chart-value') === `+points+`.at(`+n+`).textContent && one('.chart-value').getAttribute('aria-live') === 'polite'`)
		}
	})
}

func TestWithoutScriptAChartIsAPictureWithATable(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.noScript()
		b.visit(s.runner(t, "Karabo Khumalo"))
		if got := eval[string](b, `[one('.chart > svg').getAttribute('role'), visible('.chart-value'), visible('.chart-data summary'), all('.chart [tabindex]').length].join(' ')`); got != "img false true 0" {
			t.Errorf("the chart is %s, want a picture without hint, with a table, and no stop", got)
		}
	})
}
