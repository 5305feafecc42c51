//go:build faults

package handlers_test

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/queries/querytest"
)

// R055: who guesses learns nothing from the time that the answer takes: of 200
// tries each of somebody unknown, a wrong password and a disabled user, in turn,
// the medians lie within a tenth, and Mann-Whitney's test does not tell them apart.
func TestFaultWrongLoginsTakeAsLong(t *testing.T) {
	const each, mostApart, leastChance = 200, 0.1, 0.01
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			hash, err := passwordHash()
			if err != nil {
				t.Fatal(err)
			}
			s := newSite(t, engine, func(p *setup) {
				p.users = []accounts.User{{Email: disabledEmail, Name: "Gone", Role: accounts.Owner, PasswordHash: hash}}
				p.config.Throttle.PerAccount, p.config.Throttle.PerAddress, p.config.Throttle.SlowAfter = 10*each, 10*each, 10*each
			})
			s.exec(t, "UPDATE users SET disabled = TRUE WHERE email = $1", disabledEmail)
			emails := []string{"nobody@example.org", adminEmail, disabledEmail}
			took := make([][]float64, len(emails))
			visitor := s.browser(t)
			form := visitor.get("/login").fill(t, "/login", nil)
			for range each {
				for i, email := range emails {
					form.Set("email", email)
					form.Set("password", "wrong horse battery")
					start := time.Now()
					if a := visitor.post("/login", form); a.status != http.StatusUnprocessableEntity {
						t.Fatalf("got %d", a.status)
					}
					took[i] = append(took[i], time.Since(start).Seconds()*1000)
				}
			}
			for i, name := range []string{"unknown", "wrong password", "disabled"} {
				was, is := median(took[0]), median(took[i])
				chance := mannWhitney(took[0], took[i])
				t.Logf("%s: median %.2f ms, %+.1f %% of unknown, p = %.3f", name, is, 100*(is/was-1), chance)
				if math.Abs(is/was-1) >= mostApart || chance <= leastChance {
					t.Errorf("%s can be told from unknown", name)
				}
			}
		})
	}
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// mannWhitney is the chance that two samples of one distribution differ by as
// much, by the normal approximation (Mann and Whitney 1947, "On a test of whether
// one of two random variables is stochastically larger than the other", Annals
// of Mathematical Statistics 18). Times so fine have no ties.
func mannWhitney(a, b []float64) float64 {
	u := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x < y:
				u++
			case x == y:
				u += 0.5
			}
		}
	}
	m, n := float64(len(a)), float64(len(b))
	z := (u - m*n/2) / math.Sqrt(m*n*(m+n+1)/12)
	return math.Erfc(math.Abs(z) / math.Sqrt2)
}
