package accounts_test

import (
	"testing"
	"time"

	"runnerdb/accounts"
)

func TestDelayGrowsAndIsBounded(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 50: 0, 51: 100 * time.Millisecond, 60: time.Second, 100: 5 * time.Second, 1_000_000: 5 * time.Second,
	} {
		if got := accounts.DefaultThrottle.Delay(failures); got != want {
			t.Errorf("%d failures: got %s, want %s", failures, got, want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7":                 "192.0.2.7",
		"::ffff:192.0.2.7":          "::ffff:192.0.2.7",
		"2001:db8:1:2:3:4:5:6":      "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1":      "2001:db8:1:2::/64",
		"2001:db8:1:3::1":           "2001:db8:1:3::/64",
		"fe80::1%eth0":              "fe80::/64",
		"":                          "",
		"not an address, whatever ": "not an address, whatever ",
	} {
		if got := accounts.Network(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestAccountKey(t *testing.T) {
	if accounts.AccountKey(" Thandi@Example.org ") != accounts.AccountKey("thandi@example.org") {
		t.Error("case and blanks make another account")
	}
	if accounts.AccountKey("thandi@example.org") == accounts.AccountKey("sipho@example.org") {
		t.Error("two people are one account")
	}
}
