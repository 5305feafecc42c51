package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
)

// whoMay is what the table in docs/security.md says: which role a route
// needs, "" for none.
func whoMay(t *testing.T) map[string]accounts.Role {
	t.Helper()
	file, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]accounts.Role{"anybody": "", "any user": accounts.Viewer, "editor": accounts.Editor, "owner": accounts.Owner}
	matrix := map[string]accounts.Role{}
	for _, row := range regexp.MustCompile("(?m)^\\| `((?:GET|POST) /[^`]*)` \\| ([a-z ]+) \\|$").FindAllStringSubmatch(string(file), -1) {
		role, known := roles[row[2]]
		if _, twice := matrix[row[1]]; !known || twice {
			t.Errorf("docs/security.md: %s stands there twice or for %q, which nobody is", row[1], row[2])
		}
		matrix[row[1]] = role
	}
	return matrix
}

// R061: every route of the program is in the documented table, and every row
// of that is a route.
func TestEveryRouteSaysWhoMay(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", emptied)
	// A server that never answered can't be shut down.
	if a := s.browser(t).get("/healthz"); a.status != http.StatusOK {
		t.Fatalf("got %d", a.status)
	}
	matrix, found := whoMay(t), map[string]bool{}
	for _, route := range s.server.App().GetRoutes(true) {
		if route.Method == http.MethodHead {
			continue
		}
		name := route.Method + " " + route.Path
		found[name] = true
		role, known := matrix[name]
		if !known {
			t.Errorf("%s has no row in the table of docs/security.md that says who may", name)
		}
		if strings.Contains(route.Path, "/admin") && role == "" {
			t.Errorf("%s is for anybody", name)
		}
	}
	for name := range matrix {
		if !found[name] {
			t.Errorf("docs/security.md says who may %s, which is no route", name)
		}
	}
}

// person is somebody who tries all routes; role is "" for who is not, or not
// any more, signed in.
type person struct {
	name string
	role accounts.Role
	b    *browser
	// token is that of the person's forms.
	token string
}

// people are users of all roles, and those who have none.
func people(t *testing.T, s *site) []person {
	t.Helper()
	list := []person{
		{name: "expired"},
		{name: "anonymous"},
		{name: "disabled"},
		{name: "viewer", role: accounts.Viewer},
		{name: "editor", role: accounts.Editor},
		{name: "owner", role: accounts.Owner},
	}
	for i := range list {
		p := &list[i]
		p.b = s.browser(t)
		if p.name == "anonymous" {
			p.token = p.b.get("/login").fill(t, "/login", nil).Get("form_token")
			continue
		}
		if a := p.b.trySignIn(p.name+"@example.org", password); a.status != http.StatusSeeOther {
			t.Fatalf("%s: sign in: got %d", p.name, a.status)
		}
		p.token = p.b.get("/profile").fill(t, "/logout", nil).Get("form_token")
		if p.name == "expired" {
			s.clock.forward(accounts.DefaultLifetimes.Plain.Idle + time.Minute)
		}
	}
	s.exec(t, "UPDATE users SET disabled = TRUE WHERE email = 'disabled@example.org'")
	return list
}

func ofEveryRole(p *setup) {
	hash, err := passwordHash()
	if err != nil {
		panic(err)
	}
	for name, role := range map[string]accounts.Role{
		"expired": accounts.Owner, "disabled": accounts.Owner, "viewer": accounts.Viewer, "editor": accounts.Editor, "owner": accounts.Owner,
	} {
		p.users = append(p.users, accounts.User{Email: name + "@example.org", Name: "Of " + name, Role: role, PasswordHash: hash})
	}
}

// R061: what a route needs, everybody else is refused: strangers are sent to
// sign in, users of a lower role are told; and no answer holds what is behind.
func TestNobodyPassesWithoutTheRole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		s.twoDrafts(t)
		everybody := people(t, s)
		users := fmt.Sprint(s.stored(t)["users"])
		tried := 0
		for route, need := range whoMay(t) {
			method, path, _ := strings.Cut(route, " ")
			path = strings.NewReplacer(":id", "2", ":token", accounts.NewToken()).Replace(path)
			for _, p := range everybody {
				if need == "" {
					continue
				}
				tried++
				if method == http.MethodGet {
					p.tryGet(t, path, need)
				} else {
					p.tryPost(t, path, need)
				}
			}
		}
		if tried < 60 {
			t.Errorf("only %d pairs of a route and a person were tried", tried)
		}
		if got := fmt.Sprint(s.stored(t)["users"]); got != users {
			t.Errorf("the users have changed: %s", got)
		}
	}, ofEveryRole)
}

