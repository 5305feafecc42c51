package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

const backedUpPassword = "correct horse battery"

// R087: what a backup restores is what was there, row by row, and who could
// sign in can.
func TestBackupAndRestore(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location, backup := querytest.Location(t, engine), filepath.Join(t.TempDir(), "runnerdb.backup")
			must(t, location, "", "seed")
			must(t, location, backedUpPassword, "user", "add", "thandi@example.org")
			must(t, location, "", "backup", backup)
			if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("others may read the backup: %v, %v", info, err)
			}
			if left, err := filepath.Glob(backup + "?*"); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
			restored := querytest.Empty(t, engine)
			if out := must(t, restored, "", "restore", backup); !regexp.MustCompile(`Restored \d+ runners, .* and 1 users`).MatchString(out) {
				t.Errorf("got %s", out)
			}
			before := querytest.Stored(t, location)
			if len(before["results"]) < 500 {
				t.Fatalf("only %d results to compare", len(before["results"]))
			}
			if diff := cmp.Diff(before, querytest.Stored(t, restored)); diff != "" {
				t.Errorf("the restored database differs: %.2000s", diff)
			}
			trySignIn(t, restored, "thandi@example.org", backedUpPassword)
		})
	}
}

// must runs a command that has to succeed.
func must(t *testing.T, location, in string, args ...string) string {
	t.Helper()
	status, out, errOut := runOn(t, location, in, args...)
	if status != 0 {
		t.Fatalf("runnerdb %v: got %d, %s", args, status, errOut)
	}
	return out
}

// trySignIn serves a database and signs in as a browser does.
func trySignIn(t *testing.T, location, email, password string) {
	t.Helper()
	port := freePort(t)
	cmd := program(t, []string{"PORT=" + port, "DATABASE_URL=" + location}, "serve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitReady(t, port)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	page := fetch(t, client, http.MethodGet, "http://127.0.0.1:"+port+"/login", nil)
	token := regexp.MustCompile(`name="form_token" value="([^"]+)"`).FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("no form to sign in with: %s", page)
	}
	form := url.Values{"form_token": {token[1]}, "email": {email}, "password": {password}, "next": {"/profile"}}
	if page := fetch(t, client, http.MethodPost, "http://127.0.0.1:"+port+"/login", form); !strings.Contains(page, email) {
		t.Errorf("not signed in: %s", page)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func fetch(t *testing.T, client *http.Client, method, address string, form url.Values) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	return body.String()
}

// R087: a backup under writes holds each transaction whole or not at all, and
// keeps nobody from writing.
func TestBackupUnderWrites(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			db := querytest.Open(t, location)
			ctx, stop := context.WithCancel(t.Context())
			written, wrote := make(chan struct{}, 1), make(chan error, 1)
			go func() {
				for i := 0; ; i++ {
					runner := club.Runner{Name: fmt.Sprintf("Runner %d", i)}
					if _, err := db.CreateRunner(context.WithoutCancel(ctx), runner, queries.AtCommandLine(time.Now())); err != nil || ctx.Err() != nil {
						wrote <- err
						return
					}
					select {
					case written <- struct{}{}:
					default:
					}
				}
			}()
			for i := range 3 {
				<-written
				backup := filepath.Join(t.TempDir(), "backup")
				if err := queries.Backup(t.Context(), location, backup); err != nil {
					t.Fatal(err)
				}
				restored := querytest.Empty(t, engine)
				if err := queries.Restore(t.Context(), restored, backup, false); err != nil {
					t.Fatal(err)
				}
				stored := querytest.Stored(t, restored)
				if runners, deeds := len(stored["runners"]), len(stored["audit_log"]); runners != deeds || runners == 0 {
					t.Errorf("backup %d holds %d runners and %d deeds; want as many", i, runners, deeds)
				}
			}
			stop()
			if err := <-wrote; err != nil {
				t.Errorf("writing meanwhile: %v", err)
			}
		})
	}
}

