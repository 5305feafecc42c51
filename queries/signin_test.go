package queries_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"runnerdb/accounts"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// userChange is a change after which nobody may get a session by what was
// checked before it.
type userChange struct {
	name   string
	change func(t *testing.T, db *queries.DB, user accounts.User) error
}

var userChanges = []userChange{
	{"password", func(t *testing.T, db *queries.DB, user accounts.User) error {
		_, err := db.SetPassword(t.Context(), user, "new", anActor)
		return err
	}},
	{"link to set a password", func(t *testing.T, db *queries.DB, user accounts.User) error {
		if err := db.CreateInvitation(t.Context(), user.ID, user.Version, "link", today.Add(time.Hour), anActor); err != nil {
			return err
		}
		_, err := db.AcceptInvitation(t.Context(), user, "link", "new", anActor)
		return err
	}},
	{"role", func(t *testing.T, db *queries.DB, user accounts.User) error {
		return db.SetRole(t.Context(), user.ID, user.Version, accounts.Viewer, anActor)
	}},
	{"disabled", func(t *testing.T, db *queries.DB, user accounts.User) error {
		return db.SetDisabled(t.Context(), user.ID, user.Version, true, anActor)
	}},
	{"second factor", func(t *testing.T, db *queries.DB, user accounts.User) error {
		_, err := db.SetSecondFactor(t.Context(), user, queries.SecondFactor{Sealed: "another", Step: 1}, []string{"third"}, anActor)
		return err
	}},
	{"no second factor", func(t *testing.T, db *queries.DB, user accounts.User) error {
		_, err := db.DropSecondFactor(t.Context(), "drop", user.ID, user.Version, anActor)
		return err
	}},
	{"recovery codes", func(t *testing.T, db *queries.DB, user accounts.User) error {
		return db.SetRecoveryCodes(t.Context(), user, []string{"third"}, anActor)
	}},
	{"deleted", func(t *testing.T, db *queries.DB, user accounts.User) error {
		return db.DeleteUser(t.Context(), user.ID, user.Version, anActor)
	}},
}

func rememberedSession(token string, user accounts.User) accounts.Session {
	return accounts.Session{TokenHash: token, User: user, Remembered: true, CreatedAt: today, SeenAt: today, ConfirmedAt: today}
}

// R046, R104: a sign-in that began before the user changed gets no session after
// it, whether the second step was taken or not.
func TestNoSessionByCredentialsOfBefore(t *testing.T) {
	for _, c := range userChanges {
		t.Run(c.name, func(t *testing.T) {
			querytest.Each(t, func(t *testing.T, db *queries.DB) {
				user := setFactor(t, db, createUser(t, db))
				if err := db.CreateSession(t.Context(), rememberedSession("before", user), accounts.DefaultLifetimes); err != nil {
					t.Fatal(err)
				}
				if err := c.change(t, db, user); err != nil {
					t.Fatal(err)
				}
				err := db.CreateSession(t.Context(), rememberedSession("after", user), accounts.DefaultLifetimes)
				if !errors.Is(err, queries.ErrStale) {
					t.Errorf("got %v, want ErrStale", err)
				}
				if _, err := db.Session(t.Context(), "after"); !errors.Is(err, queries.ErrNotFound) {
					t.Errorf("the session: got %v, want ErrNotFound", err)
				}
			})
		})
	}
}

