package load

import (
	"fmt"
	"os"
	"testing"

	"github.com/gofiber/fiber/v2"

	"runnerdb/queries/querytest"
)

// asBare makes the test binary a bare Fiber handler on the port that it names.
const asBare = "RUNNERDB_LOAD_AS_BARE"

func TestMain(m *testing.M) {
	if port := os.Getenv(asBare); port != "" {
		fmt.Fprintln(os.Stderr, serveBare(port))
		os.Exit(1)
	}
	os.Exit(querytest.Main(m))
}

// serveBare answers everything with a constant: as fast as Fiber can be.
func serveBare(port string) error {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/*", func(c *fiber.Ctx) error { return c.SendString("constant") })
	return app.Listen("127.0.0.1:" + port)
}
