package handlers_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

func text(_ int, e *goquery.Selection) string { return strings.Join(strings.Fields(e.Text()), " ") }

var changing = regexp.MustCompile(`<code>[0-9a-f]{16}</code>|name="form_token" value="[^"]*"`)

// masked leaves out what differs between two equal answers: the request's
// number and the form's token.
func masked(body string) string { return changing.ReplaceAllString(body, "…") }

// skeleton lists the elements and attributes of a document in their order,
// without any text or value.
func skeleton(t *testing.T, a answer) string {
	t.Helper()
	var b strings.Builder
	var walk func(node *html.Node)
	walk = func(node *html.Node) {
		if node.Type == html.ElementNode || node.Type == html.CommentNode {
			if node.Type == html.CommentNode {
				b.WriteString("<!--")
			}
			b.WriteString("\n" + node.Data)
			for _, attribute := range node.Attr {
				b.WriteString(" " + attribute.Key)
			}
		}
		for child := range node.ChildNodes() {
			walk(child)
		}
	}
	for _, node := range a.doc(t).Nodes {
		walk(node)
	}
	return b.String()
}

func attributeOf(name string) func(int, *goquery.Selection) string {
	return func(_ int, e *goquery.Selection) string { return e.AttrOr(name, "") }
}
