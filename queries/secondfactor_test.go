package queries_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"runnerdb/accounts"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// setFactor gives a user a second factor and two recovery codes, and reads the
// user again.
func setFactor(t *testing.T, db *queries.DB, user accounts.User) accounts.User {
	t.Helper()
	factor := queries.SecondFactor{Sealed: "sealed by the old key", Step: 100}
	if _, err := db.SetSecondFactor(t.Context(), user, factor, []string{"first", "second"}, anActor); err != nil {
		t.Fatal(err)
	}
	user, err := db.UserByEmail(t.Context(), user.Email)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func TestSecondFactorIsSetAndDropped(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		before := createUser(t, db)
		if before.SecondFactor {
			t.Error("a new user has a second factor")
		}
		if _, err := db.SecondFactor(t.Context(), before.ID); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("none: got %v, want ErrNotFound", err)
		}
		if err := db.SetRecoveryCodes(t.Context(), before, []string{"x"}, anActor); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("codes without a factor: got %v, want ErrNotFound", err)
		}
		if _, err := db.DropSecondFactor(t.Context(), "drop", before.ID, before.Version, anActor); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("drop none: got %v, want ErrNotFound", err)
		}
		s := accounts.Session{TokenHash: "token", User: before, CreatedAt: today, SeenAt: today, ConfirmedAt: today}
		if err := db.CreateSession(t.Context(), s, accounts.DefaultLifetimes); err != nil {
			t.Fatal(err)
		}
		user := setFactor(t, db, before)
		if !user.SecondFactor || user.Version != before.Version+1 {
			t.Errorf("got %+v", user)
		}
		if _, err := db.Session(t.Context(), "token"); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("the session: got %v, want ErrNotFound", err)
		}
		got, err := db.SecondFactor(t.Context(), user.ID)
		if want := (queries.SecondFactor{UserID: user.ID, Sealed: "sealed by the old key", Step: 100, Codes: 2}); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		if _, err := db.SetSecondFactor(t.Context(), before, queries.SecondFactor{}, nil, anActor); !errors.Is(err, queries.ErrStale) {
			t.Errorf("set by who read an older version: got %v, want ErrStale", err)
		}
		if err := db.SetRecoveryCodes(t.Context(), user, []string{"a", "b", "c"}, anActor); err != nil {
			t.Fatal(err)
		}
		user.Version++
		if got, err := db.SecondFactor(t.Context(), user.ID); err != nil || got.Codes != 3 {
			t.Errorf("new codes: got %+v, %v", got, err)
		}
		if err := db.UseRecoveryCode(t.Context(), user.ID, "first"); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("an old code: got %v, want ErrNotFound", err)
		}
		if _, err := db.DropSecondFactor(t.Context(), "drop", user.ID, user.Version, anActor); err != nil {
			t.Fatal(err)
		}
		if user, err = db.UserByEmail(t.Context(), user.Email); err != nil || user.SecondFactor {
			t.Errorf("dropped: got %+v, %v", user, err)
		}
		if err := db.UseRecoveryCode(t.Context(), user.ID, "a"); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("a code of a factor that is gone: got %v, want ErrNotFound", err)
		}
	})
}

// A code is taken once, also by many at once in two processes.
func TestACodeIsUsedOnce(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			processes := []*queries.DB{querytest.Open(t, location), querytest.Open(t, location)}
			user := setFactor(t, processes[0], createUser(t, processes[0]))
			for name, use := range map[string]func(db *queries.DB) error{
				"code":     func(db *queries.DB) error { return db.UseStep(t.Context(), user.ID, 101) },
				"recovery": func(db *queries.DB) error { return db.UseRecoveryCode(t.Context(), user.ID, "first") },
			} {
				var group errgroup.Group
				var used atomic.Int64
				for i := range 16 {
					group.Go(func() error {
						err := use(processes[i%2])
						if err == nil {
							used.Add(1)
						} else if !errors.Is(err, queries.ErrNotFound) {
							return err
						}
						return nil
					})
				}
				if err := group.Wait(); err != nil {
					t.Fatal(err)
				}
				if used.Load() != 1 {
					t.Errorf("%s: used %d times, want once", name, used.Load())
				}
			}
			for _, step := range []int64{99, 100, 101} {
				if err := processes[0].UseStep(t.Context(), user.ID, step); !errors.Is(err, queries.ErrNotFound) {
					t.Errorf("step %d after 101: got %v, want ErrNotFound", step, err)
				}
			}
		})
	}
}

func TestReseal(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		user := setFactor(t, db, createUser(t, db))
		factors, err := db.SecondFactors(t.Context(), 0)
		if err != nil || len(factors) != 1 || factors[0].UserID != user.ID {
			t.Fatalf("got %+v, %v", factors, err)
		}
		for _, sealed := range []string{"sealed by the new key", "too late: it has changed since it was read"} {
			if err := db.Reseal(t.Context(), factors[0], sealed); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := db.SecondFactor(t.Context(), user.ID); err != nil || got.Sealed != "sealed by the new key" || got.Step != 100 {
			t.Errorf("got %+v, %v", got, err)
		}
		if factors, err := db.SecondFactors(t.Context(), user.ID); err != nil || len(factors) != 0 {
			t.Errorf("after the last: got %+v, %v", factors, err)
		}
	})
}

// Who owes a code may give it for five minutes and once, as long as the user
// stays as they were.
func TestASecondStepEnds(t *testing.T) {
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		createOwner(t, db, "keeper")
		user := setFactor(t, db, createUser(t, db))
		begin := func(token string) {
			t.Helper()
			step := accounts.SecondStep{TokenHash: token, User: user, Remembered: true}
			if err := db.CreateSecondStep(t.Context(), step, today); err != nil {
				t.Fatal(err)
			}
		}
		begin("token")
		got, err := db.SecondStep(t.Context(), "token", today.Add(accounts.SecondStepLifetime-time.Millisecond))
		if want := (accounts.SecondStep{TokenHash: "token", User: user, Remembered: true}); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		missing := func(when, token string, at time.Time) {
			t.Helper()
			if got, err := db.SecondStep(t.Context(), token, at); !errors.Is(err, queries.ErrNotFound) {
				t.Errorf("%s: got %+v, %v, want ErrNotFound", when, got, err)
			}
		}
		missing("too late", "token", today.Add(accounts.SecondStepLifetime))
		missing("another token", "other", today)
		if _, err := db.Session(t.Context(), "token"); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("as a session: got %v, want ErrNotFound", err)
		}
		if err := db.EndSecondStep(t.Context(), "token"); err != nil {
			t.Fatal(err)
		}
		if err := db.EndSecondStep(t.Context(), "token"); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("ended twice: got %v, want ErrNotFound", err)
		}
		changes := map[string]func(version int64) error{
			"password": func(int64) error { _, err := db.SetPassword(t.Context(), user, "new", anActor); return err },
			"role":     func(version int64) error { return db.SetRole(t.Context(), user.ID, version, accounts.Viewer, anActor) },
			"disabled": func(version int64) error { return db.SetDisabled(t.Context(), user.ID, version, true, anActor) },
			"factor": func(version int64) error {
				_, err := db.DropSecondFactor(t.Context(), "drop", user.ID, version, anActor)
				return err
			},
			"deleted": func(version int64) error { return db.DeleteUser(t.Context(), user.ID, version, anActor) },
		}
		for _, name := range strings.Fields("password role disabled factor deleted") {
			begin("before " + name)
			if err := changes[name](user.Version); err != nil {
				t.Fatal(name, err)
			}
			missing(name, "before "+name, today)
			user.Version++
		}
	})
}
