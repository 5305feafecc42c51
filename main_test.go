package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// asProgram makes the test binary behave as the program itself, so that tests
// can start, signal and kill it.
const asProgram = "RUNNERDB_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(querytest.Main(m))
}

// program is runnerdb with these arguments, in an empty folder, with this
// environment and nothing else.
func program(t testing.TB, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{asProgram + "=1"}, env...)
	return cmd
}

// runOn runs a command in this process on a database.
func runOn(t *testing.T, location, in string, args ...string) (status int, out, errOut string) {
	t.Helper()
	t.Setenv("DATABASE_URL", location)
	t.Chdir(t.TempDir())
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(in), &stdout, &stderr)
	return status, stdout.String(), stderr.String()
}

func freePort(t testing.TB) string {
	t.Helper()
	port, free := takePort(t)
	free()
	return port
}

// takePort is a port that nobody else can listen on until it is free again.
func takePort(t testing.TB) (port string, free func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, func() { _ = listener.Close() }
}

// awaitReady asks until the server is ready.
func awaitReady(t *testing.T, port string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		if status, _ := get(ctx, port, "/readyz"); status == http.StatusOK {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal("the server does not get ready")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func get(ctx context.Context, port, path string) (status int, body string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+path, nil)
	if err != nil {
		return 0, err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(b)
}

// R091: SIGTERM, also twice, ends the server with status 0; an idle
// connection does not hold it up.
func TestServeEndsOnSIGTERM(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			port := freePort(t)
			cmd := program(t, []string{"PORT=" + port, "DATABASE_URL=" + querytest.Empty(t, engine)}, "serve")
			var log bytes.Buffer
			cmd.Stderr = &log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			awaitReady(t, port)
			if status, body := get(t.Context(), port, "/"); status != http.StatusOK || !strings.Contains(body, "RCS Gugulethu AC") {
				t.Errorf("got %d, %s", status, body)
			}
			for range 2 {
				if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v: %s", err, log.String())
			}
		})
	}
}

// R060: the demo has one admin, with a new password at every start, and only
// this machine can open it. What it holds is kept between runs.
func TestDemo(t *testing.T) {
	dir, passwords := t.TempDir(), map[string]bool{}
	for range 2 {
		port := freePort(t)
		cmd := program(t, []string{"PORT=" + port}, "demo")
		cmd.Dir = dir
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		awaitReady(t, port)
		status, body := get(t.Context(), port, "/predict?q=karabo+kh")
		if status != http.StatusOK || !strings.Contains(plain(body), "Karabo Khumalo") {
			t.Errorf("got %d, %s", status, body)
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, out.String())
		}
		_, rest, _ := strings.Cut(out.String(), "Password")
		fields := strings.Fields(rest)
		if len(fields) == 0 || !strings.Contains(out.String(), "http://localhost:"+port) {
			t.Fatalf("got %s", out.String())
		}
		passwords[fields[0]] = true
	}
	if len(passwords) != 2 {
		t.Error("the password is the same at every start")
	}
	if files, err := filepath.Glob(dir + "/*"); err != nil || len(files) != 1 {
		t.Errorf("got %v, %v; want the database alone", files, err)
	}
}

// A fresh demo whose port is taken leaves the running one its database.
func TestDemoStartsAnewOnlyWhereItCanListen(t *testing.T) {
	port, free := takePort(t)
	defer free()
	cmd := program(t, []string{"PORT=" + port}, "demo", "--fresh")
	file := filepath.Join(cmd.Dir, demoFile)
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Run(); err == nil {
		t.Error("the demo starts on a port that is taken")
	}
	if got, err := os.ReadFile(file); string(got) != "kept" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestServeSaysWhatIsWrong(t *testing.T) {
	busyPort, free := takePort(t)
	defer free()
	tests := []struct {
		env  []string
		args []string
		want string
	}{
		{[]string{"PORT=x"}, []string{"serve"}, "PORT"},
		{[]string{"BASE_URL=https://runners.example.org"}, []string{"serve"}, "SESSION_KEYS"},
		{[]string{"DYNO=web.1"}, []string{"serve"}, "DATABASE_URL"},
		{[]string{"DATABASE_URL=postgres://nobody@127.0.0.1:1/none"}, []string{"serve"}, "DATABASE_URL"},
		{[]string{"DATABASE_URL=/no/such/folder/x.db"}, []string{"migrate"}, "DATABASE_URL"},
		{[]string{"PORT=" + busyPort}, []string{"demo"}, "PORT"},
	}
	for _, test := range tests {
		out, err := program(t, test.env, test.args...).CombinedOutput()
		if err == nil || !strings.HasPrefix(string(out), "runnerdb: "+test.want) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%v: got %v, %s", test.env, err, out)
		}
	}
}

