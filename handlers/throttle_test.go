package handlers_test

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"runnerdb/accounts"
)

// behindRouter believes what a router says of addresses.
func behindRouter(p *setup) { p.config.TrustProxy = true }

func from(address string) string { return "X-Forwarded-For: " + address }

// R031, R054: five wrong passwords for an account from one address, and it has to
// wait, in every process; the rightful user elsewhere does not notice.
func TestGuessingOnePasswordIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		other := serveSite(t, s.location, behindRouter, func(p *setup) { p.config.Now = s.clock.now })
		inside := s.browser(t, from("198.51.100.9"))
		inside.signIn()
		guesser := s.browser(t, from("203.0.113.5"))
		for i := range accounts.DefaultThrottle.PerAccount {
			if a := guesser.trySignIn(" Admin@Example.org", "wrong horse "+strconv.Itoa(i)); a.status != http.StatusUnprocessableEntity {
				t.Fatalf("guess %d: got %d, want 422", i+1, a.status)
			}
		}
		s.clock.forward(3 * time.Minute)
		for name, b := range map[string]*browser{
			"again":                       guesser,
			"a new browser":               s.browser(t, from("203.0.113.5")),
			"another process":             other.browser(t, from("203.0.113.5")),
			"with made-up addresses":      s.browser(t, from("192.0.2.1, 203.0.113.5")),
			"with other headers":          s.browser(t, from("203.0.113.5"), "X-Real-IP: 192.0.2.2", "Forwarded: for=192.0.2.3", "True-Client-IP: 192.0.2.4"),
			"the same address, as mapped": s.browser(t, from("::ffff:203.0.113.5")),
		} {
			a := b.trySignIn(adminEmail, password)
			wait, err := strconv.Atoi(a.header.Get("Retry-After"))
			if a.status != http.StatusTooManyRequests || err != nil || wait < 11*60 || wait > 12*60 {
				t.Errorf("%s: got %d, Retry-After %q; want 429 and nearly 12 minutes", name, a.status, a.header.Get("Retry-After"))
			}
			if got := a.text(t); !strings.Contains(got, "Wait 12 minutes, then try again.") {
				t.Errorf("%s: the page does not say how long to wait: %s", name, got)
			}
		}
		if !inside.signedIn() {
			t.Error("who was signed in already is not any more")
		}
		s.browser(t, from("198.51.100.1")).signIn()
		if a := guesser.trySignIn(markupEmail, password); a.status != http.StatusSeeOther {
			t.Errorf("another account from the same address: got %d, want 303", a.status)
		}
		s.clock.forward(12 * time.Minute)
		s.browser(t, from("203.0.113.5")).signIn()
	}, behindRouter)
}

// R054: an address that tries many accounts has to wait, too, and all of an
// IPv6 network are one address.
func TestGuessingFromOneAddressIsThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		for i := range accounts.DefaultThrottle.PerAddress {
			b := s.browser(t, from(fmt.Sprintf("2001:db8::%x", i+1)))
			if a := b.trySignIn(fmt.Sprintf("user%d@example.org", i), "wrong horse battery"); a.status != http.StatusUnprocessableEntity {
				t.Fatalf("guess %d: got %d, want 422", i+1, a.status)
			}
		}
		for range 3 {
			if a := s.browser(t, from("2001:db8::ffff")).trySignIn(adminEmail, password); a.status != http.StatusTooManyRequests {
				t.Errorf("one more: got %d, want 429", a.status)
			}
		}
		s.browser(t, from("2001:db8:0:1::1")).signIn()
		counts := map[string]int{}
		for _, row := range s.stored(t)["audit_log"] {
			for _, outcome := range []string{"ok", "failed", "throttled"} {
				counts[outcome] += strings.Count(row, fmt.Sprintf("outcome=%q", outcome))
			}
		}
		// R064: of many refusals the first is noted.
		if counts["ok"] != 1 || counts["failed"] != accounts.DefaultThrottle.PerAddress || counts["throttled"] != 1 {
			t.Errorf("the audit log holds %v", counts)
		}
		// Old rows go.
		s.clock.forward(accounts.DefaultThrottle.Day + time.Minute)
		s.browser(t, from("2001:db8::1")).signIn()
		if rows := s.stored(t)["tries"]; len(rows) != 0 {
			t.Errorf("%d tries are still stored", len(rows))
		}
	}, behindRouter)
}

// R054: of fifty guesses at once no more are looked at than of fifty in a row.
func TestParallelGuessesAreThrottled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		other := serveSite(t, s.location)
		var (
			mu       sync.Mutex
			statuses = map[int]int{}
			group    sync.WaitGroup
		)
		for i := range 50 {
			b := []*site{s, other}[i%2].browser(t)
			form := b.get("/login").fill(t, "/login", url.Values{"email": {adminEmail}, "password": {fmt.Sprintf("wrong horse %d", i)}})
			group.Go(func() {
				a := b.post("/login", form)
				mu.Lock()
				defer mu.Unlock()
				statuses[a.status]++
			})
		}
		group.Wait()
		limit := accounts.DefaultThrottle.PerAccount
		if statuses[http.StatusUnprocessableEntity] != limit || statuses[http.StatusTooManyRequests] != 50-limit {
			t.Errorf("got %v, want %d times 422 and %d times 429", statuses, limit, 50-limit)
		}
	})
}

