package queries_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func TestUserList(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		for _, user := range []accounts.User{
			{Email: "zola@example.org", Name: "anele Zulu", Role: accounts.Viewer, PasswordHash: "hash"},
			{Email: "Bongi_1@example.com", Name: "Bongi", Role: accounts.Owner, PasswordHash: "hash"},
			{Email: "carl@example.org", Name: "Carl 100%", Role: accounts.Editor, PasswordHash: "hash", Disabled: true},
		} {
			id, err := db.CreateUser(t.Context(), user, today)
			if err != nil {
				t.Fatal(err)
			}
			if user.Disabled {
				if err := db.SetDisabled(t.Context(), id, 1, true, anActor); err != nil {
					t.Fatal(err)
				}
			}
			if user.Role == accounts.Viewer {
				s := accounts.Session{TokenHash: "token", User: accounts.User{ID: id, Version: 1}, CreatedAt: today, SeenAt: today}
				if err := db.CreateSession(t.Context(), s, accounts.DefaultLifetimes); err != nil {
					t.Fatal(err)
				}
			}
		}
		for email, ends := range map[string]time.Duration{"dudu@example.org": time.Hour, "ella@example.org": -time.Hour} {
			invited := accounts.User{Email: email, Name: strings.ToUpper(email[:4]), Role: accounts.Editor}
			if _, err := db.Invite(t.Context(), invited, email, today.Add(ends), anActor); err != nil {
				t.Fatal(err)
			}
		}
		for _, test := range []struct {
			filter queries.UserFilter
			want   string
			total  int
		}{
			{queries.UserFilter{}, "zola bongi_1 carl dudu ella", 5},
			{queries.UserFilter{Sort: "email"}, "bongi_1 carl dudu ella zola", 5},
			{queries.UserFilter{Sort: "role"}, "bongi_1 carl dudu ella zola", 5},
			{queries.UserFilter{Sort: "state"}, "zola bongi_1 carl ella dudu", 5},
			{queries.UserFilter{Sort: "seen"}, "zola bongi_1 carl dudu ella", 5},
			{queries.UserFilter{Sort: "; DROP TABLE users"}, "zola bongi_1 carl dudu ella", 5},
			{queries.UserFilter{Query: "EXAMPLE zulu"}, "zola", 1},
			{queries.UserFilter{Query: "BONGI_"}, "bongi_1", 1},
			{queries.UserFilter{Query: "%"}, "carl", 1},
			{queries.UserFilter{Query: "_"}, "bongi_1", 1},
			{queries.UserFilter{Query: `\`}, "", 0},
			{queries.UserFilter{Role: accounts.Editor}, "carl dudu ella", 3},
			{queries.UserFilter{State: queries.Active}, "zola bongi_1", 2},
			{queries.UserFilter{State: queries.Disabled}, "carl", 1},
			{queries.UserFilter{State: queries.Invited}, "dudu", 1},
			{queries.UserFilter{State: queries.InvitationEnded}, "ella", 1},
			{queries.UserFilter{State: queries.Active, Role: accounts.Owner, Query: "o"}, "bongi_1", 1},
			{queries.UserFilter{Offset: 1, Limit: 2}, "bongi_1 carl", 5},
			{queries.UserFilter{Offset: 5}, "", 5},
		} {
			if test.filter.Limit == 0 {
				test.filter.Limit = 10
			}
			users, total, err := db.Users(t.Context(), today, test.filter)
			var got []string
			for _, u := range users {
				local, _, _ := strings.Cut(accounts.EmailKey(u.Email), "@")
				got = append(got, local)
			}
			if err != nil || strings.Join(got, " ") != test.want || total != test.total {
				t.Errorf("%+v: got %q of %d, %v, want %q of %d", test.filter, got, total, err, test.want, test.total)
			}
		}
		if user, err := db.User(t.Context(), 1, today); err != nil || user.Name != "anele Zulu" || user.State != queries.Active || !user.Seen().Equal(today) {
			t.Errorf("got %+v, %v", user, err)
		}
		if _, err := db.User(t.Context(), 99, today); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
}
