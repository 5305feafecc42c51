package querytest

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// inMemory is a folder that Linux keeps in memory. PostgreSQL makes a database
// of hundreds of files, there thirty times as fast as on a disk.
const (
	inMemory   = "/dev/shm"
	roomNeeded = 2 << 30
)

// makeFolder makes a folder in memory where there is room, and elsewhere where
// not, as in a container with Docker's usual 64 MB.
func makeFolder(pattern string) (string, error) {
	var at unix.Statfs_t
	if err := unix.Statfs(inMemory, &at); err == nil && at.Bavail*uint64(at.Bsize) >= roomNeeded { // #nosec G115 -- a block's size is above 0
		if dir, err := os.MkdirTemp(inMemory, pattern); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", pattern)
}

// file is where a SQLite database may lie for the length of a test.
func file(tb testing.TB) string {
	tb.Helper()
	dir, err := makeFolder("runnerdb-sqlite-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	return filepath.Join(dir, "test.db")
}
