package club_test

import (
	"testing"

	"runnerdb/club"
)

func TestLicenceKey(t *testing.T) {
	for licence, want := range map[string]string{
		"":          "",
		" - ":       "",
		"1234":      "1234|",
		"WPA 1234":  "1234|wpa",
		"1234-wpa":  "1234|wpa",
		"W1P2A3/4":  "1234|wpa",
		"Temp":      "|temp",
		"Übern 007": "007|ubern",
	} {
		if got := club.LicenceKey(licence); got != want {
			t.Errorf("LicenceKey(%q) = %q, want %q", licence, got, want)
		}
	}
}
