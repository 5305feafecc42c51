package handlers_test

import (
	"os"
	"testing"

	"runnerdb/queries/querytest"
)

func TestMain(m *testing.M) { os.Exit(querytest.Main(m)) }

// timed reports whether the run is make test-faults, which takes its time and
// measures.
func timed() bool { return os.Getenv("ROUNDS") != "" }
