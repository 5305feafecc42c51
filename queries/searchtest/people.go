package searchtest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"runnerdb/club"
	"runnerdb/queries"
)

// Person is a runner as the judge knows one.
type Person struct {
	ID      int64
	Name    string
	Licence string
	Aliases []string
	Hidden  bool
	Races   int
	key     string
}

// ReadPeople reads all runners, the hidden ones too, in the order of their
// numbers, by a connection of its own.
func ReadPeople(ctx context.Context, location string) (people []Person, err error) {
	driver, source := "sqlite", "file:"+location+"?_pragma=busy_timeout(5000)"
	if queries.IsPostgres(location) {
		driver, source = "postgres", location
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	if people, err = readRunners(ctx, db); err != nil {
		return nil, fmt.Errorf("read runners: %w", err)
	}
	if err := readAliases(ctx, db, people); err != nil {
		return nil, fmt.Errorf("read aliases: %w", err)
	}
	return people, nil
}

// readRunners takes for hidden who is by birth date or because somebody said so.
// The few who are for their category alone were not when the questions were
// drawn.
func readRunners(ctx context.Context, db *sql.DB) ([]Person, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT r.id, r.name, r.search_key, r.licence, r.hidden AND (r.visibility = 'hidden' OR r.birth_date IS NOT NULL), s.races
		FROM runners r JOIN runner_summaries s ON s.runner_id = r.id ORDER BY r.id`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var people []Person
	for rows.Next() {
		var p Person
		if err := rows.Scan(&p.ID, &p.Name, &p.key, &p.Licence, &p.Hidden, &p.Races); err != nil {
			return nil, err
		}
		people = append(people, p)
	}
	return people, rows.Err()
}

func readAliases(ctx context.Context, db *sql.DB, people []Person) error {
	rows, err := db.QueryContext(ctx, `SELECT runner_id, name FROM runner_aliases ORDER BY runner_id, name`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var alias string
		if err := rows.Scan(&id, &alias); err != nil {
			return err
		}
		if p := find(people, id); p != nil {
			p.Aliases = append(p.Aliases, alias)
		}
	}
	return rows.Err()
}

func find(people []Person, id int64) *Person {
	at, found := slices.BinarySearchFunc(people, id, func(p Person, id int64) int { return int(p.ID - id) })
	if !found {
		return nil
	}
	return &people[at]
}

// names are the name and the aliases.
func (p Person) names() []string { return append([]string{p.Name}, p.Aliases...) }

// words are those of the name, folded.
func (p Person) words() []string { return strings.Fields(p.key) }

// surname holds the words of the surname: the last one, both of a double
// one, and the particles before it.
func (p Person) surname() []string {
	parts := strings.Fields(p.Name)
	start := len(parts) - 1
	for i, part := range parts[min(1, len(parts)):] {
		if unicode.IsLower([]rune(part)[0]) || part == "Janse" || part == "Jansen" {
			start = i + 1
			break
		}
	}
	return club.Words(strings.Join(parts[max(0, start):], " "))
}
