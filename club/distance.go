package club

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Metres is the length of a race.
type Metres int

// String prints the length in kilometres: "42.2 km", "10 km".
func (m Metres) String() string {
	km := math.Round(float64(m)/100) / 10
	return strconv.FormatFloat(km, 'f', -1, 64) + " km"
}

// Distance is a class of races whose times can be compared: a standard distance
// with the tolerance of a road course, or a named race such as Comrades, whose
// length changes with the year and the direction.
type Distance struct {
	// Key names the distance in URLs and command-line flags.
	Key string
	// Name is what people call it.
	Name string
	// Length is the nominal length.
	Length Metres
	// Shortest and Longest are the limits, both included, of the races in the
	// class.
	Shortest, Longest Metres
}

// Distances lists the standard distances, shortest first. No two overlap.
var Distances = []Distance{
	standard("5k", "5 km", 5_000),
	standard("8k", "8 km", 8_000),
	standard("10k", "10 km", 10_000),
	standard("12k", "12 km", 12_000),
	standard("15k", "15 km", 15_000),
	standard("10mi", "10 miles", 16_093),
	standard("21k", "21.1 km", 21_098),
	standard("25k", "25 km", 25_000),
	standard("30k", "30 km", 30_000),
	standard("32k", "32 km", 32_000),
	standard("42k", "42.2 km", 42_195),
	standard("50k", "50 km", 50_000),
	standard("56k", "56 km", 56_000),
	// From 85.91 km (up run, 2024) to 90.2 km (the longest down runs).
	{"comrades", "Comrades", 88_000, 85_800, 90_200},
	standard("100k", "100 km", 100_000),
	standard("100mi", "100 miles", 160_934),
}

// standard returns a distance with a tolerance of 1 %: courses are measured to
// 0.1 %, and their names are rounded.
func standard(key, name string, length Metres) Distance {
	slack := length / 100
	return Distance{key, name, length, length - slack, length + slack}
}

// DistanceOf returns the standard distance that a race of this length belongs
// to. ok is false if there is none.
func DistanceOf(length Metres) (Distance, bool) {
	for _, d := range Distances {
		if d.Shortest <= length && length <= d.Longest {
			return d, true
		}
	}
	return Distance{}, false
}

// DistanceByKey returns the standard distance with a key, or an error that
// wraps ErrNoDistance.
func DistanceByKey(key string) (Distance, error) {
	for _, d := range Distances {
		if d.Key == key {
			return d, nil
		}
	}
	return Distance{}, fmt.Errorf("%q: %w", clip(key, 20), ErrNoDistance)
}

// ErrNoDistance is returned for a key that names no standard distance.
var ErrNoDistance = errors.New("no distance that we know")
