package delimited

import (
	"regexp"
	"strings"
)

// separators are what may stand between cells, in the order in which one is
// taken when two do as well.
const separators = "\t;,|"

// looked is how much of a text shows how it is separated.
const looked = 64 << 10

// separatorOf finds what separates the cells of a text: what splits most of
// its lines into the same number of cells. Excel writes it into the first line
// at times, which is then skipped.
func separatorOf(text string) (separator byte, skip bool) {
	head := text[:min(len(text), 8)]
	if strings.HasPrefix(strings.ToLower(head), "sep=") && len(head) > 4 {
		return head[4], true
	}
	best, separator := 0.0, byte(',')
	for i := range len(separators) {
		if score := separation(text[:min(len(text), looked)], separators[i]); score > best {
			best, separator = score, separators[i]
		}
	}
	return separator, false
}

// separation says how well a separator does: the share of the rows that have
// the commonest number of cells, or a few less, and a little for each column.
func separation(text string, separator byte) float64 {
	s := splitter{text: text, separator: separator, line: 1}
	counts := map[int]int{}
	rows := 0
	for s.at < len(s.text) && rows < 300 {
		row := s.record()
		if row.Filled() > 0 {
			counts[len(row.Cells)]++
			rows++
		}
	}
	best := 0.0
	for width, count := range counts {
		if width > 1 {
			best = max(best, float64(count)/float64(rows)*(1+float64(min(width, 20))/40))
		}
	}
	return best
}

var (
	gap   = regexp.MustCompile(`\S {2,}\S`)
	ruled = regexp.MustCompile(`^[ =\-_+|]{8,}$`)
)

// isFixedWidth reports whether a text lines its columns up with blanks.
func isFixedWidth(text string) bool {
	lines, aligned := 0, 0
	for line := range strings.SplitSeq(strings.ReplaceAll(text[:min(len(text), looked)], "\r", "\n"), "\n") {
		if line = strings.TrimRight(line, " "); line == "" {
			continue
		}
		lines++
		if gap.MatchString(line) || ruled.MatchString(line) {
			aligned++
		}
	}
	return lines > 2 && aligned > lines*6/10
}
