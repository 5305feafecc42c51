package accounts

import (
	"net/netip"
	"time"
)

// Throttle bounds how often passwords may be guessed. It counts failures, not
// successes, and refuses nobody who comes from elsewhere with the right
// password.
type Throttle struct {
	// Window is how long a failure counts against an address.
	Window time.Duration
	// PerAccount failures of one account from one address are too many, and
	// so are PerAddress of all accounts from it.
	PerAccount int
	PerAddress int
	// Day is how long a failure counts against an account, wherever it came
	// from. Each beyond SlowAfter makes its answers later by Step, up to
	// MaxDelay.
	Day       time.Duration
	SlowAfter int
	Step      time.Duration
	MaxDelay  time.Duration
}

// DefaultThrottle follows OWASP ASVS 5.0.0, 6.3.1: it slows down who guesses,
// and locks no account.
var DefaultThrottle = Throttle{
	Window:     15 * time.Minute,
	PerAccount: 5,
	PerAddress: 20,
	Day:        24 * time.Hour,
	SlowAfter:  50,
	Step:       100 * time.Millisecond,
	MaxDelay:   5 * time.Second,
}

// Delay is how much later an account with so many failures in a day is
// answered.
func (t Throttle) Delay(failures int) time.Duration {
	return min(time.Duration(max(failures-t.SlowAfter, 0))*t.Step, t.MaxDelay)
}

// AccountKey is what the failures of an account are counted under: a hash, as
// people type passwords, too, where an e-mail address is asked for.
func AccountKey(email string) string { return HashToken("account " + EmailKey(email)) }

// Network is what an address counts as: whoever has one IPv6 address has its
// whole /64.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
