package load

import (
	"bufio"
	"cmp"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// learning bounds the wait for what predictions are learned from; a million
// runners take longer, and are predicted without.
const learning = 3 * time.Minute

// site is a server with a federation and somebody who may sign in.
type site struct {
	process
	runners int
	cookie  string // of who is signed in
	learned bool
}

func newSite(b *testing.B, program string, engine querytest.Engine, runners int) *site {
	b.Helper()
	const email, password = "thandi@example.org", "correct horse battery"
	environment := []string{"DATABASE_URL=" + querytest.Empty(b, engine), "SESSION_KEYS=" + strings.Repeat("0123456789abcdef", 4)}
	for _, step := range []struct {
		input string
		args  []string
	}{
		{args: []string{"seed", "--runners", strconv.Itoa(runners)}},
		{args: []string{"user", "add", email}, input: password + "\n"},
	} {
		cmd := exec.CommandContext(b.Context(), program, step.args...)
		cmd.Env, cmd.Dir, cmd.Stdin = environment, b.TempDir(), strings.NewReader(step.input)
		finish(b, cmd)
	}
	s := &site{process: startServe(b, program, environment), runners: runners}
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	s.post(b, client, "/login", "/login", url.Values{"email": {email}, "password": {password}})
	for _, cookie := range jar.Cookies(&url.URL{Scheme: "http", Host: s.address}) {
		s.cookie = cookie.String()
	}
	s.learn(b, client)
	return s
}

// learn waits until the server has learned, or tells it to leave that: it
// would take the processor from the pages that are measured.
func (s *site) learn(b *testing.B, client *http.Client) {
	b.Helper()
	for deadline := time.Now().Add(learning); time.Now().Before(deadline); time.Sleep(time.Second) {
		if s.gauges(b)["runnerdb_job_duration_seconds_count"] > 0 {
			s.learned = true
			return
		}
	}
	page := s.page(b, client, "/admin/jobs")
	if cancel := regexp.MustCompile(`/admin/jobs/\d+/cancel`).FindString(page); cancel != "" {
		s.post(b, client, "/admin/jobs", cancel, url.Values{})
	}
	for s.gauges(b)["runnerdb_job_duration_seconds_count"] == 0 {
		time.Sleep(time.Second)
	}
}

// post fills in the form of a page.
func (s *site) post(b *testing.B, client *http.Client, page, action string, values url.Values) {
	b.Helper()
	token := regexp.MustCompile(`name="form_token" value="([^"]*)"`).FindStringSubmatch(s.page(b, client, page))
	if token == nil {
		b.Fatalf("%s has no form", page)
	}
	values.Set("form_token", token[1])
	answer, err := client.PostForm("http://"+s.address+action, values)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK || answer.Request.Method != http.MethodGet {
		b.Fatalf("%s: %s", action, answer.Status)
	}
}

func (s *site) page(b *testing.B, client *http.Client, path string) string {
	b.Helper()
	answer, err := client.Get("http://" + s.address + path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var page strings.Builder
	if _, err := bufio.NewReader(answer.Body).WriteTo(&page); err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s, %v", path, answer.Status, err)
	}
	return page.String()
}

// gauges are the metrics of the server by name; those with labels are added up.
func (s *site) gauges(b *testing.B) map[string]float64 {
	b.Helper()
	answer, err := http.Get("http://" + s.metrics + "/metrics")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	gauges := map[string]float64{}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		name, _, _ = strings.Cut(name, "{")
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			gauges[name] += number
		}
	}
	return gauges
}

// federations are the sizes that RUNNERS names, with blanks between.
func federations(b *testing.B) []int {
	b.Helper()
	var sizes []int
	for _, text := range strings.Fields(cmp.Or(os.Getenv("RUNNERS"), "10000")) {
		n, err := strconv.Atoi(text)
		if err != nil || n < sampled {
			b.Fatalf("RUNNERS=%s: give numbers from %d on", text, sampled)
		}
		sizes = append(sizes, n)
	}
	return sizes
}

func (s *site) String() string {
	learned := ""
	if !s.learned {
		learned = fmt.Sprintf(", predicted without what takes longer than %v to learn", learning)
	}
	return fmt.Sprintf("%d runners%s", s.runners, learned)
}
