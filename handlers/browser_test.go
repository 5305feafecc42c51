package handlers_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// browser sends requests as a browser does: it keeps cookies and fills in
// forms. It does not follow redirects.
type browser struct {
	t      *testing.T
	site   *site
	client *http.Client
	// always are headers of every request, "Name: value".
	always []string
}

func (s *site) browser(t *testing.T, always ...string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: t, site: s, always: always, client: &http.Client{
		Jar:           jar,
		Transport:     transport,
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is a response that has been read.
type answer struct {
	status int
	header http.Header
	body   string
	// closes says that the connection ends with this answer.
	closes bool
}

func (b *browser) get(target string, headers ...string) answer {
	b.t.Helper()
	return b.send(http.MethodGet, target, "", headers...)
}

// fragment asks for a part of a page, as htmx does.
func (b *browser) fragment(target string, headers ...string) answer {
	b.t.Helper()
	return b.get(target, append(headers, "HX-Request: true")...)
}

func (b *browser) post(target string, form url.Values, headers ...string) answer {
	b.t.Helper()
	return b.send(http.MethodPost, target, form.Encode(), append([]string{"Content-Type: application/x-www-form-urlencoded"}, headers...)...)
}

// send sends a request to a path of the site as it is written.
func (b *browser) send(method, target, body string, headers ...string) answer {
	b.t.Helper()
	path, query, found := strings.Cut(target, "?")
	r := &http.Request{
		Method: method,
		Host:   b.site.address,
		Header: http.Header{},
		URL:    &url.URL{Scheme: "http", Host: b.site.address, Opaque: path, RawQuery: query, ForceQuery: found && query == ""},
	}
	if body != "" {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
	for _, header := range append(append([]string{}, b.always...), headers...) {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	response, err := b.client.Do(r.WithContext(b.t.Context()))
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, target, err)
	}
	a := read(b.t, response)
	_ = response.Body.Close()
	return a
}

func read(t *testing.T, response *http.Response) answer {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body), response.Close}
}

func (a answer) doc(t *testing.T) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// text is what one reads on the page, with single blanks.
func (a answer) text(t *testing.T) string {
	t.Helper()
	return strings.Join(strings.Fields(a.doc(t).Text()), " ")
}

// whole reports whether the answer is a page, not a fragment of one.
func (a answer) whole() bool { return strings.HasPrefix(a.body, "<!doctype html>") }

func (a answer) cookies() []*http.Cookie { return (&http.Response{Header: a.header}).Cookies() }

// cookie is the one cookie that an answer sets.
func (a answer) cookie(t *testing.T) *http.Cookie {
	t.Helper()
	cookies := a.cookies()
	if len(cookies) != 1 {
		t.Fatalf("the answer sets %d cookies, want 1: %q", len(cookies), a.header.Values("Set-Cookie"))
	}
	return cookies[0]
}

// fill gives the values of the form on a page that is sent to action, with
// those that somebody types.
func (a answer) fill(t *testing.T, action string, typed url.Values) url.Values {
	t.Helper()
	form := a.doc(t).Find("form[method=post][action='" + action + "']")
	if form.Length() != 1 {
		t.Fatalf("%d forms for %s, want 1, in\n%s", form.Length(), action, a.body)
	}
	values := url.Values{}
	form.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		_, checked := input.Attr("checked")
		name, value := input.AttrOr("name", ""), input.AttrOr("value", "")
		switch kind := input.AttrOr("type", ""); {
		case kind == "hidden":
			values.Add(name, value)
		case kind != "checkbox" || checked:
			values.Set(name, value)
		}
	})
	for name, value := range typed {
		values[name] = value
	}
	return values
}

// trySignIn opens the login page and sends its form.
func (b *browser) trySignIn(email, password string, more ...url.Values) answer {
	b.t.Helper()
	typed := url.Values{"email": {email}, "password": {password}}
	for _, values := range more {
		for name, value := range values {
			typed[name] = value
		}
	}
	page := b.get("/login")
	return b.post("/login", page.fill(b.t, "/login", typed))
}

func (b *browser) signIn(more ...url.Values) answer {
	b.t.Helper()
	a := b.trySignIn(adminEmail, password, more...)
	if a.status != http.StatusSeeOther {
		b.t.Fatalf("sign in: got %d, want %d:\n%s", a.status, http.StatusSeeOther, a.body)
	}
	return a
}

func (b *browser) signedIn() bool {
	b.t.Helper()
	return b.get("/profile").status == http.StatusOK
}

// sessionCookie is the cookie that the browser keeps for the site.
func (b *browser) sessionCookie() *http.Cookie {
	b.t.Helper()
	cookies := b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: b.site.address, Path: "/"})
	if len(cookies) != 1 {
		b.t.Fatalf("the browser keeps %d cookies, want 1", len(cookies))
	}
	return cookies[0]
}

// wire writes bytes to the server as they are, says that there are no more,
// and reads all that comes back.
func (s *site) wire(t *testing.T, request string) string {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	// The server may answer and close before it has read everything.
	_, _ = io.WriteString(conn, request)
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	var all bytes.Buffer
	if _, err := io.Copy(&all, conn); err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			t.Fatalf("the server neither answers nor closes; so far %q", all.String())
		}
	}
	return all.String()
}

// responses splits what came back into answers; the rest must be empty.
func responses(t *testing.T, wire, method string) []answer {
	t.Helper()
	reader := bufio.NewReader(strings.NewReader(wire))
	var all []answer
	for {
		if _, err := reader.Peek(1); err != nil {
			return all
		}
		response, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("not a well-framed answer: %v in %q", err, wire)
		}
		all = append(all, read(t, response))
		_ = response.Body.Close()
	}
}
