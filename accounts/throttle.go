package accounts

import (
	"net/netip"
	"time"
)

// Throttle limits how fast passwords can be guessed. It counts failures only,
// and never locks out a user who signs in with the right password from another
// address.
type Throttle struct {
	// Window is how long a failure counts against an address.
	Window time.Duration
	// PerAccount is the number of failures of one account from one address at
	// which the address is refused. PerAddress is the same for all accounts
	// together.
	PerAccount int
	PerAddress int
	// Day is how long a failure counts against an account, from any address.
	// Every failure beyond SlowAfter delays the next answer by another Step, up
	// to MaxDelay.
	Day       time.Duration
	SlowAfter int
	Step      time.Duration
	MaxDelay  time.Duration
}

// DefaultThrottle follows OWASP ASVS 5.0.0, 6.3.1: it slows attackers down and
// locks no account.
var DefaultThrottle = Throttle{
	Window:     15 * time.Minute,
	PerAccount: 5,
	PerAddress: 20,
	Day:        24 * time.Hour,
	SlowAfter:  50,
	Step:       100 * time.Millisecond,
	MaxDelay:   5 * time.Second,
}

// Delay returns the delay of the next answer for an account with this many
// failures in a day.
func (t Throttle) Delay(failures int) time.Duration {
	return min(time.Duration(max(failures-t.SlowAfter, 0))*t.Step, t.MaxDelay)
}

// AccountKey returns the key under which failures of an account are counted. It
// is a hash, because people also type passwords into the email field.
func AccountKey(email string) string { return HashToken("account " + EmailKey(email)) }

// Network returns the network that an address is counted as. A customer with
// one IPv6 address has the whole /64.
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
