package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/queries/querytest"
)

// Users are invited by a link and listed; a user who is known gets a new link
// and stays as they are.
func TestUsersAreInvitedAndListed(t *testing.T) {
	link := regexp.MustCompile(`(\S+)/invite/(\S+)\n`)
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			t.Setenv("PORT", "8123")
			invite := func(args ...string) []string {
				t.Helper()
				status, out, errOut := runOn(t, location, "", append([]string{"user", "invite", "thandi@example.org"}, args...)...)
				found := link.FindStringSubmatch(out)
				if status != 0 || found == nil {
					t.Fatalf("got %d, %q, %q", status, out, errOut)
				}
				return found
			}
			first := invite("--name", "Thandi", "--role", "editor")
			if first[1] != "http://localhost:8123" {
				t.Errorf("the link begins with %s", first[1])
			}
			t.Setenv("BASE_URL", "https://runners.example.org/")
			t.Setenv("SESSION_KEYS", strings.Repeat("k1", 20))
			second := invite("--role", "owner")
			if second[1] != "https://runners.example.org" {
				t.Errorf("the link begins with %s", second[1])
			}
			db := querytest.Open(t, location)
			if _, err := db.Invited(t.Context(), accounts.HashToken(first[2]), time.Now()); err == nil {
				t.Error("the first link still works")
			}
			user, err := db.Invited(t.Context(), accounts.HashToken(second[2]), time.Now())
			if err != nil || user.Name != "Thandi" || user.Role != accounts.Editor {
				t.Errorf("got %+v, %v", user, err)
			}
			if _, out, _ := runOn(t, location, "", "user", "list"); !regexp.MustCompile(`thandi@example\.org +Thandi +editor +invited\n`).MatchString(out) {
				t.Errorf("got %s", out)
			}
			if status, _, errOut := runOn(t, location, "password2024!\n", "user", "add", "sipho@example.org"); status == 0 || !strings.Contains(errOut, "a name that everybody here knows") {
				t.Errorf("a password that is easy to guess: got %d, %q", status, errOut)
			}
		})
	}
}
