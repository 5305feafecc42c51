package grid

import "strings"

// Guard puts an apostrophe before text that a spreadsheet would run as a
// formula: text that starts with = + - @ or a control character, also after
// spaces and quotes, also in full width (OWASP, CSV Injection).
func Guard(text string) string {
	if isFormula(text) {
		return "'" + text
	}
	return text
}

// Unguard removes the apostrophe that Guard added: Unguard(Guard(x)) = x for
// every text.
func Unguard(text string) string {
	if rest, quoted := strings.CutPrefix(text, "'"); quoted && isFormula(rest) {
		return rest
	}
	return text
}

// isFormula looks at the first character that is neither a space nor a quote. A
// tab or a line ending is dangerous in itself.
func isFormula(text string) bool {
	for _, r := range text {
		switch {
		case strings.ContainsRune("=+-@\t\r\n\x00＝＋－＠﹢﹣﹫", r):
			return true
		case !strings.ContainsRune(" '\"`\u00a0\u3000\u2018\u2019\u201c\u201d\u200b\ufeff", r):
			return false
		}
	}
	return false
}

// YesNo returns "yes" or "no", as lists print a bool.
func YesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
