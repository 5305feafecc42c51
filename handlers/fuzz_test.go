package handlers_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gorilla/securecookie"

	"runnerdb/accounts"
	"runnerdb/handlers"
	"runnerdb/queries/querytest"
)

// R099: whatever is typed, the search answers, and finds nobody who is not
// called so: no letter has another meaning than itself.
func FuzzSearchQuery(f *testing.F) {
	for _, text := range injections {
		f.Add(text)
	}
	for _, text := range []string{"", "karabo kh", "  ", "José", "ndluvu", "\xff", strings.Repeat("a b", 200), "İ", "ß", "100%"} {
		f.Add(text)
	}
	s := newSite(f, querytest.SQLite)
	transport := &http.Transport{}
	f.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport}
	f.Fuzz(func(t *testing.T, query string) {
		if len(query) > 2000 {
			return
		}
		b := &browser{t: t, site: s, client: client}
		a := b.fragment("/runners?q=" + url.QueryEscape(query))
		want := http.StatusOK
		if !utf8.ValidString(query) || strings.ContainsRune(query, 0) {
			want = http.StatusBadRequest
		}
		if a.status != want {
			t.Fatalf("%q: got %d, want %d", query, a.status, want)
		}
		if want != http.StatusOK || strings.TrimSpace(query) == "" {
			return
		}
		for _, name := range names(t, a) {
			if !literally(query, name) {
				t.Errorf("%q finds %q", query, name)
			}
		}
	})
}

// R099, R039: next is local or nothing.
func FuzzLocalPath(f *testing.F) {
	for _, next := range elsewhere {
		f.Add(next)
	}
	for _, next := range []string{"/profile", "/runners/1?distance=42k", "/predict?q=karabo+kh&runner=1", "/runners/%41"} {
		f.Add(next)
	}
	base := &url.URL{Scheme: "https", Host: "runners.example.org", Path: "/login"}
	f.Fuzz(func(t *testing.T, next string) {
		got := handlers.LocalPath(next, "/fallback")
		if got == "/fallback" {
			return
		}
		if got != next {
			t.Fatalf("%q became %q", next, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '\\' }) {
			t.Errorf("%q holds what browsers read in their own way", got)
		}
		resolved, err := base.Parse(got)
		if err != nil || resolved.Host != base.Host || resolved.Scheme != base.Scheme || resolved.User != nil {
			t.Fatalf("%q leads to %v, %v", got, resolved, err)
		}
		once, err := url.PathUnescape(resolved.Path)
		if err != nil {
			once = resolved.Path
		}
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.Contains(resolved.Path, "//") || path.Clean(resolved.Path) != strings.TrimSuffix(resolved.Path, "/") && !strings.Contains(once, ".") {
			t.Errorf("%q is not a plain path", got)
		}
		if first := strings.SplitN(resolved.Path, "/", 3)[1]; first != "runners" && first != "predict" && first != "profile" {
			t.Errorf("%q is no page of ours", got)
		}
	})
}

// R099, R048: a cookie that we have not signed holds nothing.
func FuzzCookie(f *testing.F) {
	server := handlers.New(handlers.Config{SessionKeys: testKeys, Lifetimes: accounts.DefaultLifetimes})
	good, err := securecookie.New(testKeys[0], nil).Encode("runnerdb", accounts.NewToken())
	if err != nil {
		f.Fatal(err)
	}
	for _, cookie := range []string{
		"", "runnerdb=", "runnerdb=" + good[:20], "runnerdb=" + good + "x", "runnerdb=a; runnerdb=b", "x=" + good, "runnerdb=\"\"", ";", "=",
		"runnerdb=MTc5NTQ1ODE2NHxE", "runnerdb=" + strings.Repeat("A", 5000), "runnerdb=%00", "runnerdb=\xff",
	} {
		f.Add(cookie)
	}
	if got := server.ReadCookie(&http.Request{Header: http.Header{"Cookie": {"runnerdb=" + good}}}); !accounts.IsToken(got) {
		f.Fatalf("our own cookie holds %q", got)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		if got := server.ReadCookie(&http.Request{Header: http.Header{"Cookie": {cookie}}}); got != "" {
			t.Errorf("cookie %q holds %q", cookie, got)
		}
	})
}
