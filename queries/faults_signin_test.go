//go:build faults

package queries_test

import (
	"os"
	"strconv"
	"testing"
)

// R046, R104: TestSignInsWhileTheUserChanges, ROUNDS times.
func TestFaultSignInsWhileTheUserChanges(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("ROUNDS"))
	if err != nil {
		rounds = 20
	}
	signInStorm(t, rounds)
}
