package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"runnerdb/queries/querytest"
)

// process is a server that can be killed.
type process struct {
	port string
	cmd  *exec.Cmd
	log  bytes.Buffer
}

// startServer serves a database until the test ends, or until it is killed.
func startServer(t *testing.T, location string, environment ...string) *process {
	t.Helper()
	p := &process{port: freePort(t)}
	environment = append(environment, "PORT="+p.port, "DATABASE_URL="+location, "SESSION_KEYS="+goodKey)
	p.cmd = program(t, environment, "serve")
	p.cmd.Stderr = &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		if t.Failed() {
			t.Logf("the log of the server ends with %s", p.log.String()[max(0, p.log.Len()-3000):])
		}
	})
	awaitReady(t, p.port)
	return p
}

// visitor is a browser: it keeps cookies, and gives up after half a minute.
type visitor struct {
	client *http.Client
	token  string
}

var formToken = regexp.MustCompile(`name="form_token" value="([^"]+)"`)

// signedIn is somebody who may do everything, on the server of a port.
func signedIn(t *testing.T, location, port string) *visitor {
	t.Helper()
	must(t, location, backedUpPassword, "user", "add", "keeper@example.org", "--role", "owner")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	login := func(form url.Values) {
		method := http.MethodGet
		if form != nil {
			method = http.MethodPost
			form.Set("form_token", v.token)
		}
		page := fetch(t, v.client, method, "http://127.0.0.1:"+port+"/login", form)
		found := formToken.FindStringSubmatch(page)
		if found == nil {
			t.Fatalf("no form: %s", page)
		}
		v.token = found[1]
	}
	login(nil)
	login(url.Values{"email": {"keeper@example.org"}, "password": {backedUpPassword}, "next": {"/profile"}})
	return v
}

// reply is how a server answered; status 0 is no answer.
type reply struct {
	status int
	header http.Header
	body   string
}

func send(client *http.Client, request *http.Request) reply {
	response, err := client.Do(request)
	if err != nil {
		return reply{body: err.Error()}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{body: err.Error()}
	}
	return reply{response.StatusCode, response.Header, string(text)}
}

// add adds a runner, and says how the server answered; 0 is no answer.
func (v *visitor) add(ctx context.Context, port, name string) (status int, body string) {
	r := v.tryAdd(ctx, port, name)
	return r.status, r.body
}

func (v *visitor) tryAdd(ctx context.Context, port, name string) reply {
	client := *v.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	form := url.Values{"form_token": {v.token}, "name": {name}, "sex": {""}, "visibility": {""}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1:"+port+"/admin/runners", strings.NewReader(form.Encode()))
	if err != nil {
		return reply{body: err.Error()}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(&client, request)
}

// letters makes a name of numbers: names hold no digits.
func letters(numbers ...int) string {
	var b strings.Builder
	for _, n := range numbers {
		for ; n >= 26; n /= 26 {
			b.WriteByte('a' + byte(n%26))
		}
		b.WriteByte('a' + byte(n))
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// stored is how often each runner's name is in a database.
func stored(t *testing.T, location string) map[string]int {
	t.Helper()
	names := map[string]int{}
	name := regexp.MustCompile(` name="([^"]*)"`)
	for _, row := range querytest.Stored(t, location)["runners"] {
		names[name.FindStringSubmatch(row)[1]]++
	}
	return names
}
