package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/sheets"
)

// The choices over the list of runners: key and words.
var (
	shownOptions = [][2]string{{"", "all runners"}, {"visible", "who can be seen"}, {"hidden", "who is hidden"}}
	sortOptions  = [][2]string{{"name", "name"}, {"races", "number of races"}, {"last", "last race"}, {"club", "club"}, {"new", "newest entry"}}

	raceSortOptions   = [][2]string{{"date", "date, newest first"}, {"oldest", "date, oldest first"}, {"name", "name"}, {"distance", "distance"}}
	resultSortOptions = [][2]string{
		{"date", "date, newest first"},
		{"oldest", "date, oldest first"},
		{"race", "race"},
		{"distance", "distance"},
		{"runner", "runner"},
		{"fastest", "time, fastest first"},
		{"slowest", "time, slowest first"},
		{"club", "club"},
		{"new", "newest entry"},
	}
)

func options(all [][2]string, chosen string) []components.Option {
	made := make([]components.Option, len(all))
	for i, option := range all {
		made[i] = components.Option{Value: option[0], Label: option[1], Chosen: option[0] == chosen}
	}
	return made
}

// address is a list as it is filtered and sorted.
type address struct {
	path   string
	params url.Values
}

func listAddress(path string, pairs ...string) address {
	a := address{path, url.Values{}}
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if name, value := pairs[0], pairs[1]; value != "" {
			a.params.Set(name, value)
		}
	}
	return a
}

func (a address) page(number int) string {
	params := url.Values{}
	for name, values := range a.params {
		params[name] = values
	}
	if number > 1 {
		params.Set("page", strconv.Itoa(number))
	}
	if len(params) == 0 {
		return a.path
	}
	return a.path + "?" + params.Encode()
}

// pages are the addresses of the page before and the page after; nothing where
// there is none.
func (a address) pages(number int, more bool) (prev, next string) {
	if number > 1 {
		prev = a.page(number - 1)
	}
	if more && number < maxPage {
		next = a.page(number + 1)
	}
	return prev, next
}

// files are the addresses of the whole list as files, as it is filtered and
// sorted.
func (a address) files() components.FileLinks {
	as := func(format sheets.Format) string {
		return withQuery(a.page(1), url.Values{"format": {string(format)}})
	}
	csv, xlsx := as(sheets.CSV), as(sheets.XLSX)
	return components.FileLinks{CSV: exported(csv), XLSX: exported(xlsx)}
}

// keptFiles are those of a list that is not for everybody.
func (a address) keptFiles(c *fiber.Ctx) components.FileLinks {
	files := a.files()
	files.Token = formTokenOf(c)
	return files
}

// exported is the address of a list's files.
func exported(address string) string { return strings.Replace(address, "?", "/export?", 1) }

// withQuery adds parameters to an address, in place of those of their names.
func withQuery(address string, params url.Values) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	all := u.Query()
	for name, values := range params {
		all[name] = values
	}
	return u.Path + "?" + all.Encode()
}