func TestDotEnvIsHonoured(t *testing.T) {
	cmd := program(t, nil, "serve")
	if err := os.WriteFile(filepath.Join(cmd.Dir, ".env"), []byte("PORT=nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err == nil || !strings.HasPrefix(string(out), `runnerdb: PORT is "nonsense"`) {
		t.Errorf("got %v, %s", err, out)
	}
}

func TestUserAdd(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			add := []string{"user", "add", "thandi@example.org", "--name", "Thandi"}
			for _, test := range []struct {
				password, want string
				status         int
			}{
				{"short", "at least 12 characters", 1},
				{"correct horse battery\n", "thandi@example.org may sign in", 0},
				{"correct horse battery\n", "is a user already", 1},
			} {
				status, out, errOut := runOn(t, location, test.password, add...)
				if status != test.status || !strings.Contains(out+errOut, test.want) {
					t.Errorf("got %d, %s%s; want %d, %s", status, out, errOut, test.status, test.want)
				}
			}
			user, err := querytest.Open(t, location).UserByEmail(t.Context(), "thandi@example.org")
			if err != nil {
				t.Fatal(err)
			}
			if known, err := accounts.VerifyPassword(t.Context(), user.PasswordHash, "correct horse battery"); !known || err != nil {
				t.Errorf("the password does not fit: %v", err)
			}
		})
	}
}

func TestPredict(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			loadThree(t, querytest.Open(t, location))
			tests := []struct {
				args   string
				status int
				want   string
			}{
				{"predict zola budd", 0, "Zola Budd, 42.2 km: "},
				{"predict ZOLA", 0, "mean absolute error"},
				{"predict sipho", 1, `did you mean Sipho One, Sipho Two?`},
				{"predict sipho one", 0, "Sipho One: no prediction: no finished race"},
				{"predict nobody", 1, `nobody is called "nobody"`},
				{"predict --distance 5k zola budd", 0, "from other distances"},
				{"predict --distance marathon zola budd", 1, "no distance that we know"},
				{"predict", 1, "name a runner, or say --all"},
				{"predict --all", 0, "Sipho Two: no prediction"},
			}
			for _, test := range tests {
				status, out, errOut := runOn(t, location, "", strings.Fields(test.args)...)
				if status != test.status || !strings.Contains(out+errOut, test.want) {
					t.Errorf("%s: got %d, %s%s; want %d, %s", test.args, status, out, errOut, test.status, test.want)
				}
			}
			_, out, _ := runOn(t, location, "", "predict", "--all", "--json")
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if len(lines) != 3 {
				t.Fatalf("got %d lines, want 3: %s", len(lines), out)
			}
			for _, line := range lines {
				var got predictions.Answer
				if err := json.Unmarshal([]byte(line), &got); err != nil || got.Name == "" || (got.Time == "") == (got.Refusal == "") {
					t.Errorf("%s: got %+v, %v", line, got, err)
				}
			}
		})
	}
}

// loadThree stores one runner with six marathons and two with nothing.
func loadThree(t *testing.T, db *queries.DB) {
	t.Helper()
	batch := queries.Batch{
		Runners: []club.Runner{{ID: 1, Name: "Zola Budd"}, {ID: 2, Name: "Sipho One"}, {ID: 3, Name: "Sipho Two"}},
		Series:  []club.Series{{ID: 1, Name: "Marathon"}},
	}
	for i, minutes := range []float64{240, 251, 233, 246, 229, 238} {
		id := int64(i + 1)
		batch.Races = append(batch.Races, club.Race{
			ID: id, SeriesID: 1, HeldOn: club.Date{Year: 2020 + i, Month: time.March, Day: 1}, Length: 42_195,
		})
		batch.Results = append(batch.Results, club.Result{
			ID: id, RunnerID: 1, RaceID: id, Status: club.Finished, Net: club.FinishTimeOfMinutes(minutes), Counts: true,
		})
	}
	querytest.Load(t, db, batch)
}

func TestHelp(t *testing.T) {
	for _, command := range []string{"", "demo", "serve", "migrate", "backup", "restore", "doctor", "seed", "user add", "user invite", "predict", "backtest", "forecast"} {
		status, out, _ := runOn(t, "unused.db", "", append(strings.Fields(command), "--help")...)
		if status != 0 || !strings.Contains(out, "Usage:") || len(out) < 200 {
			t.Errorf("%s: got %d, %s", command, status, out)
		}
	}
	if status, _, errOut := runOn(t, "unused.db", "", "fly"); status != 1 || !strings.Contains(errOut, `"fly"`) {
		t.Errorf("got %d, %s", status, errOut)
	}
}
