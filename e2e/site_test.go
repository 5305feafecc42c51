package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"html"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// site is a server under test, or a gate in front of one.
type site struct {
	url      string
	email    string
	password string
	name     string // whom the profile welcomes
	// keeping is held by who changes records.
	keeping *sync.Mutex
}

// aSite runs a test on the demo or on a server with PostgreSQL, by its name: that
// pages are the same on both is tested in handlers. make browser runs it on both.
// It may change no records: others look at the same ones.
func aSite(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	onSites(t, &sites, test)
}

// aKeptSite is aSite for tests that change records, one at a time.
func aKeptSite(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	onSites(t, &keptSites, func(t *testing.T, s *site) {
		s.keeping.Lock()
		defer s.keeping.Unlock()
		test(t, s)
	})
}

func onSites(t *testing.T, sites *sitesOf, test func(t *testing.T, s *site)) {
	t.Helper()
	t.Parallel()
	engines := querytest.Engines
	if !everything() {
		now := turn(t.Name(), len(engines))
		engines = engines[now : now+1]
	}
	for _, engine := range engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			test(t, sites.site(t, engine))
		})
	}
}

// everything reports whether the run is make browser or make axe, which look at
// all pages on both databases and in all views.
func everything() bool { return os.Getenv("EVERYTHING") != "" }

// turn is whose turn it is of so many, by a name.
func turn(name string, of int) int { return int(crc32.ChecksumIEEE([]byte(name)) % uint32(of)) }

// sitesOf are started once, by the first test that needs them.
type sitesOf struct {
	sync.Mutex
	started map[querytest.Engine]*site
	failed  map[querytest.Engine]error
}

var sites, keptSites sitesOf

func (sites *sitesOf) site(t *testing.T, engine querytest.Engine) *site {
	t.Helper()
	sites.Lock()
	defer sites.Unlock()
	if sites.started == nil {
		sites.started, sites.failed = map[querytest.Engine]*site{}, map[querytest.Engine]error{}
	}
	if s := sites.started[engine]; s != nil {
		return s
	}
	if err := sites.failed[engine]; err != nil {
		t.Fatal(err)
	}
	start := startDemo
	if engine == querytest.Postgres {
		location := querytest.Empty(lasting{t}, engine)
		start = func(program string) (*site, error) { return startServe(program, location) }
	}
	program, err := builtProgram()
	if err == nil {
		sites.started[engine], err = start(program)
	}
	if err != nil {
		sites.failed[engine] = err
		t.Fatal(err)
	}
	sites.started[engine].keeping = new(sync.Mutex)
	return sites.started[engine]
}

// lasting lets what is made for a test live until the package ends; here it is
// a database, which goes with its server.
type lasting struct{ testing.TB }

func (lasting) Cleanup(func()) {}

// builtProgram is the program, built as it is shipped.
var builtProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "runnerdb-e2e-")
	if err != nil {
		return "", err
	}
	atExit.add(func() { _ = os.RemoveAll(dir) })
	program := filepath.Join(dir, "runnerdb")
	build := exec.Command("go", "build", "-o", program, "runnerdb")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return program, nil
})

// startDemo starts `runnerdb demo` and reads the admin's password from what it
// prints.
func startDemo(program string) (*site, error) {
	p, err := startProcess(program, []string{"demo"})
	if err != nil {
		return nil, err
	}
	found, err := p.printed(regexp.MustCompile(`(?s)Admin +(\S+)\n +Password +(\S+)\n`))
	if err != nil {
		return nil, err
	}
	return &site{url: p.url, name: "Demo Admin", email: found[1], password: found[2]}, nil
}

// startServe fills a database, makes a user and starts `runnerdb serve`.
func startServe(program, location string) (*site, error) {
	s := &site{email: "thandi@example.org", password: "correct horse battery", name: "Thandi Mokoena"}
	env := []string{"DATABASE_URL=" + location, "SESSION_KEYS=" + strings.Repeat("0123456789abcdef", 4)}
	for _, step := range []struct {
		args  []string
		input string
	}{
		{args: []string{"seed"}},
		{args: []string{"user", "add", s.email, "--name", s.name}, input: s.password + "\n"},
	} {
		cmd := exec.Command(program, step.args...)
		cmd.Env, cmd.Stdin, cmd.Dir = env, strings.NewReader(step.input), filepath.Dir(program)
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("runnerdb %s: %w\n%s", strings.Join(step.args, " "), err, out)
		}
	}
	p, err := startProcess(program, []string{"serve"}, env...)
	if err != nil {
		return nil, err
	}
	s.url = p.url
	return s, nil
}

// process is a server that has been started and answers.
type process struct {
	url   string
	out   *output
	ended chan struct{}
	err   error // how it ended
}

// output is what a process has printed so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// startProcess starts a server in a folder of its own, on a port that is free,
// and stops it when the package ends, as Heroku does: with SIGTERM.
func startProcess(program string, args []string, env ...string) (*process, error) {
	dir, err := os.MkdirTemp(filepath.Dir(program), args[0])
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &process{url: "http://127.0.0.1:" + port, out: &output{}, ended: make(chan struct{})}
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = dir, append(env, "PORT="+port)
	cmd.Stdout, cmd.Stderr = p.out, p.out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		p.err = cmd.Wait()
	}()
	atExit.add(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.ended:
		case <-time.After(patience):
			_ = cmd.Process.Kill()
		}
	})
	if err := p.waitReady(); err != nil {
		return nil, fmt.Errorf("runnerdb %s: %w\n%s", args[0], err, p.out.String())
	}
	return p, nil
}

func (p *process) waitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		if r, err := http.Get(p.url + "/readyz"); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it ended: %w", p.err)
		case <-ctx.Done():
			return errors.New("it does not answer")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// printed waits for words among what the process prints.
func (p *process) printed(words *regexp.Regexp) ([]string, error) {
	for deadline := time.Now().Add(patience); ; {
		if found := words.FindStringSubmatch(p.out.String()); found != nil {
			return found, nil
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("it did not print %s but:\n%s", words, p.out.String())
		}
		<-time.After(10 * time.Millisecond)
	}
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// source is a page as the server sends it.
func (s *site) source(t *testing.T, path string) string {
	t.Helper()
	r, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

var hitLink = regexp.MustCompile(`<a class="hit" href="([^"]*)".*?hit-name">([^<]*)<.*?hit-details">(.*?)</a>`)

var tag = regexp.MustCompile(`<[^>]*>`)

// runner is the path of the page of the first runner in the list whose details
// match; the one with the name, where that is given.
func (s *site) runner(t *testing.T, details string) string {
	t.Helper()
	pattern := regexp.MustCompile(details)
	for page := 1; ; page++ {
		source := s.source(t, fmt.Sprintf("/runners?page=%d", page))
		scanner := bufio.NewScanner(strings.NewReader(strings.ReplaceAll(source, "<li>", "\n<li>")))
		scanner.Buffer(nil, len(source)+1)
		for scanner.Scan() {
			if hit := hitLink.FindStringSubmatch(scanner.Text()); hit != nil && pattern.MatchString(hit[2]+" · "+lines(tag.ReplaceAllString(hit[3], " "))) {
				return html.UnescapeString(hit[1])
			}
		}
		if !strings.Contains(source, `rel="next"`) {
			t.Fatalf("no runner matches %q", details)
		}
	}
}