func (p person) tryGet(t *testing.T, path string, need accounts.Role) {
	t.Helper()
	for kind, a := range map[string]answer{
		"plain":   p.b.get(path),
		"htmx":    p.b.fragment(path),
		"boosted": p.b.fragment(path, "HX-Boosted: true"),
		"HEAD":    p.b.send(http.MethodHead, path, ""),
	} {
		if p.role.May(need) {
			if a.status != http.StatusOK {
				t.Errorf("%s, GET %s, %s: got %d, want 200", p.name, path, kind, a.status)
			}
			continue
		}
		p.checkRefused(t, "GET "+path+", "+kind, a, kind == "htmx")
	}
}

func (p person) tryPost(t *testing.T, path string, need accounts.Role) {
	t.Helper()
	for kind, headers := range map[string][]string{"plain": nil, "htmx": {"HX-Request: true"}} {
		if a := p.b.post(path, url.Values{"version": {"1"}, "role": {"owner"}}, headers...); a.status != http.StatusForbidden {
			t.Errorf("%s, POST %s, %s, without a token: got %d, want 403", p.name, path, kind, a.status)
		}
		if p.role.May(need) {
			continue
		}
		a := p.b.post(path, url.Values{"form_token": {p.token}, "version": {"1"}, "role": {"owner"}, "email": {"new@example.org"}, "name": {"New"}}, headers...)
		p.checkRefused(t, "POST "+path+", "+kind, a, kind == "htmx")
	}
	if !p.role.May(need) || !strings.HasPrefix(path, "/admin/") {
		return
	}
	if a := p.b.post(path, url.Values{"form_token": {p.token}}); a.status == http.StatusForbidden || a.status == http.StatusUnauthorized {
		t.Errorf("%s, POST %s: got %d, although the role is enough", p.name, path, a.status)
	}
}

// R051: no route that changes something takes a forged form from those whose
// role would allow it, and the database stays as it was.
func TestEveryRouteRefusesForgedForms(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		owner, other := s.browser(t), s.browser(t)
		owner.signIn()
		other.signIn()
		token := owner.get("/profile").fill(t, "/logout", nil).Get("form_token")
		others := map[string]string{"another session's token": other.get("/profile").fill(t, "/logout", nil).Get("form_token")}
		fields := url.Values{"version": {"1"}, "role": {"viewer"}, "email": {"new@example.org"}, "name": {"New"}, "id": {"2"}, "current": {password}}
		before := fmt.Sprint(s.stored(t))
		forged := 0
		for route := range whoMay(t) {
			method, path, _ := strings.Cut(route, " ")
			if method != http.MethodPost {
				continue
			}
			path = strings.NewReplacer(":id", "2", ":token", accounts.NewToken()).Replace(path)
			for _, f := range forgeries(fields, token, others) {
				forged++
				if a := owner.send(f.method, path+f.query, f.body, f.headers...); a.status < 400 {
					t.Errorf("%s, %s: got %d, want a refusal", route, f.name, a.status)
				}
			}
		}
		if after := fmt.Sprint(s.stored(t)); after != before {
			t.Errorf("the database has changed:\n%s\nwant\n%s", after, before)
		}
		if forged < 500 {
			t.Errorf("only %d forms were forged", forged)
		}
	}, ofEveryRole)
}

func (p person) checkRefused(t *testing.T, what string, a answer, htmx bool) {
	t.Helper()
	location := a.header.Get("Location") + a.header.Get("HX-Redirect")
	switch {
	case p.role != "":
		if a.status != http.StatusForbidden || location != "" {
			t.Errorf("%s, %s: got %d to %q, want 403", p.name, what, a.status, location)
		}
	case htmx:
		if a.status != http.StatusUnauthorized || !strings.HasPrefix(a.header.Get("HX-Redirect"), "/login?next=") {
			t.Errorf("%s, %s: got %d to %q, want 401 and HX-Redirect", p.name, what, a.status, location)
		}
	default:
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login?next=") {
			t.Errorf("%s, %s: got %d to %q, want 303 to sign in", p.name, what, a.status, location)
		}
	}
	if strings.Contains(a.body, "@example.org") || strings.Contains(a.body, "Nomsa") {
		t.Errorf("%s, %s: the answer names users", p.name, what)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s, %s: Cache-Control: got %q, want no-store", p.name, what, got)
	}
}
