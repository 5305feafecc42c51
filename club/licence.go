package club

import (
	"strings"
	"unicode"
)

// LicenceKey reduces a licence number to the form in which licences are
// compared and searched: its digits, a "|", then its folded letters, so that
// "WPA 1234", "1234-wpa" and "1234WPA" are the same. A licence without digits or
// letters has the key "".
func LicenceKey(licence string) string {
	var digits, letters strings.Builder
	for _, r := range Fold(licence) {
		switch {
		case unicode.IsDigit(r):
			digits.WriteRune(r)
		case unicode.IsLetter(r):
			letters.WriteRune(r)
		}
	}
	if digits.Len() == 0 && letters.Len() == 0 {
		return ""
	}
	return digits.String() + "|" + letters.String()
}
