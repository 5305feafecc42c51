package club

import (
	"fmt"
	"math"
)

// records lists the fastest road times ever run at some lengths, rounded down
// to the second. Anything faster is a typing error, or in the news (World
// Athletics, list of world records, road, men, 2025; 100 km and beyond by the
// International Association of Ultrarunners).
var records = []struct {
	length  Metres
	seconds float64
}{
	{1_000, 132},
	{1_609, 223},
	{5_000, 755},
	{10_000, 1_584},
	{15_000, 2_442},
	{21_098, 3_402},
	{42_195, 7_235},
	{50_000, 9_514},
	{100_000, 21_935},
	{160_934, 39_159},
	{321_869, 100_000},
	{1_000_000, 500_000},
}

// walkingPace is the pace of the slowest participants, in seconds per metre:
// 2.5 km/h.
const walkingPace = 3.6 / 2.5

// Doubt explains why a time over a length is implausible. It returns "" if it
// is plausible.
func Doubt(t FinishTime, length Metres) string {
	fastest, slowest := Plausible(length)
	switch {
	case length <= 0 || t <= 0:
		return ""
	case t < fastest:
		return fmt.Sprintf("%s over %s is faster than the world record.", t, length)
	case t > slowest:
		return fmt.Sprintf("%s over %s is slower than walking.", t, length)
	default:
		return ""
	}
}

// Plausible returns the fastest and the slowest plausible time over a length.
func Plausible(length Metres) (fastest, slowest FinishTime) {
	return FinishTime(math.Ceil(1000 * recordOver(length))), FinishTime(1000 * walkingPace * float64(length))
}

// recordOver returns the record over any length in seconds, by linear
// interpolation between two records in the logarithms of length and time.
func recordOver(length Metres) float64 {
	first := records[0]
	if length <= first.length {
		return first.seconds * float64(length) / float64(first.length)
	}
	for i := 1; i < len(records); i++ {
		a, b := records[i-1], records[i]
		if length <= b.length {
			part := math.Log(float64(length)/float64(a.length)) / math.Log(float64(b.length)/float64(a.length))
			return a.seconds * math.Pow(b.seconds/a.seconds, part)
		}
	}
	return records[len(records)-1].seconds
}
