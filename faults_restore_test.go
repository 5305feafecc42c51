//go:build faults

package main

import (
	"testing"

	"runnerdb/queries/querytest"
)

// A restore that is killed at any moment leaves the old data or the backup.
func TestFaultRestoreKilled(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) { restoreAndKill(t, engine, querytest.Rounds(20)) })
	}
}

// The next backup removes what a killed one left.
func TestFaultBackupKilled(t *testing.T) {
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) { backupAndKill(t, engine, querytest.Rounds(20)) })
	}
}
