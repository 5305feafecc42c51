//go:build unix

package queries

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// tryLock takes the lock of a file, which goes with the process, unless another
// one holds it.
func tryLock(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// lockPatience is how long a lock is waited for that may be about to go: when a
// process is killed while it starts another one, that holds its locks until the
// new program runs.
const lockPatience = 2 * time.Second

// lockSoon is tryLock for a lock that may be about to go.
func lockSoon(f *os.File) (locked bool, err error) {
	for start := time.Now(); !locked && err == nil && time.Since(start) < lockPatience; {
		if locked, err = tryLock(f); !locked {
			time.Sleep(10 * time.Millisecond)
		}
	}
	return locked, err
}
