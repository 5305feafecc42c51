package handlers_test

import (
	"strings"
	"testing"
)

// Issue 7: the first page is at most 60 KB on the line, with all that it loads.
func TestTheFirstPageIsLight(t *testing.T) {
	t.Parallel()
	const most = 60 * 1024
	b := newSite(t, "sqlite").browser(t)
	doc := b.get("/").doc(t)
	paths := append(doc.Find("link[href]").Map(attributeOf("href")), doc.Find("script[src], img[src]").Map(attributeOf("src"))...)
	weight, seen := 0, map[string]bool{}
	for _, path := range append(paths, "/") {
		if seen[path] || !strings.HasPrefix(path, "/") {
			continue
		}
		seen[path] = true
		a := b.get(path, "Accept-Encoding: gzip")
		if a.header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s comes unpacked", path)
		}
		weight += len(a.body)
	}
	if len(seen) < 5 || weight > most || weight < 10_000 {
		t.Errorf("%d files weigh %d bytes, want at most %d", len(seen), weight, most)
	}
	t.Logf("%d files weigh %d bytes", len(seen), weight)
}
