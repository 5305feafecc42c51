// Package agegrade compares times on the road across ages, sexes and
// distances: 100 per cent is about as fast as anybody of that age and sex has
// run.
//
// The factors are the 2025 road tables that Alan Jones compiled and USA Track &
// Field's Masters Long Distance Running committee approved on 10 January 2025,
// in the version of 27 July 2025 (github.com/AlanLyttonJones/Age-Grade-Tables,
// released under CC0 1.0).
package agegrade

import (
	"bytes"
	_ "embed" // for the tables
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"runnerdb/club"
)

//go:embed road2025_F.csv
var women []byte

//go:embed road2025_M.csv
var men []byte

var tables = map[club.Sex]func() table{
	club.Female: sync.OnceValue(func() table { return mustParse(women) }),
	club.Male:   sync.OnceValue(func() table { return mustParse(men) }),
}

// Grade is the age grade of a time in per cent: the open-class standard, over
// the factor of the age, over the time. Between two distances of the table the
// factor goes straight in the logarithm of distance, as its author
// interpolates, and the standard in the logarithms of both. It is not ok where
// the tables say nothing: sex unknown, an age below 5 or above 100, a distance
// below one mile or above 200 km.
func Grade(sex club.Sex, age int, length club.Metres, t club.FinishTime) (percent float64, ok bool) {
	read, known := tables[sex]
	if !known || t <= 0 {
		return 0, false
	}
	seconds, ok := read().standard(age, float64(length)/1000)
	return 100 * seconds * 1000 / float64(t), ok
}

// PublicAge is the age that public age grades go by: that on 31 December of
// the year of the race, so that no grade gives away a birthday. It is 0, which
// has no grade, where the birth date is unknown, and for children.
func PublicAge(birth, race club.Date) int {
	const adult = 18
	if age := race.Year - birth.Year; !birth.IsZero() && !race.IsZero() && age >= adult {
		return age
	}
	return 0
}

// table holds one sex: kilometres and open-class seconds of each distance, and
// the factors of each age from youngest on.
type table struct {
	km, open []float64
	youngest int
	factors  [][]float64
}

// standard is the time in seconds that is worth 100 per cent.
func (t table) standard(age int, km float64) (seconds float64, ok bool) {
	// A mile is stored in whole metres.
	const slack = 0.001
	row := age - t.youngest
	if row < 0 || row >= len(t.factors) || km < t.km[0]-slack || km > t.km[len(t.km)-1] {
		return 0, false
	}
	right, found := slices.BinarySearch(t.km, km)
	if found || right == 0 {
		return t.open[right] / t.factors[row][right], true
	}
	left := right - 1
	part := math.Log(km/t.km[left]) / math.Log(t.km[right]/t.km[left])
	open := t.open[left] * math.Pow(t.open[right]/t.open[left], part)
	factor := t.factors[row][left]*(1-part) + t.factors[row][right]*part
	return open / factor, true
}

func mustParse(file []byte) table {
	t, err := parse(file)
	if err != nil {
		panic(err)
	}
	return t
}

// parse reads a table: a line each of names, kilometres and open-class
// seconds, then one for each age.
func parse(file []byte) (table, error) {
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		return table{}, err
	}
	if len(rows) < 4 {
		return table{}, fmt.Errorf("age grades: %d lines", len(rows))
	}
	var t table
	numbers := make([][]float64, len(rows))
	for i, row := range rows[1:] {
		for _, cell := range row[1:] {
			number, err := strconv.ParseFloat(cell, 64)
			if err != nil || number <= 0 {
				return table{}, fmt.Errorf("age grades: %q is no factor", cell)
			}
			numbers[i] = append(numbers[i], number)
		}
	}
	t.km, t.open, t.factors = numbers[0], numbers[1], numbers[2:len(rows)-1]
	t.youngest, err = strconv.Atoi(rows[3][0])
	return t, err
}
