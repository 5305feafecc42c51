package queries_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"runnerdb/accounts"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

var anActor = queries.Actor{UserID: 1, Name: "thandi@example.org", Address: "203.0.113.5", At: today}

func createOwner(t *testing.T, db *queries.DB, name string) int64 {
	t.Helper()
	id, err := db.CreateUser(t.Context(), accounts.User{Email: name + "@example.org", Name: name, Role: accounts.Owner, PasswordHash: "canary-hash"}, today)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// takeAway are the ways to lose an owner.
var takeAway = map[string]func(t *testing.T, db *queries.DB, id int64) error{
	"demote": func(t *testing.T, db *queries.DB, id int64) error {
		return db.SetRole(t.Context(), id, 1, accounts.Editor, anActor)
	},
	"disable": func(t *testing.T, db *queries.DB, id int64) error {
		return db.SetDisabled(t.Context(), id, 1, true, anActor)
	},
	"delete": func(t *testing.T, db *queries.DB, id int64) error {
		return db.DeleteUser(t.Context(), id, 1, anActor)
	},
}

// R063: of two owners who take away each other at once, in two processes, one
// stays.
func TestTheLastOwnerStays(t *testing.T) {
	for _, engine := range querytest.Engines {
		for how, away := range takeAway {
			t.Run(string(engine)+" "+how, func(t *testing.T) {
				location := querytest.Location(t, engine)
				here, there := querytest.Open(t, location), querytest.Open(t, location)
				for round := range 10 {
					querytest.Exec(t, location, "UPDATE users SET disabled = TRUE")
					first, second := createOwner(t, here, fmt.Sprint("first", round)), createOwner(t, here, fmt.Sprint("second", round))
					// Owners who can't sign in don't count.
					invited := accounts.User{Email: fmt.Sprint(round, "@example.org"), Name: "New", Role: accounts.Owner}
					if _, err := here.Invite(t.Context(), invited, fmt.Sprint("token", round), today.Add(time.Hour), anActor); err != nil {
						t.Fatal(err)
					}
					var group errgroup.Group
					errs := make([]error, 2)
					group.Go(func() error { errs[0] = away(t, here, first); return nil })
					group.Go(func() error { errs[1] = away(t, there, second); return nil })
					if err := group.Wait(); err != nil {
						t.Fatal(err)
					}
					if errors.Is(errs[0], queries.ErrLastOwner) == errors.Is(errs[1], queries.ErrLastOwner) || errs[0] != nil && errs[1] != nil {
						t.Fatalf("got %v, want one that is refused", errs)
					}
				}
			})
		}
	}
}

func TestChangesOfUsers(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		createOwner(t, db, "keeper")
		user := createUser(t, db)
		begin := func() {
			t.Helper()
			s := accounts.Session{TokenHash: "token", User: user, CreatedAt: today, SeenAt: today}
			if err := db.CreateSession(t.Context(), s, accounts.DefaultLifetimes); err != nil {
				t.Fatal(err)
			}
		}
		for i, change := range []func(version int64) error{
			func(version int64) error { return db.SetRole(t.Context(), user.ID, version, accounts.Owner, anActor) },
			func(version int64) error { return db.SetDisabled(t.Context(), user.ID, version, true, anActor) },
			func(version int64) error { return db.SetDisabled(t.Context(), user.ID, version, false, anActor) },
			func(version int64) error { return db.DeleteUser(t.Context(), user.ID, version, anActor) },
		} {
			if i != 2 { // a disabled user gets no session
				begin()
			}
			if err := change(99); !errors.Is(err, queries.ErrStale) {
				t.Errorf("change %d of an old version: got %v, want ErrStale", i, err)
			}
			if _, err := db.Session(t.Context(), "token"); err != nil && i != 2 {
				t.Errorf("change %d: a refused change ended the session: %v", i, err)
			}
			if err := change(int64(i + 1)); err != nil {
				t.Errorf("change %d: %v", i, err)
			}
			// R046.
			if _, err := db.Session(t.Context(), "token"); !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("change %d: the session still holds: %v", i, err)
			}
			user.Version++
		}
		if err := db.SetRole(t.Context(), user.ID, 4, accounts.Viewer, anActor); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("a deleted user: got %v, want ErrNotFound", err)
		}
		// R064: with what was and what is, and without passwords.
		deeds, _, err := db.AuditLog(t.Context(), queries.AuditFilter{Kind: queries.KindUser}, 1)
		if err != nil || len(deeds) != 4 {
			t.Fatalf("got %d deeds, %v", len(deeds), err)
		}
		if d := deeds[3]; d.Action != "change role" || !strings.Contains(d.Before, `"Role":"editor"`) || !strings.Contains(d.After, `"Role":"owner"`) || d.Address != "203.0.113.5" {
			t.Errorf("got %+v", d)
		}
		if strings.Contains(fmt.Sprint(deeds), "hash") {
			t.Error("the audit log holds a hash")
		}
	})
}

func TestInvitations(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		ends := today.Add(time.Hour)
		invited := accounts.User{Email: "New@example.org", Name: "New", Role: accounts.Editor}
		id, err := db.Invite(t.Context(), invited, "one", ends, anActor)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Invite(t.Context(), accounts.User{Email: "new@EXAMPLE.org", Name: "New", Role: accounts.Editor}, "two", ends, anActor); !errors.Is(err, queries.ErrExists) {
			t.Errorf("the same address: got %v, want ErrExists", err)
		}
		if _, err := db.Invited(t.Context(), "one", ends); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("after its end: got %v, want ErrNotFound", err)
		}
		if err := db.CreateInvitation(t.Context(), id, 1, "three", ends, anActor); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Invited(t.Context(), "one", today); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("a link in whose place came another: got %v, want ErrNotFound", err)
		}
		user, err := db.Invited(t.Context(), "three", today)
		if err != nil || user.ID != id || user.PasswordHash != "" {
			t.Fatalf("got %+v, %v", user, err)
		}
		// Of several at once, one sets the password.
		var group errgroup.Group
		errs := make([]error, 8)
		for i := range errs {
			group.Go(func() error {
				_, errs[i] = db.AcceptInvitation(t.Context(), user, "three", fmt.Sprint("hash", i), anActor)
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		taken := 0
		for _, err := range errs {
			if err == nil {
				taken++
			} else if !errors.Is(err, queries.ErrStale) && !errors.Is(err, queries.ErrNotFound) {
				t.Error(err)
			}
		}
		if taken != 1 {
			t.Errorf("the link worked %d times, want once", taken)
		}
		if _, err := db.Invited(t.Context(), "three", today); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("a used link: got %v, want ErrNotFound", err)
		}
	})
}