// R054: an account that many addresses guess at is answered later, and never
// locked.
func TestAnAccountUnderAttackIsSlowNotLocked(t *testing.T) {
	t.Parallel()
	const step = 400 * time.Millisecond
	onBoth(t, func(t *testing.T, s *site) {
		for i := range 4 {
			s.browser(t, from(fmt.Sprintf("192.0.2.%d", i+1))).trySignIn(adminEmail, "wrong horse battery")
		}
		b := s.browser(t, from("198.51.100.1"))
		start := time.Now()
		b.signIn()
		if took := time.Since(start); took < 2*step {
			t.Errorf("the answer took %s, want at least %s", took, 2*step)
		}
	}, behindRouter, func(p *setup) {
		p.config.Throttle.SlowAfter, p.config.Throttle.Step = 2, step
	})
}

// R031: the address in the audit log is the last that the router names, or that
// of the connection; nothing else that a request says.
func TestTheNotedAddressIsNotForged(t *testing.T) {
	t.Parallel()
	const claims = "X-Real-IP: 192.0.2.1|Forwarded: for=192.0.2.2|True-Client-IP: 192.0.2.3|X-Forwarded-Host: 192.0.2.4"
	for name, test := range map[string]struct {
		behind  bool
		headers string
		want    string
	}{
		"no router":                {false, from("203.0.113.5"), "127.0.0.1"},
		"a router":                 {true, from("203.0.113.5"), "203.0.113.5"},
		"made-up ones before":      {true, from("192.0.2.9, 192.0.2.8,203.0.113.5"), "203.0.113.5"},
		"a made-up line before":    {true, from("192.0.2.9") + "|" + from("203.0.113.5"), "203.0.113.5"},
		"a router that says none":  {true, claims, "127.0.0.1"},
		"one that is no address":   {true, from("203.0.113.5, unknown"), "127.0.0.1"},
		"nothing after the comma":  {true, from("192.0.2.9, "), "127.0.0.1"},
		"an empty one":             {true, "X-Forwarded-For: ", "127.0.0.1"},
		"no router, other headers": {false, claims, "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, "sqlite", func(p *setup) { p.config.TrustProxy = test.behind })
			s.browser(t, strings.Split(test.headers+"|"+claims, "|")...).signIn()
			rows := s.stored(t)["audit_log"]
			if len(rows) != 1 || !containsRow(rows, []string{fmt.Sprintf("address=%q", test.want)}) {
				t.Errorf("got %q, want the address %s", rows, test.want)
			}
		})
	}
}

// peers are connections that seem to come from an address.
type peers struct {
	net.Listener
	from net.IP
}

type peer struct {
	net.Conn
	from net.IP
}

func (p peers) Accept() (net.Conn, error) {
	conn, err := p.Listener.Accept()
	return &peer{conn, p.from}, err
}

func (p *peer) RemoteAddr() net.Addr { return &net.TCPAddr{IP: p.from, Port: 40000} }

func peersFrom(address string) func(*setup) {
	return func(p *setup) {
		p.config.TrustProxy = true
		p.listener = func(inner net.Listener) net.Listener { return peers{inner, net.ParseIP(address)} }
	}
}

// R031, R054: whoever goes round the router, over the internet, gains nothing by
// making addresses up; a router on a private network is believed.
func TestNoFreshTriesByMadeUpAddresses(t *testing.T) {
	t.Parallel()
	for address, believed := range map[string]bool{
		"198.51.100.7": false, "2001:db8::7": false, "172.15.0.1": false, "100.128.0.1": false,
		"10.1.2.3": true, "172.16.0.1": true, "192.168.1.1": true, "100.64.0.1": true, "fd00::1": true, "::ffff:10.0.0.1": true,
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, "sqlite", peersFrom(address))
			var last answer
			for i := range accounts.DefaultThrottle.PerAccount + 1 {
				last = s.browser(t, from(fmt.Sprintf("203.0.113.%d", i))).trySignIn(adminEmail, "wrong horse battery")
			}
			want := http.StatusTooManyRequests
			if believed {
				want = http.StatusUnprocessableEntity
			}
			if last.status != want {
				t.Errorf("got %d, want %d", last.status, want)
			}
		})
	}
}

// R064: signing in and out leaves a trace: who, from where, how it ended.
func TestSigningInAndOutIsNoted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t, from("192.0.2.200, 203.0.113.5"))
		b.trySignIn("admin@example.org", "wrong horse battery")
		b.signIn()
		b.post("/logout", b.get("/profile").fill(t, "/logout", nil))
		rows := s.stored(t)["audit_log"]
		if len(rows) != 3 {
			t.Fatalf("got %d entries, want 3: %q", len(rows), rows)
		}
		for _, want := range [][]string{
			{`action="sign in"`, `outcome="failed"`},
			{`action="sign in"`, `outcome="ok"`, `user_id="1"`},
			{`action="sign out"`, `outcome="ok"`, `user_id="1"`},
		} {
			if !containsRow(rows, append(want, `address="203.0.113.5"`, `actor="admin@example.org"`, `object="admin@example.org"`)) {
				t.Errorf("no entry with %q in %q", want, rows)
			}
		}
		if strings.Contains(fmt.Sprint(rows), "horse") {
			t.Error("the audit log holds a password")
		}
	}, behindRouter)
}

// containsRow reports whether a stored row has all these values.
func containsRow(rows, values []string) bool {
	for _, row := range rows {
		all := true
		for _, value := range values {
			all = all && strings.Contains(row, value)
		}
		if all {
			return true
		}
	}
	return false
}
