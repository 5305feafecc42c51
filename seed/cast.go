package seed

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"runnerdb/club"
)

//go:embed cast.txt
var castFile string

// part is a member of the demo club whatever the seed.
type part struct {
	name    string
	sex     club.Sex
	born    club.Date
	races   int
	club    string
	aliases []string
}

func readCast() []part {
	var cast []part
	for line := range strings.Lines(castFile) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		p, err := readPart(line)
		if err != nil {
			panic(err)
		}
		cast = append(cast, p)
	}
	return cast
}

func readPart(line string) (part, error) {
	fields := strings.Split(line, "|")
	if len(fields) != 6 {
		return part{}, fmt.Errorf("%q has %d fields, not 6", line, len(fields))
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	races, err := strconv.Atoi(fields[3])
	if err != nil {
		return part{}, fmt.Errorf("%q: %w", line, err)
	}
	p := part{name: fields[0], sex: club.Sex(fields[1]), races: races, club: fields[4]}
	if fields[2] != "-" {
		if p.born, err = club.ParseDate(fields[2]); err != nil {
			return part{}, fmt.Errorf("%q: %w", line, err)
		}
	}
	if fields[5] != "" {
		p.aliases = []string{fields[5]}
	}
	return p, nil
}

// member returns the member. If the cast gives no birth date, one is drawn that
// the records don't hold.
func (p part) member(d dice) member {
	m := member{races: p.races}
	m.Name, m.Sex, m.Aliases, m.club = p.name, p.sex, p.aliases, p.club
	if p.born.IsZero() {
		m.bornOn(birthday(1980+d.IntN(15), 1+d.IntN(12), 1+d.IntN(28)))
	} else {
		m.bornOn(p.born)
		m.BirthDate = p.born
	}
	// Members of the cast must be fast enough to finish every distance.
	for m.train(d); m.tenK > 58; m.train(d) {
	}
	return m
}
