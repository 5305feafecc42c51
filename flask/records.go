package flask

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"runnerdb/club"
)

// Result is a row of the race table: one runner in one race, with each field as
// stored, or "" if there is none.
type Result struct{ Race, Date, Distance, Runner, Time, Position, Category, Club string }

// User is a row of the user table. The password hash is of a kind that we don't
// support, so it is left out.
type User struct{ Name, Email string }

// Names under which the tables are known.
var (
	raceTables = []string{"race", "races", "result", "results"}
	userTables = []string{"user", "users"}
)

// fields maps each field to the column names it may have, likeliest first.
var fields = map[string][]string{
	"race":     {"race_name", "race", "event", "event_name", "title"},
	"date":     {"date", "race_date", "held_on", "event_date", "day"},
	"distance": {"distance", "distance_km", "race_distance", "km", "length"},
	"runner":   {"runner", "runner_name", "athlete", "full_name", "fullname", "name", "member"},
	"first":    {"first_name", "firstname", "given_name"},
	"last":     {"last_name", "lastname", "surname"},
	"time":     {"finish_time", "net_time", "time", "race_time", "gun_time", "minutes", "time_minutes", "time_in_minutes", "seconds", "time_seconds", "duration", "finish"},
	"position": {"position", "pos", "place", "rank"},
	"category": {"category", "cat", "age_group"},
	"club":     {"club", "club_name", "team"},
	"email":    {"email", "email_address", "mail"},
	"user":     {"name", "username", "user_name", "full_name"},
}

// columns maps fields to the columns of a table. given names the columns of
// fields whose name is not recognised.
type columns map[string]int

func find(t *DumpTable, given map[string]string) (columns, error) {
	found := columns{}
	for field, names := range fields {
		if name := given[field]; name != "" {
			at := slices.Index(t.Columns, strings.ToLower(name))
			if at < 0 {
				return nil, fmt.Errorf("there is no column %s; there are %s", name, strings.Join(t.Columns, ", "))
			}
			found[field] = at
			continue
		}
		for _, name := range names {
			if at := slices.Index(t.Columns, name); at >= 0 {
				found[field] = at
				break
			}
		}
	}
	return found, nil
}

func (c columns) of(row []string, field string) string {
	at, known := c[field]
	if !known || row[at] == Null {
		return ""
	}
	return strings.TrimSpace(row[at])
}

func (c columns) runner(row []string) string {
	if name := strings.TrimSpace(c.of(row, "first") + " " + c.of(row, "last")); name != "" {
		return name
	}
	return c.of(row, "runner")
}

// Results returns the rows of the race table. given maps fields to columns
// whose names don't tell.
func Results(tables map[string]*DumpTable, given map[string]string) ([]Result, error) {
	table := first(tables, raceTables)
	if table == nil {
		return nil, nil
	}
	c, err := find(table, given)
	if err != nil {
		return nil, err
	}
	_, named := c["runner"]
	_, surnamed := c["last"]
	if _, timed := c["time"]; !timed || !named && !surnamed {
		return nil, fmt.Errorf("the table of races has no column for the runner or none for the time; say which with --map time=COLUMN; there are %s",
			strings.Join(table.Columns, ", "))
	}
	inMinutes, inSeconds := strings.Contains(table.Columns[c["time"]], "minute"), strings.Contains(table.Columns[c["time"]], "second")
	var results []Result
	for _, row := range table.Rows {
		results = append(results, Result{
			Race: c.of(row, "race"), Date: c.of(row, "date"), Distance: c.of(row, "distance"), Runner: c.runner(row), Time: clock(c.of(row, "time"), inMinutes, inSeconds),
			Position: c.of(row, "position"), Category: c.of(row, "category"), Club: c.of(row, "club"),
		})
	}
	return results, nil
}

// clock prints a time that is stored as a number, and leaves any other as it
// is.
func clock(value string, inMinutes, inSeconds bool) string {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || !inMinutes && !inSeconds || !(number > 0 && number < 1e6) {
		return value
	}
	if inSeconds {
		number /= 60
	}
	return club.FinishTimeOfMinutes(number).String()
}

// Users returns the rows of the user table that have an address to sign in
// with.
func Users(tables map[string]*DumpTable, given map[string]string) ([]User, error) {
	table := first(tables, userTables)
	if table == nil {
		return nil, nil
	}
	c, err := find(table, given)
	if err != nil {
		return nil, err
	}
	var users []User
	for _, row := range table.Rows {
		user := User{Name: c.of(row, "user"), Email: c.of(row, "email")}
		if user.Email == "" && strings.Contains(user.Name, "@") {
			user.Email, user.Name = user.Name, ""
		}
		if user.Email != "" {
			users = append(users, user)
		}
	}
	return users, nil
}

func first(tables map[string]*DumpTable, names []string) *DumpTable {
	for _, name := range names {
		if table := tables[name]; table != nil {
			return table
		}
	}
	return nil
}

// IsField reports whether a column can be given for this name.
func IsField(name string) bool { return fields[name] != nil }

// ByRace groups results by race: the same name, day and distance. Races are
// sorted by date; results keep their order.
func ByRace(results []Result) [][]Result {
	places, races := map[[3]string]int{}, [][]Result{}
	for _, r := range results {
		key := [3]string{r.Date, r.Race, r.Distance}
		at, known := places[key]
		if !known {
			at = len(races)
			places[key] = at
			races = append(races, nil)
		}
		races[at] = append(races[at], r)
	}
	slices.SortStableFunc(races, func(a, b []Result) int { return strings.Compare(a[0].Date, b[0].Date) })
	return races
}
