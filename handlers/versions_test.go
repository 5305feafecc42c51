package handlers_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// floors are the oldest versions without a known fault that strikes us; the
// reasons are in docs/dependencies.md.
var floors = map[string]string{
	"github.com/gofiber/fiber/v2":     "v2.52.15",
	"github.com/valyala/fasthttp":     "v1.77.0",
	"github.com/a-h/templ":            "v0.3.977",
	"github.com/gorilla/sessions":     "v1.4.0",
	"github.com/gorilla/securecookie": "v1.1.2",
	"github.com/lib/pq":               "v1.12.3",
	"github.com/xuri/excelize/v2":     "v2.11.1",
	"modernc.org/sqlite":              "v1.61.1",
}

// R098. go.mod lists every module that the program is built from, with the
// version that is taken.
func TestDependenciesAreNotOlderThanTheirFloors(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	built := map[string]string{}
	for line := range strings.Lines(string(file)) {
		words := strings.Fields(line)
		if len(words) > 0 && words[0] == "replace" {
			t.Errorf("go.mod replaces: %s", line)
		}
		if len(words) >= 2 && strings.HasPrefix(words[1], "v") {
			built[words[0]] = words[1]
		}
	}
	for path, floor := range floors {
		got, want := version(t, built[path]), version(t, floor)
		older := false
		for i := range got {
			if got[i] != want[i] {
				older = got[i] < want[i]
				break
			}
		}
		if older {
			t.Errorf("%s: got %s, want %s or newer", path, built[path], floor)
		}
	}
}

func version(t *testing.T, s string) [3]int {
	t.Helper()
	var v [3]int
	if _, err := fmt.Sscanf(s, "v%d.%d.%d", &v[0], &v[1], &v[2]); err != nil {
		t.Fatalf("%q is not a version: %v", s, err)
	}
	return v
}
