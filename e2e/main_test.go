package e2e

import (
	"os"
	"sync"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// patience bounds every wait. It is long because a test machine may be busy;
// what works is seen in a fraction of it.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (status int) {
	defer atExit.run()
	return querytest.Main(m)
}

// cleanups are what the tests share and leave to the end of the package.
type cleanups struct {
	mu   sync.Mutex
	list []func()
}

var atExit cleanups

func (c *cleanups) add(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, f)
}

func (c *cleanups) run() {
	for i := len(c.list) - 1; i >= 0; i-- {
		c.list[i]()
	}
}
