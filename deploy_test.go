package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What the files say that others start us by is what the program knows.
func TestDeployFilesSayWhatTheProgramKnows(t *testing.T) {
	commands := map[string]bool{}
	for _, cmd := range rootCommand().Commands() {
		commands[cmd.Name()] = true
	}
	for file, pattern := range map[string]string{
		"Procfile":                       `(?m)bin/runnerdb ([a-z]+)$`,
		"heroku.yml":                     `/runnerdb\n\s+- ([a-z]+)`,
		"Dockerfile":                     `(?:CMD \["|/runnerdb", ")([a-z]+)"\]`,
		"compose.yaml":                   `(?:command: \[|/runnerdb, )([a-z]+)\]`,
		"deploy/runnerdb.service":        `(?m)/runnerdb ([a-z]+)$`,
		"deploy/runnerdb-backup.service": `/runnerdb ([a-z]+) `,
	} {
		said := regexp.MustCompile(pattern).FindAllStringSubmatch(contentOf(t, file), -1)
		if len(said) == 0 {
			t.Errorf("%s starts nothing", file)
		}
		for _, words := range said {
			if !commands[words[1]] {
				t.Errorf("%s starts runnerdb %s, which is no command", file, words[1])
			}
		}
	}
}

func contentOf(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What app.json, .env.example and compose.yaml set is what config.go reads.
func TestDeployFilesSetVariablesThatAreRead(t *testing.T) {
	asked := map[string]bool{}
	if _, err := readConfig(func(name string) string { asked[name] = true; return "" }); err != nil {
		t.Fatal(err)
	}
	var app struct {
		Env    map[string]any
		Addons []struct{ Plan string }
	}
	if err := json.Unmarshal([]byte(contentOf(t, "app.json")), &app); err != nil || len(app.Env) == 0 {
		t.Fatalf("app.json: %v", err)
	}
	if len(app.Addons) != 1 || !strings.HasPrefix(app.Addons[0].Plan, "heroku-postgresql:") {
		t.Errorf("app.json: got %v, want one database", app.Addons)
	}
	for name := range app.Env {
		if !asked[name] {
			t.Errorf("app.json sets %s, which nobody reads", name)
		}
	}
	for _, set := range regexp.MustCompile(`(?m)^#?([A-Z_]+)=`).FindAllStringSubmatch(contentOf(t, ".env.example"), -1) {
		if !asked[set[1]] && set[1] != "POSTGRES_PASSWORD" {
			t.Errorf(".env.example sets %s, which nobody reads", set[1])
		}
	}
	for _, set := range regexp.MustCompile(`(?m)^    ([A-Z_]+): `).FindAllStringSubmatch(contentOf(t, "compose.yaml"), -1) {
		if !asked[set[1]] {
			t.Errorf("compose.yaml sets %s, which nobody reads", set[1])
		}
	}
	for name := range asked {
		if name != "DYNO" && !strings.Contains(contentOf(t, "docs/deploy.md"), "`"+name+"`") {
			t.Errorf("docs/deploy.md does not tell of %s", name)
		}
	}
}

// Heroku and the container build with the Go that go.mod asks for.
func TestBuildsUseTheSameGo(t *testing.T) {
	want := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindStringSubmatch(contentOf(t, "go.mod"))[1]
	for file, pattern := range map[string]string{
		"go.mod":            `goVersion go(1\.\d+)`,
		"Dockerfile":        `golang:(1\.\d+)`,
		"compose.test.yaml": `golang:(1\.\d+)`,
	} {
		if got := regexp.MustCompile(pattern).FindStringSubmatch(contentOf(t, file)); got == nil || got[1] != want {
			t.Errorf("%s: got Go %v, want %s", file, got, want)
		}
	}
}

// R091: what may go on after SIGTERM is over before anybody kills us.
func TestShutdownIsOverInTime(t *testing.T) {
	if total := drainTimeout + letGoTimeout; total > 25*time.Second {
		t.Errorf("a shutdown may take %v", total)
	}
	for _, file := range []string{"deploy/runnerdb.service", "compose.yaml"} {
		if !regexp.MustCompile(`(?:TimeoutStopSec=30|stop_grace_period: 30s)`).MatchString(contentOf(t, file)) {
			t.Errorf("%s does not give it 30 seconds", file)
		}
	}
}

// What the container asks is answered where a server lives, and only there.
func TestHealthCommand(t *testing.T) {
	port := freePort(t)
	t.Setenv("PORT", port)
	if status, _, errOut := runOn(t, "unused.db", "", "health"); status != 1 || !strings.Contains(errOut, "no server lives") {
		t.Errorf("got %d, %s", status, errOut)
	}
	cmd := program(t, []string{"PORT=" + port}, "serve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitReady(t, port)
	if status, _, errOut := runOn(t, "unused.db", "", "health"); status != 0 {
		t.Errorf("got %d, %s", status, errOut)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
