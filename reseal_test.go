package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// withFactor stores a user whose second factor a key has sealed.
func withFactor(t *testing.T, db *queries.DB, email string, key []byte) accounts.User {
	t.Helper()
	now := time.Now()
	if _, err := db.CreateUser(t.Context(), accounts.User{Email: email, Name: "Thandi", Role: accounts.Editor}, now); err != nil {
		t.Fatal(err)
	}
	user, err := db.UserByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	sealed := accounts.NewSealer([][]byte{key}, accounts.TOTPPurpose).Seal([]byte("secret of "+email), accounts.TOTPOwner(user.ID))
	if _, err := db.SetSecondFactor(t.Context(), user, queries.SecondFactor{Sealed: sealed, Step: 7}, nil, queries.AtCommandLine(now)); err != nil {
		t.Fatal(err)
	}
	return user
}

// R050: after a start with the new key in front, the old one may be dropped;
// what no key opens is left as it is, and the log says whose it is.
func TestSecretsAreSealedAnewAtTheStart(t *testing.T) {
	oldKey, newKey, lost := bytes.Repeat([]byte("old "), 8), bytes.Repeat([]byte("new "), 8), bytes.Repeat([]byte("lost"), 8)
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		users := map[string]accounts.User{}
		for email, key := range map[string][]byte{"old@example.org": oldKey, "new@example.org": newKey, "lost@example.org": lost} {
			users[email] = withFactor(t, db, email, key)
		}
		var log bytes.Buffer
		for range 2 {
			if err := resealSecrets(t.Context(), config{sessionKeys: [][]byte{newKey, oldKey}}, db, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
				t.Fatal(err)
			}
		}
		sealer := accounts.NewSealer([][]byte{newKey}, accounts.TOTPPurpose)
		for email, user := range users {
			factor, err := db.SecondFactor(t.Context(), user.ID)
			if err != nil {
				t.Fatal(err)
			}
			secret, _, err := sealer.Open(factor.Sealed, accounts.TOTPOwner(user.ID))
			if want := email != "lost@example.org"; (err == nil) != want || (want && string(secret) != "secret of "+email) || factor.Step != 7 {
				t.Errorf("%s: got %q, %v, step %d", email, secret, err, factor.Step)
			}
		}
		if n := strings.Count(log.String(), "sealed with the newest key"); n != 1 || !strings.Contains(log.String(), "count=1") {
			t.Errorf("the log tells of %d times:\n%s", n, log.String())
		}
		if n := strings.Count(log.String(), "second factor not opened"); n != 2 || strings.Contains(log.String(), "secret of") {
			t.Errorf("the log has %d lines on what no key opens, want 2:\n%s", n, log.String())
		}
	})
}

// Whoever has the server takes a second factor away.
func TestUserReset(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			user := withFactor(t, db, "thandi@example.org", bytes.Repeat([]byte("key "), 8))
			status, out, errOut := runOn(t, location, "", "user", "reset", "Thandi@example.org")
			if status != 0 || out != "thandi@example.org signs in with the password alone now.\n" {
				t.Errorf("got %d, %q, %q", status, out, errOut)
			}
			if after, err := db.UserByEmail(t.Context(), user.Email); err != nil || after.SecondFactor {
				t.Errorf("got %+v, %v", after, err)
			}
			for email, want := range map[string]string{"thandi@example.org": "needs no code", "sipho@example.org": "there is no user"} {
				if status, _, errOut := runOn(t, location, "", "user", "reset", email); status == 0 || !strings.Contains(errOut, want) {
					t.Errorf("%s: got %d, %q, want %q", email, status, errOut, want)
				}
			}
			entries, _, err := db.AuditLog(t.Context(), queries.AuditFilter{Kind: queries.KindUser, ObjectID: user.ID}, 1)
			if err != nil || len(entries) == 0 || entries[0].Action != "take away second step" || entries[0].Actor != "command line" {
				t.Errorf("audit log: got %+v, %v", entries, err)
			}
		})
	}
}
