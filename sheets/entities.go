package sheets

import (
	"html"
	"regexp"
	"strings"

	"runnerdb/sheets/grid"
)

// Some sheets were copied from web pages, markup included: O&#39;Brien,
// <b>Dlamini</b>.

var markup = regexp.MustCompile(`(?i)</?(?:a|b|br|em|font|i|nobr|p|small|span|strong|sub|sup|td|u)(?:\s[^<>]*)?/?>`)

// medal matches an emoji in front of a number: 🥇 1.
var medal = regexp.MustCompile(`^[\p{So}\x{fe0f}\s]+(\d)`)

// asText matches the formula that makes a spreadsheet treat a cell as text:
// ="0:32:08".
var asText = regexp.MustCompile(`^="([^"]*)"$`)

// wide converts full-width digits to ASCII.
var wide = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// withoutMarkup returns the text that a web page would display.
func withoutMarkup(text string) string {
	if strings.Contains(text, "<") && strings.Contains(text, ">") {
		text = markup.ReplaceAllString(text, " ")
	}
	if strings.Contains(text, "&") && strings.Contains(text, ";") {
		text = html.UnescapeString(strings.ReplaceAll(text, "&amp;", "&"))
	}
	return text
}

// removeMarkup removes the markup of web pages from all cells of a table.
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
