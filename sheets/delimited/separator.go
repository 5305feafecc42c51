package delimited

import (
	"regexp"
	"strings"
)

// separators lists the possible separators, in order of preference.
const separators = "\t;,|"

// looked is the number of bytes from which the separator is detected.
const looked = 64 << 10

// separatorOf detects the separator of a text: the one that splits most lines
// into the same number of cells. A first line such as "sep=;", which Excel
// understands, settles it and is skipped.
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

// separation scores a separator: the share of rows with the most common number
// of cells, with a small bonus for each column.
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

// isFixedWidth reports whether a text aligns its columns with spaces.
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
