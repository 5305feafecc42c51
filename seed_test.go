package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

func runSeed(t *testing.T, location string, args ...string) (out, errOut string, status int) {
	t.Helper()
	t.Chdir(t.TempDir()) // no .env of the developer's
	t.Setenv("DATABASE_URL", location)
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), append([]string{"seed"}, args...), strings.NewReader(""), &stdout, &stderr)
	return stdout.String(), stderr.String(), status
}

func TestSeed(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			location := querytest.Location(t, engine)
			out, errOut, status := runSeed(t, location, "--seed", "3")
			if status != 0 || !strings.HasPrefix(out, "Seeded 203 runners with ") || errOut != "" {
				t.Errorf("seed: %d %q %q", status, out, errOut)
			}
			out, _, status = runSeed(t, location, "--runners", "10")
			if status != 0 || !strings.HasPrefix(out, "Seeded 10 runners with ") {
				t.Errorf("seed again: %d %q", status, out)
			}
		})
	}
}

func TestExplainSeed(t *testing.T) {
	err := explainSeed(fmt.Errorf("seed: %w (table runners)", queries.ErrNotSeeded))
	if !errors.Is(err, queries.ErrNotSeeded) || !strings.Contains(err.Error(), "DATABASE_URL=other.db runnerdb seed") {
		t.Errorf("own records: %v", err)
	}
	if other := errors.New("disk full"); !errors.Is(explainSeed(other), other) {
		t.Errorf("another error becomes %v", explainSeed(other))
	}
}

func TestSeedRefusesSizes(t *testing.T) {
	for _, runners := range []string{"-1", "1000001", "many"} {
		if _, errOut, status := runSeed(t, filepath.Join(t.TempDir(), "x.db"), "--runners", runners); status == 0 || !strings.Contains(errOut, runners) {
			t.Errorf("--runners %s: %d %q", runners, status, errOut)
		}
	}
}
