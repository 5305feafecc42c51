package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/procfs"

	"runnerdb/queries/querytest"
)

// R058: who guesses a hundred passwords at once takes neither the memory nor
// the searches of others. Under the race detector, which multiplies what a
// program fills, only the cause is checked: so many are looked at and no more.
func TestFaultAHundredSignInsAtOnce(t *testing.T) {
	const guesses, looked, mostMemory = 100, 20, 512e6
	location := querytest.Location(t, querytest.SQLite)
	must(t, location, "", "seed")
	must(t, location, backedUpPassword, "user", "add", "keeper@example.org", "--role", "owner")
	server := startServer(t, location)
	base := "http://127.0.0.1:" + server.port
	start, answers := make(chan struct{}), make(chan int, guesses)
	for i := range guesses {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar, Timeout: time.Minute}
		token := formToken.FindStringSubmatch(fetch(t, client, http.MethodGet, base+"/login", nil))
		if token == nil {
			t.Fatal("no form")
		}
		form := url.Values{"form_token": {token[1]}, "email": {strconv.Itoa(i) + "@example.org"}, "password": {"not the password of anybody"}}
		go func() {
			<-start
			answers <- post(t, client, base+"/login", form)
		}()
	}
	close(start)
	var waits []time.Duration
	got := map[int]int{}
	for len(answers) < guesses {
		began := time.Now()
		fetch(t, http.DefaultClient, http.MethodGet, base+"/runners?q=karabo", nil)
		waits = append(waits, time.Since(began))
	}
	for range guesses {
		got[<-answers]++
	}
	refused := got[http.StatusTooManyRequests] + got[http.StatusServiceUnavailable]
	if got[http.StatusUnprocessableEntity] > looked || got[http.StatusUnprocessableEntity]+refused != guesses {
		t.Errorf("got %v, want %d looked at, and the others told to wait", got, looked)
	}
	proc, err := procfs.NewProc(server.cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	status, err := proc.NewStatus()
	if err != nil || !raced && status.VmHWM > mostMemory {
		t.Errorf("%d bytes at most, %v; want %d", status.VmHWM, err, int64(mostMemory))
	}
	slices.Sort(waits)
	t.Logf("%v; %d searches meanwhile, the median in %v, the slowest in %v; %d MB at most", got, len(waits), waits[len(waits)/2], waits[len(waits)-1], status.VmHWM/1e6)
}

// post sends a form, and says how it was answered; 0 is no answer.
func post(t *testing.T, client *http.Client, address string, form url.Values) int {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}
