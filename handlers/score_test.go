package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

// R011: the rules by which Mozilla's HTTP Observatory scores headers (as of
// 2025) give 130 points or more: a policy without unsafe and with default-src
// 'none' +10 and without unsafe styles +5, framing by the policy +5, cookies with
// SameSite +5, Referrer-Policy +5, Cross-Origin-Resource-Policy +10 on top of
// 100, from which missing HSTS, nosniff, redirection and integrity would take.
func TestTheHeadersScoreWell(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", inProduction)
	b := s.browser(t, overTLS...)
	pages := map[string]answer{"login": b.get("/login"), "search": b.get("/runners?q=karabo")}
	pages["admin"] = b.get("/admin/runners", "Cookie: "+s.signInOverTLS(t))
	for name, a := range pages {
		score := 100
		h := a.header
		policy := h.Get("Content-Security-Policy")
		award := func(points int, holds bool) {
			if holds {
				score += points
			}
		}
		demand := func(points int, holds bool) { award(-points, !holds) }
		demand(25, policy != "" && !strings.Contains(policy, "unsafe"))
		award(10, strings.Contains(policy, "default-src 'none'") && !strings.Contains(policy, "unsafe") && !strings.Contains(policy, "data:"))
		award(5, strings.Contains(policy, "frame-ancestors 'none'"))
		award(5, h.Get("Referrer-Policy") == "same-origin")
		award(10, h.Get("Cross-Origin-Resource-Policy") == "same-origin")
		demand(20, strings.HasPrefix(h.Get("Strict-Transport-Security"), "max-age=31536000"))
		demand(5, h.Get("X-Content-Type-Options") == "nosniff")
		demand(50, h.Get("Access-Control-Allow-Origin") == "")
		for _, cookie := range a.cookies() {
			demand(20, cookie.Secure && cookie.HttpOnly)
			award(5, cookie.SameSite == http.SameSiteLaxMode || cookie.SameSite == http.SameSiteStrictMode)
		}
		if a.status != http.StatusOK || score < 130 {
			t.Errorf("%s: got %d, %d points", name, a.status, score)
		}
	}
}
