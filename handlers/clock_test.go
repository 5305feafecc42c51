package handlers_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"runnerdb/accounts"
)

const year = 365 * 24 * time.Hour

// A clock that is put right by seconds or minutes, forth and back, is noticed by
// nobody who is signed in.
func TestSmallCorrectionsOfTheClockAreNotNoticed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		for _, jump := range []time.Duration{-time.Minute, 30 * time.Minute, -50 * time.Minute, time.Minute, 20 * time.Minute} {
			s.clock.forward(jump)
			if !b.signedIn() {
				t.Errorf("signed out by a jump of %v", jump)
			}
		}
	})
}

// What was made while the clock was a year ahead does not last for a year once
// it is right again: sessions and links end, and nobody waits a year for having
// mistyped a password.
func TestWhatAWrongClockMadeDoesNotLast(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		s.clock.forward(year)
		plain, remembered, guesser := s.browser(t), s.browser(t), s.browser(t)
		plain.signIn()
		remembered.signIn(rememberMe)
		link := invite(t, plain, "zola@example.org", "Zola", accounts.Editor)
		for i := range accounts.DefaultThrottle.PerAccount {
			guesser.trySignIn(markupEmail, "wrong horse "+strconv.Itoa(i))
		}
		if a := guesser.trySignIn(markupEmail, password); a.status != http.StatusTooManyRequests {
			t.Fatalf("too many guesses: got %d, want 429", a.status)
		}
		s.clock.forward(-year)
		if plain.signedIn() || remembered.signedIn() {
			t.Error("a session from next year holds")
		}
		if a := s.browser(t).get(link); a.status != http.StatusNotFound {
			t.Errorf("a link from next year: got %d, want 404", a.status)
		}
		if a := guesser.trySignIn(markupEmail, password); a.status != http.StatusSeeOther {
			t.Errorf("after guesses of next year: got %d, want 303", a.status)
		}
		// The other way round: what was made before a jump ahead has ended.
		s.browser(t).signIn()
		again := s.browser(t)
		again.signIn(rememberMe)
		s.clock.forward(year)
		if again.signedIn() {
			t.Error("a session of last year holds")
		}
		for _, path := range []string{"/", "/runners?q=karabo", "/runners/1", "/predict?runner=1", "/login"} {
			if a := s.browser(t).get(path); a.status != http.StatusOK {
				t.Errorf("%s: got %d", path, a.status)
			}
		}
	})
}
