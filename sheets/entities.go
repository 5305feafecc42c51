package sheets

import (
	"html"
	"regexp"
	"strings"

	"runnerdb/sheets/grid"
)

// Some sheets are cut out of web pages, with their signs: O&#39;Brien,
// <b>Dlamini</b>.

var markup = regexp.MustCompile(`(?i)</?(?:a|b|br|em|font|i|nobr|p|small|span|strong|sub|sup|td|u)(?:\s[^<>]*)?/?>`)

// medal is a picture before a number: 🥇 1.
var medal = regexp.MustCompile(`^[\p{So}\x{fe0f}\s]+(\d)`)

// asText is how a spreadsheet is made to take a cell for text: ="0:32:08".
var asText = regexp.MustCompile(`^="([^"]*)"$`)

// wide are digits as wide as the signs of Chinese and Japanese.
var wide = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// withoutMarkup is the text that a web page would show.
func withoutMarkup(text string) string {
	if strings.Contains(text, "<") && strings.Contains(text, ">") {
		text = markup.ReplaceAllString(text, " ")
	}
	if strings.Contains(text, "&") && strings.Contains(text, ";") {
		text = html.UnescapeString(strings.ReplaceAll(text, "&amp;", "&"))
	}
	return text
}

// removeMarkup takes the markup of web pages out of all cells of a table.
func removeMarkup(t grid.Table) {
	for _, row := range t.Rows {
		for i, cell := range row.Cells {
			if cell.Form != grid.Text || grid.IsTidy(cell.Text) && !strings.ContainsAny(cell.Text, "&<=") {
				continue
			}
			if part := asText.FindStringSubmatch(cell.Text); part != nil {
				cell.Text = part[1]
			}
			row.Cells[i].Text = medal.ReplaceAllString(wide.Replace(withoutMarkup(cell.Text)), "$1")
		}
	}
}