// The user who changed the password gets a session by the version that the
// change returned.
func TestChangesReturnTheUserAsStored(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		user := createUser(t, db)
		check := func(name string, after accounts.User, err error) {
			t.Helper()
			stored, readErr := db.UserByEmail(t.Context(), user.Email)
			if err := errors.Join(err, readErr); err != nil {
				t.Fatal(name, err)
			}
			if after != stored || after.Version <= user.Version {
				t.Errorf("%s: got %+v, want %+v", name, after, stored)
			}
			if err := db.CreateSession(t.Context(), rememberedSession(name, after), accounts.DefaultLifetimes); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			user = after
		}
		after, err := db.SetPassword(t.Context(), user, "new", anActor)
		check("password", after, err)
		after, err = db.SetSecondFactor(t.Context(), user, queries.SecondFactor{Sealed: "sealed"}, []string{"first"}, anActor)
		check("second factor", after, err)
		after, err = db.DropSecondFactor(t.Context(), "drop", user.ID, user.Version, anActor)
		check("no second factor", after, err)
		if err := db.CreateInvitation(t.Context(), user.ID, user.Version, "link", today.Add(time.Hour), anActor); err != nil {
			t.Fatal(err)
		}
		after, err = db.AcceptInvitation(t.Context(), user, "link", "newest", anActor)
		check("link", after, err)
	})
}

// A session that has ended takes no confirmation of the password.
func TestConfirmSessionNeedsTheSession(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		user := createUser(t, db)
		if err := db.CreateSession(t.Context(), rememberedSession("token", user), accounts.DefaultLifetimes); err != nil {
			t.Fatal(err)
		}
		if err := db.ConfirmSession(t.Context(), "token", today.Add(time.Minute)); err != nil {
			t.Error(err)
		}
		if _, err := db.SetPassword(t.Context(), user, "new", anActor); err != nil {
			t.Fatal(err)
		}
		if err := db.ConfirmSession(t.Context(), "token", today); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("after the change: got %v, want ErrNotFound", err)
		}
	})
}

// R046, R104: of twelve threads that sign in while the user
// changes, none has a session after it.
func TestSignInsWhileTheUserChanges(t *testing.T) { signInStorm(t, 3) }

func signInStorm(t *testing.T, rounds int) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			processes := []*queries.DB{querytest.Open(t, location)}
			if engine == querytest.Postgres { // SQLite's lock isn't fair: one of two processes may wait too long
				processes = append(processes, querytest.Open(t, location))
			}
			for _, c := range userChanges {
				t.Run(c.name, func(t *testing.T) {
					for round := range rounds {
						signInsMeet(t, processes, c, fmt.Sprint(c.name, "-", round))
					}
				})
			}
		})
	}
}

// signInsMeet lets threads sign in until they see that the user has changed.
func signInsMeet(t *testing.T, processes []*queries.DB, c userChange, name string) {
	t.Helper()
	const threads, sessionsBefore = 12, 24
	email := name + "@example.org"
	created := accounts.User{Email: email, Name: "Thandi", Role: accounts.Editor, PasswordHash: "hash"}
	if _, err := processes[0].CreateUser(t.Context(), created, today); err != nil {
		t.Fatal(err)
	}
	user, err := processes[0].UserByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	user = setFactor(t, processes[0], user)
	var group errgroup.Group
	var stored atomic.Int64
	underWay := make(chan struct{})
	begun := sync.OnceFunc(func() { close(underWay) })
	for i := range threads {
		db := processes[i%len(processes)]
		group.Go(func() error {
			defer begun()
			for n := 0; ; n++ {
				read, err := db.UserByEmail(t.Context(), email)
				if errors.Is(err, queries.ErrNotFound) || err == nil && read.Version != user.Version {
					return nil
				}
				if err != nil {
					return err
				}
				err = db.CreateSession(t.Context(), rememberedSession(fmt.Sprint(name, "-", i, "-", n), read), accounts.DefaultLifetimes)
				if err != nil && !errors.Is(err, queries.ErrStale) {
					return err
				}
				if err == nil && stored.Add(1) == sessionsBefore {
					begun()
				}
			}
		})
	}
	<-underWay
	if err := c.change(t, processes[0], user); err != nil {
		t.Error(err)
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if c.name == "recovery codes" { // they leave the sessions of before alone
		return
	}
	if left, err := processes[0].Sessions(t.Context(), user.ID); err != nil || len(left) > 0 {
		t.Errorf("%d of %d sessions live on, %v", len(left), stored.Load(), err)
	}
}
