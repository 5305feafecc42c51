// Package components holds the pages, the fragments that htmx swaps in, and
// the charts. It is the only place that knows HTML.
//
// A page is the layout and named fragments; a fragment is the same on the
// first load and when it is swapped. Props are typed and ready to print: no
// queries, no clock and no arithmetic in a template. No inline style and no
// inline script: the Content-Security-Policy allows neither.
package components

import (
	"strconv"

	"runnerdb/club"
)

// Nav is an entry of the navigation.
type Nav int

// The entries of the navigation; NavNone for pages outside it.
const (
	NavNone Nav = iota
	NavHome
	NavPredict
	NavRunners
	NavBoards
	NavSignIn
)

// LayoutProps is what surrounds each page.
type LayoutProps struct {
	Title string
	// Club is the club's name, Town where it is at home.
	Club, Town string
	Nav        Nav
	// FormToken is set when somebody is signed in.
	FormToken string
	// BoardsURL leads to the club's boards; nothing where it shows none.
	BoardsURL string
	// Share is what is said of the page where its address is shared.
	Share *Share
}

// Share is what other sites and messengers show of a page (Open Graph). The
// addresses are whole ones.
type Share struct{ Title, Text, URL, Picture string }

func (p LayoutProps) pageTitle() string {
	if p.Title == "" {
		return p.Club
	}
	return p.Title + " – " + p.Club
}

// ErrorWords is what a page says when something went wrong.
type ErrorWords struct {
	Status    int
	Title     string
	Text      string
	RequestID string
}

// FormTokenField is the name of the hidden field that protects a form.
const FormTokenField = "form_token"

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func races(n int) string { return plural(n, "race", "races") }

// RaceURL is the address of a race's page.
func RaceURL(id int64) string { return "/races/" + strconv.FormatInt(id, 10) }

// RaceDetails words what tells races of one name apart.
func RaceDetails(race club.Race) []string {
	parts := []string{race.HeldOn.Words(), race.Length.String()}
	if race.ShortCourse {
		parts = append(parts, "short course")
	}
	return parts
}

// TimeOrStatus is a finish time, or in a word how the race ended. Who came too
// late has a time all the same.
func TimeOrStatus(r club.Result) string {
	if r.Status == club.Finished || (r.Status == club.OutOfTime && r.Time() > 0) {
		return r.Time().String()
	}
	return string(r.Status)
}
