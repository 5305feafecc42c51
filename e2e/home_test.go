package e2e

import (
	"testing"
)

// maxFirstPage is what the first page may weigh with everything on it, as it
// comes over the line.
const maxFirstPage = 60 * 1024

func TestHomeSaysWhoseItIsAndLeadsEverywhere(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/")
		requireContains(t, b.text("main"), "RCS Gugulethu AC", "Every race our members have run", "Find a runner", "How it works")
		for _, entry := range []struct{ words, path, heading string }{
			{"Predict Race Time", "/predict", "Predict Race Time"},
			{"Runners", "/runners", "Runners"},
			{"Login", "/login", "Login"},
			{"Home", "/", "RCS Gugulethu AC"},
		} {
			b.clickOn(entry.words)
			b.until("the page "+entry.words, `whole && text('main h1') === '`+entry.heading+`' && text('nav [aria-current]') === '`+entry.words+`'`)
			if got := b.path(); got != entry.path {
				t.Errorf("%s leads to %s, want %s", entry.words, got, entry.path)
			}
		}
	})
}

func TestFirstPageIsLightAndComesFromOneHost(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		b.visit("/")
		requests, received := b.watch.traffic()
		if len(requests) < 4 {
			t.Errorf("only %q was asked for: is the page without its style and script?", requests)
		}
		if received == 0 || received >= maxFirstPage {
			t.Errorf("the first page weighs %d bytes, want less than %d", received, maxFirstPage)
		}
		t.Logf("%d bytes in %d requests", received, len(requests))
	})
}

func TestReadingSetsNoCookie(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		b := open(t, s)
		for _, path := range []string{"/", "/predict?q=karabo", "/runners", s.runner(t, "Karabo Khumalo")} {
			b.visit(path)
			if cookies := b.cookies(); len(cookies) > 0 {
				t.Errorf("%s sets the cookie %s", path, cookies[0].Name)
			}
		}
	})
}
