package imports_test

import (
	"os"
	"testing"

	"runnerdb/queries/querytest"
)

func TestMain(m *testing.M) { os.Exit(querytest.Main(m)) }
