package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
)

// omissions are what a page lacks for those who can't see it, or use it
// otherwise than with a mouse.
const omissions = `(() => {
	const found = [];
	const want = (true_, words) => { if (!true_) found.push(words); };
	want(document.documentElement.lang.startsWith('en'), 'no language');
	want(document.title.includes('RCS Gugulethu AC'), 'no title: ' + document.title);
	want(all('h1').length === 1, all('h1').length + ' first headings');
	want(all('main').length === 1, all('main').length + ' main parts');
	let level = 0;
	for (const heading of all('h1, h2, h3, h4, h5, h6')) {
		want(heading.tagName[1] <= level + 1, 'a heading of level ' + heading.tagName[1] + ' after ' + level);
		level = +heading.tagName[1];
	}
	const ids = all('[id]').map(e => e.id);
	want(new Set(ids).size === ids.length, 'an id twice among ' + ids);
	for (const input of all('input:not([type=hidden]), select, textarea')) want(input.labels.length === 1, 'no label: ' + input.outerHTML);
	for (const image of all('img')) want(image.hasAttribute('alt'), 'no text for ' + image.outerHTML);
	for (const form of all('form')) want(form.getAttribute('action') && form.getAttribute('method'), 'a form that needs a script');
	for (const button of all('[hx-get]:not(input)')) want(button.matches('a[href], form[action]'), 'no link without a script: ' + button.outerHTML);
	for (const svg of all('svg:not([aria-hidden=true])')) {
		const words = (svg.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '');
		const points = [...svg.querySelectorAll('[role]')];
		want(svg.getAttribute('role') === (points.length ? 'group' : 'img') && points.every(p => p.querySelector('title')?.textContent), 'a chart without parts: ' + words);
		want(words.length === 2 && words.every(w => w.length > 10), 'a chart without words: ' + words);
	}
	for (const table of all('table')) {
		want(table.caption || table.hasAttribute('aria-labelledby'), 'a table without a name');
		want([...table.tHead.rows[0].cells].every(cell => cell.scope === 'col'), 'a table whose columns have no heads');
	}
	for (const element of all('[style], [onclick], [onload], script:not([src]), style')) found.push('inline: ' + element.outerHTML.slice(0, 80));
	return found;
})()`

func TestPagesHaveWordsForThoseWhoCanNotSeeThem(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		check := func(b *tab, name, path string) {
			b.visit(path)
			for _, omission := range eval[[]string](b, omissions) {
				t.Errorf("%s: %s", name, omission)
			}
			for _, node := range call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
				if role := word(node.Role); !node.Ignored && needsName[role] && word(node.Name) == "" {
					t.Errorf("%s: a %s without a name", name, role)
				}
			}
		}
		b := open(t, s)
		b.watch.expect("status of 404")
		titles := map[string]string{}
		for name, path := range s.pages(t) {
			check(b, name, path)
			titles[name] = eval[string](b, `document.title`)
		}
		for _, pair := range [][2]string{{"home", "panel"}, {"panel", "runners"}, {"runners", "runner"}, {"runner", "login"}} {
			if titles[pair[0]] == titles[pair[1]] {
				t.Errorf("%s and %s have the same title, %q", pair[0], pair[1], titles[pair[0]])
			}
		}
		keeper := signedIn(t, s)
		for name, path := range keptPages {
			check(keeper, name, path)
		}
	})
}

var needsName = map[string]bool{
	"button": true, "checkbox": true, "heading": true, "image": true, "img": true, "link": true, "navigation": true,
	"searchbox": true, "table": true, "textbox": true,
}

// word is a value of the accessibility tree, which comes as JSON.
func word(value *accessibility.Value) string {
	if value == nil {
		return ""
	}
	return strings.Trim(string(value.Value), `"`)
}
