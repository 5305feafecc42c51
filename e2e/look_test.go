package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// pages are all that a visitor meets, by what they show. Each is the path of
// the page.
func (s *site) pages(t *testing.T) map[string]string {
	t.Helper()
	karabo := s.runner(t, "Karabo Khumalo")
	race := regexp.MustCompile(`/races/\d+`).FindString(s.source(t, "/predict?q=two+oceans+half"))
	return map[string]string{
		"chosen":    karabo + "?year=2025&sort=grade#results",
		"fewer":     race + "?sex=F",
		"nobodys":   race + "?club=nobody",
		"outcomes":  race + "/predictions",
		"series":    regexp.MustCompile(`/series/\d+`).FindString(s.source(t, race)),
		"records":   "/records",
		"by-age":    "/records?distance=10k",
		"history":   "/records/history?distance=10k&sex=M",
		"fastest":   "/boards",
		"most":      "/boards?board=most",
		"improved":  "/boards?board=improved",
		"nobodyyet": "/compare",
		"compare":   "/compare?runners=1,2,3,4",
		"graded":    "/compare?runners=1,2&graded=1",
		"adding":    "/compare?runners=1&q=nd",
		"accuracy":  "/accuracy",
		"home":      "/",
		"search":    "/predict?q=nd",
		"panel":     "/predict?q=karabo+kh&runner=" + strings.TrimPrefix(karabo, "/runners/"),
		"goal":      karabo + "?adjusted=1&goal=sub+4:10",
		"never":     karabo + "?distance=100k",
		"refusal":   "/predict?runner=" + strings.TrimPrefix(s.runner(t, `· 0 races$`), "/runners/"),
		"newcomer":  "/predict?runner=" + strings.TrimPrefix(s.runner(t, `· 2 races · `), "/runners/"),
		"nobody":    "/predict?q=zzzz",
		"alias":     "/predict?q=nomsa+xaba",
		"near":      "/predict?q=khumslo",
		"races":     "/predict?q=two+oceans",
		"both":      "/runners?q=cape",
		"lately":    "/predict?recent=1.2.3",
		"race":      race,
		"runners":   "/runners",
		"runner":    karabo,
		"veteran":   s.runner(t, `· [4-9]\d races · `),
		"login":     "/login",
		"privacy":   "/privacy",
		"notfound":  "/nothing/here",
	}
}

// keptPages are those of who keeps the records.
var keptPages = map[string]string{
	"settings":     "/admin/settings",
	"profile":      "/profile",
	"code":         "/profile/second-factor",
	"confirm":      "/profile/confirm",
	"keep-runners": "/admin/runners?sort=races",
	"keep-edit":    "/admin/runners/1/edit",
	"keep-delete":  "/admin/runners/2/delete",
	"keep-races":   "/admin/races",
	"keep-results": "/admin/races/1",
	"keep-bin":     "/admin/bin",
	"keep-list":    "/admin/results",
	"keep-result":  "/admin/results/1",
	"keep-time":    "/admin/results/1/edit",
	"keep-race":    "/admin/races/1/edit",
	"keep-years":   "/admin/races/1/history",
	"keep-no-race": "/admin/races/1/delete",
	"keep-history": "/admin/runners/1",
	"keep-contact": "/admin/runners/1/contact",
	"keep-erase":   "/admin/runners/1/erase",
	"users":        "/admin/users?sort=seen",
	"user":         "/admin/users/1",
	"audit":        "/admin/audit",
	"jobs":         "/admin/jobs",
	"keep-checks":  "/admin/checks",
	"imports":      "/admin/imports",
	"keep-twins":   "/admin/duplicates",
	"keep-merge":   "/admin/merge?a=1&b=3",
}

// misfits measures a page: what is wider than the window, what is too small
// for a finger (WCAG 2.5.8: 24 pixels; ours for all that is no link in a text:
// 44), and what is too faint to read (WCAG 1.4.3: 4.5 to 1, large text 3).
const misfits = `(() => {
	const found = [];
	const name = element => element.tagName.toLowerCase() + (element.className?.baseVal ?? element.className ? '.' + (element.className.baseVal ?? element.className) : '') +
		' "' + (element.textContent || element.name || '').trim().slice(0, 40) + '"';
	const shown = element => {
		const box = element.getBoundingClientRect();
		return element.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0;
	};

	const page = document.scrollingElement;
	if (page.scrollWidth > WIDTH) {
		found.push('scrolls sideways: ' + page.scrollWidth + ' pixels in a window of ' + WIDTH + ': ' +
			all('body *').filter(e => shown(e) && e.getBoundingClientRect().right > WIDTH + 1).slice(0, 3).map(name));
	}

	const large = '.site-header a, .site-header button, .hit, .choices a, .targets a, summary, .pages a, .button, button, select, ' +
		'input:not([type=hidden]):not([type=checkbox]), label:has(input[type=checkbox])';
	for (const element of all(large + ', main a').filter(shown)) {
		const box = element.getBoundingClientRect(), want = element.matches(large) ? 44 : 24;
		if (box.height < want - 0.5) found.push('too small for a finger: ' + name(element) + ' is ' + box.height.toFixed(1) + ' high, want ' + want);
	}

	const parse = color => color.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const ground = element => {
		for (let e = element; e; e = e.parentElement) {
			const color = parse(getComputedStyle(e).backgroundColor);
			if (color[3] !== 0) return color;
		}
		return [255, 255, 255];
	};
	const faint = (element, color, style) => {
		const [a, b] = [light(parse(color)), light(ground(element))];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		const size = parseFloat(style.fontSize), want = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
		if (ratio < want) found.push('too faint: ' + name(element) + ' has ' + ratio.toFixed(2) + ' to 1, want ' + want);
	};
	for (const element of all('body *').filter(shown)) {
		const style = getComputedStyle(element);
		if (element.matches('input') && element.placeholder) faint(element, getComputedStyle(element, '::placeholder').color, style);
		if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
		faint(element, element.matches('svg text') ? style.fill : style.color, style);
	}
	return found;
})()`

func TestPagesFitEveryWindowAndCanBeReadAndTouched(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.watch.expect("status of 404")
		b.lookAt(s.pages(t))
		signedIn(t, s).lookAt(keptPages)
	})
}

// lookAt measures pages on phones and on a desk: 640 pixels are a desk's 1280
// with letters of twice the size, 320 with four times.
func (b *tab) lookAt(pages map[string]string) {
	b.t.Helper()
	for name, path := range pages {
		b.visit(path)
		for _, v := range views([]view{{"light", 320}, {"dark", 360}, {"light", 1280}}, []view{{"dark", 320}, {"light", 360}, {"light", 640}, {"dark", 1280}}) {
			b.prefer(v.scheme)
			b.size(v.width, 800)
			b.until("the window's size", fmt.Sprintf(`window.outerWidth > 0 && document.documentElement.clientWidth === %d`, v.width))
			for _, misfit := range eval[[]string](b, strings.ReplaceAll(misfits, "WIDTH", fmt.Sprint(v.width))) {
				b.t.Errorf("%s, %s, %d pixels wide: %s", name, v.scheme, v.width, misfit)
			}
		}
	}
}
