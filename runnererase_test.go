package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnerdb/queries/querytest"
)

func TestEraseAtTheCommandLine(t *testing.T) {
	t.Setenv("SESSION_KEYS", strings.Repeat("0123456789abcdef", 2))
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			for _, step := range []struct {
				args, typed string
				status      int
				says        string
			}{
				{"add Nomsa Qwabe --born 1990-10-30 --licence WPA-77701", "", 0, "Nomsa Qwabe is runner 1."},
				{"erase 1", "Nomsa\n", 1, "this is not the name; nobody was erased"},
				{"erase 1", "", 1, "nobody was erased"},
				{"erase 9", "x\n", 1, "there is no runner 9"},
				{"erase 1", "nomsa qwabe\n", 0, "Erased runner 1."},
				{"erase 1", "", 0, "Runner 1 was erased before"},
				{"edit 1 --name Nomsa", "", 1, "this runner was erased"},
				{"add Nomsa Qwabe", "", 1, "say --again"},
				{"add Nomsa Qwabe --born 1999-10-30", "", 0, "is runner 2."},
				{"add Nomsa Qwabe --again", "", 0, "is runner 3."},
				{"export 9", "", 1, "there is no runner 9"},
			} {
				status, out, errOut := runOn(t, location, step.typed, append([]string{"runner"}, strings.Fields(step.args)...)...)
				if status != step.status || !strings.Contains(out+errOut, step.says) {
					t.Errorf("runner %s: %d %q %q, want %d %q", step.args, status, out, errOut, step.status, step.says)
				}
			}
			status, out, errOut := runOn(t, location, "", "runner", "export", "2")
			var person struct{ Runner struct{ Name string } }
			if err := json.Unmarshal([]byte(out), &person); status != 0 || err != nil || person.Runner.Name != "Nomsa Qwabe" {
				t.Errorf("export: %d %q %q, %v", status, out, errOut, err)
			}
		})
	}
}

func TestEraseWithoutKeysSaysSo(t *testing.T) {
	t.Setenv("SESSION_KEYS", "")
	location := querytest.Location(t, querytest.SQLite)
	runOn(t, location, "", "runner", "add", "Nomsa", "Qwabe")
	status, out, errOut := runOn(t, location, "Nomsa Qwabe\n", "runner", "erase", "1")
	if status != 0 || !strings.Contains(out, "SESSION_KEYS is not set: nobody will be warned") {
		t.Errorf("got %d %q %q", status, out, errOut)
	}
	if status, _, errOut := runOn(t, location, "", "runner", "add", "Nomsa", "Qwabe"); status != 0 {
		t.Errorf("add: %d %q", status, errOut)
	}
}

// Where people were erased and no session key opens the list of them, no command
// adds anybody: it would not know whom not to.
func TestNobodyIsAddedWithoutTheKeyOfTheErased(t *testing.T) {
	const key, other = "0123456789abcdef0123456789abcdef", "another-key-another-key-another-key"
	sheet := filepath.Join(t.TempDir(), "results.csv")
	if err := os.WriteFile(sheet, []byte("Position,Name,Time\n1,Nomsa Qwabe,0:45:00\n2,Sipho Dube,0:46:00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	race := []string{"--race", "Bay Run", "--date", "2026-03-08", "--distance", "10km"}
	dryRun, store := append([]string{"import", "--dry-run", sheet}, race...), append([]string{"import", sheet}, race...)
	add := []string{"runner", "add", "Sipho", "Dube"}
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			expect := func(keys string, wantStatus int, says string, args ...string) {
				t.Helper()
				t.Setenv("SESSION_KEYS", keys)
				status, out, errOut := runOn(t, location, "Nomsa Qwabe\n", args...)
				if status != wantStatus || !strings.Contains(out+errOut, says) {
					t.Errorf("SESSION_KEYS=%.8q %s: %d %q %q, want %d %q", keys, strings.Join(args[:2], " "), status, out, errOut, wantStatus, says)
				}
			}
			expect("", 0, "is runner 1", "runner", "add", "Nomsa", "Qwabe")
			expect(key, 0, "Erased runner 1", "runner", "erase", "1")
			for _, keys := range []string{"", other} {
				for _, command := range [][]string{dryRun, store, add} {
					expect(keys, 1, "SESSION_KEYS", command...)
				}
			}
			expect(key, 0, "1 new", dryRun...)
			expect(key+","+other, 0, "is runner 2", add...)
			expect("", 1, "set SESSION_KEYS first", "runner", "drop-lost-keys", "--yes")
			expect(other, 1, "say --yes", "runner", "drop-lost-keys")
			expect(other, 0, "Dropped 1 key", "runner", "drop-lost-keys", "--yes")
			expect(other, 0, "is runner 3", "runner", "add", "Nomsa", "Qwabe")
		})
	}
}