// A restore writes over nothing unless told to, and takes nothing that is no
// backup.
func TestRestoreIsCareful(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			dir := t.TempDir()
			location, backup := querytest.Empty(t, engine), filepath.Join(dir, "backup")
			must(t, location, "", "runner", "add", "In The Backup")
			must(t, location, "", "backup", backup)
			must(t, location, "", "runner", "add", "Added Since")
			refused := func(want string, args ...string) {
				t.Run(want, func(t *testing.T) { checkRefused(t, location, want, args...) })
			}
			refused("exists already", "backup", backup)
			refused("say --replace", "restore", backup)
			whole, err := os.ReadFile(backup)
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string][]byte{
				"empty": nil, "text": []byte("name,time\n"), "half": whole[:len(whole)/2],
				"sqlite alone": []byte("SQLite format 3\x00"), "dump alone": []byte("PGDMP"),
			} {
				file := filepath.Join(dir, name)
				if err := os.WriteFile(file, content, 0o600); err != nil {
					t.Fatal(err)
				}
				refused("not a backup", "restore", file, "--replace")
				status, _, _ := runOn(t, querytest.Empty(t, engine), "", "restore", file)
				if status == 0 {
					t.Errorf("%s was restored", name)
				}
			}
			refused("no such file", "restore", filepath.Join(dir, "nowhere"), "--replace")
			if engine == querytest.SQLite {
				t.Run("open", func(t *testing.T) {
					querytest.Open(t, location)
					checkRefused(t, location, "stop the server first", "restore", backup, "--replace")
				})
			}
			must(t, location, "", "restore", backup, "--replace")
			runners := querytest.Stored(t, location)["runners"]
			if len(runners) != 1 || !strings.Contains(runners[0], "In The Backup") {
				t.Errorf("got %v", runners)
			}
		})
	}
}

// checkRefused runs a command that must say why it does nothing.
func checkRefused(t *testing.T, location, want string, args ...string) {
	t.Helper()
	before := querytest.Stored(t, location)
	status, out, errOut := runOn(t, location, "", args...)
	if status == 0 || !strings.Contains(errOut, want) {
		t.Errorf("%v: got %d, %s%s; want %s", args, status, out, errOut, want)
	}
	if args[0] == "restore" && !strings.Contains(errOut, "Your data is unchanged.") && !strings.Contains(errOut, "left as it is") {
		t.Errorf("%v: %s doesn't say that the data is unchanged", args, errOut)
	}
	if diff := cmp.Diff(before, querytest.Stored(t, location)); diff != "" {
		t.Errorf("%v: the database has changed: %s", args, diff)
	}
}

// PostgreSQL's tools are named where they are missing, and a password is in no
// argument.
func TestBackupSaysWhatItTakes(t *testing.T) {
	location := querytest.Location(t, querytest.Postgres)
	t.Setenv("PATH", t.TempDir())
	status, _, errOut := runOn(t, location, "", "backup", "x.backup")
	if status == 0 || !strings.Contains(errOut, "pg_dump is not installed") {
		t.Errorf("got %d, %s", status, errOut)
	}
	fake := filepath.Join(os.Getenv("PATH"), "pg_dump")
	if err := os.WriteFile(fake, []byte("#!/bin/sh\necho \"$@ has:$PGPASSWORD\" >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, errOut = runOn(t, "postgres://me:geheim@db.example.org/club?statement_timeout=1&sslmode=verify-full", "", "backup", "x.backup")
	for _, want := range []string{"--dbname=postgres://me@db.example.org/club?sslmode=verify-full", "has:geheim"} {
		if !strings.Contains(errOut, want) {
			t.Errorf("got %s, want %s", errOut, want)
		}
	}
	if _, err := os.Stat("x.backup"); err == nil {
		t.Error("a backup that failed has its name")
	}
}
