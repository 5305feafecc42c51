package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// browserNames are where Chromium may be, as scripts/deps.sh looks for it.
var browserNames = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
}

func findBrowser() (string, error) {
	names := browserNames
	if named := os.Getenv("CHROME"); named != "" {
		names = append([]string{named}, names...)
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no browser to test in: install Chromium (make deps), or name it in CHROME")
}

// theBrowser is one Chromium for the package; every test has a profile of its
// own in it.
var theBrowser = sync.OnceValues(func() (context.Context, error) {
	path, err := findBrowser()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "runnerdb-chromium-")
	if err != nil {
		return nil, err
	}
	atExit.add(func() { _ = os.RemoveAll(profile) })
	ctx, stop := chromedp.NewExecAllocator(context.Background(), browserOptions(path, profile)...)
	ctx, _ = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {})) // events it has no name for
	atExit.add(func() {
		_ = chromedp.Cancel(ctx)
		stop()
	})
	return ctx, chromedp.Do(ctx)
})

func browserOptions(path, profile string) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("renderer-process-limit", "2"),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox refuses to work for root
	}
	return options
}

// lines is text as a person reads it off the page: no blank lines, no outer
// spaces.
func lines(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func requireContains(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q; it says:\n%s", want, lines(text))
		}
	}
}
