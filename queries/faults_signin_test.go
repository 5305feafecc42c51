//go:build faults

package queries_test

import (
	"testing"

	"runnerdb/queries/querytest"
)

// R046, R104: TestSignInsWhileTheUserChanges, ROUNDS times.
func TestFaultSignInsWhileTheUserChanges(t *testing.T) {
	signInStorm(t, querytest.Rounds(20))
}
