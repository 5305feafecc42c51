package main

import (
	"encoding/json"
	"strings"
	"testing"

	"runnerdb/queries/querytest"
)

// What the command line changes, a server that runs shows at the next letter.
func TestRunnerCommandsReachAServer(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			port := freePort(t)
			server := program(t, []string{"PORT=" + port, "DATABASE_URL=" + location}, "serve")
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
			awaitReady(t, port)
			steps := []struct {
				args   string
				status int
				says   string
				query  string
				finds  string
			}{
				{"add Nomsa Mthembu --sex f --born 1990-10-30 --licence WPA-77701", 0, "Nomsa Mthembu is runner 1.", "nomsa", "Nomsa Mthembu"},
				{"add Nomsa Xaba", 0, "Nomsa Xaba is runner 2.", "xab", "Nomsa Xaba"},
				{"edit 2 --name N.Xaba", 0, "Changed N.Xaba.", "nomsa x", ""},
				{"edit 1 --public no", 0, "Changed Nomsa Mthembu.", "mthembu", ""},
				{"edit 1 --public perhaps", 1, "write yes, no or auto", "mthembu", ""},
				{"edit 1 --public auto --alias Nomsie", 0, "Changed", "nomsie", "Nomsa Mthembu"},
				{"merge 1 2", 0, "N.Xaba (2) is now part of Nomsa Mthembu (1).", "xaba", "Nomsa Mthembu"},
				{"merge 1 1", 1, "1 is one runner already", "77701", "Nomsa Mthembu"},
				{"edit 9", 1, "there is no runner 9", "mthembu", "Nomsa Mthembu"},
				{"edit x", 1, `"x" is no number of a runner`, "mthembu", "Nomsa Mthembu"},
				{"edit 1 --born yesterday", 1, "write it as 1990-12-31", "mthembu", "Nomsa Mthembu"},
				{"edit 1 --sex Q", 1, "F or M", "mthembu", "Nomsa Mthembu"},
				{"delete 1", 0, "Deleted Nomsa Mthembu.", "mthembu", ""},
			}
			for _, step := range steps {
				status, out, errOut := runOn(t, location, "", append([]string{"runner"}, strings.Fields(step.args)...)...)
				if status != step.status || !strings.Contains(out+errOut, step.says) {
					t.Errorf("runner %s: %d %q %q, want %d %q", step.args, status, out, errOut, step.status, step.says)
				}
				_, page := get(t.Context(), port, "/runners?q="+strings.ReplaceAll(step.query, " ", "+"))
				if found := strings.Contains(page, `class="hit"`); found != (step.finds != "") || !strings.Contains(plain(page), step.finds) {
					t.Errorf("after runner %s, %q finds somebody: %v, want %q", step.args, step.query, found, step.finds)
				}
			}
		})
	}
}

// plain is a page without its marks.
func plain(page string) string {
	return strings.NewReplacer("<mark>", "", "</mark>", "").Replace(page)
}

func TestIndexCommand(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			if status, _, errOut := runOn(t, location, "", "seed"); status != 0 {
				t.Fatal(errOut)
			}
			querytest.Exec(t, location, "UPDATE runners SET name = 'Zodwa Unheard', search_key = '' WHERE id = 2")
			status, out, errOut := runOn(t, location, "", "index")
			if status != 0 || !strings.HasPrefix(out, "Indexed 203 runners in ") {
				t.Errorf("index: %d %q %q", status, out, errOut)
			}
			status, out, errOut = runOn(t, location, "", "predict", "--json", "zodwa", "unheard")
			var prediction map[string]any
			if err := json.Unmarshal([]byte(out), &prediction); status != 0 || err != nil {
				t.Errorf("predict by the new name: %d %q %q", status, out, errOut)
			}
		})
	}
}
