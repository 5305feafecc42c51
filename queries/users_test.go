package queries_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/accounts"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func createUser(t *testing.T, db *queries.DB) accounts.User {
	t.Helper()
	user := accounts.User{Email: "Thandi@Example.org", Name: "Thandi", Role: accounts.Editor, PasswordHash: "hash", Version: 1}
	id, err := db.CreateUser(t.Context(), user, today)
	if err != nil {
		t.Fatal(err)
	}
	user.ID = id
	return user
}

func TestUsers(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		want := createUser(t, db)
		got, err := db.UserByEmail(t.Context(), " thandi@example.ORG ")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		want.Email = "THANDI@example.org"
		if _, err := db.CreateUser(t.Context(), want, today); !errors.Is(err, queries.ErrExists) {
			t.Errorf("same address: got %v, want ErrExists", err)
		}
		want.Email, want.Role = "sipho@example.org", "king"
		if _, err := db.CreateUser(t.Context(), want, today); !errors.Is(err, queries.ErrInvalid) {
			t.Errorf("unknown role: got %v, want ErrInvalid", err)
		}
		if _, err := db.UserByEmail(t.Context(), "nobody@example.org"); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("nobody: got %v, want ErrNotFound", err)
		}
		if _, err := db.SetPassword(t.Context(), accounts.User{ID: 99}, "x", queries.AtCommandLine(today)); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("password of nobody: got %v, want ErrNotFound", err)
		}
	})
}

func TestSessions(t *testing.T) {
	ends := accounts.Lifetimes{
		Plain:      accounts.Lifetime{Idle: time.Hour, Absolute: 12 * time.Hour},
		Remembered: accounts.Lifetime{Idle: 48 * time.Hour, Absolute: 96 * time.Hour},
	}
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		user := createUser(t, db)
		begin := func(token string, remembered bool, at time.Time) accounts.Session {
			s := accounts.Session{TokenHash: token, User: user, Remembered: remembered, UserAgent: "browser", CreatedAt: at, SeenAt: at}
			if err := db.CreateSession(t.Context(), s, ends); err != nil {
				t.Fatal(err)
			}
			return s
		}
		want := begin("one", true, today)
		got, err := db.Session(t.Context(), "one")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if err := db.TouchSession(t.Context(), "one", today.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got, err = db.Session(t.Context(), "one"); err != nil || !got.SeenAt.Equal(today.Add(time.Minute)) {
			t.Errorf("got seen at %s, %v", got.SeenAt, err)
		}
		begin("two", false, today)
		begin("three", false, today.Add(2*time.Hour))
		for token, alive := range map[string]bool{"one": true, "two": false, "three": true, "four": false} {
			if _, err := db.Session(t.Context(), token); errors.Is(err, queries.ErrNotFound) == alive {
				t.Errorf("session %s: got %v, want alive %v", token, err, alive)
			}
		}
		if err := db.DeleteSession(t.Context(), "three"); err != nil {
			t.Error(err)
		}
		if _, err := db.SetPassword(t.Context(), user, "new", queries.AtCommandLine(today)); err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{"one", "three"} {
			if _, err := db.Session(t.Context(), token); !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("session %s: got %v, want ErrNotFound", token, err)
			}
		}
	})
}

func TestUpgradePasswordHash(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		user := createUser(t, db)
		if _, err := db.SetPassword(t.Context(), user, "changed meanwhile", queries.AtCommandLine(today)); err != nil {
			t.Fatal(err)
		}
		if err := db.UpgradePasswordHash(t.Context(), user, "stronger"); err != nil {
			t.Fatal(err)
		}
		if got, err := db.UserByEmail(t.Context(), user.Email); err != nil || got.PasswordHash != "changed meanwhile" {
			t.Errorf("got %q, %v", got.PasswordHash, err)
		}
	})
}
