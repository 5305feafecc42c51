package sheets

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

var (
	measured  = regexp.MustCompile(`(?i)(?:^|[^\d.,])(\d{1,3}(?:[.,]\d{1,4})?)[ _-]?(km|k|kms|kilometers|kilometres|miles|mile|miler|mi|m)\b`)
	metresOf  = regexp.MustCompile(`(?i)\b(\d{3,6}) ?(?:m|metres|meters)\b`)
	bareKm    = regexp.MustCompile(`^\d{1,3}(?:[.,]\d{1,4})?$`)
	halfWords = regexp.MustCompile(`(?i)\b(?:half|halve|halb|semi|media|meia|mezza|halwe|demi|pol)[ -]?(?:marathon|marat[oó]n|maratona|mar\b)|半程马拉松|半程馬拉松|半马|半馬|ημιμαραθ[ωώ]νιος|полумарафон|\b(?:21k|hm)\b`)
	wholeWord = regexp.MustCompile(`(?i)\b(?:marathon|marat[oó]n|maratona|maraton)\b|全程马拉松|全程馬拉松|全马|全馬|马拉松|馬拉松|μαραθ[ωώ]νιος|марафон`)
	noLength  = regexp.MustCompile(`(?i)ultra|relay|staffel|comrades|estafeta|relais`)
)

// span is the range in which a length lies.
type span struct{ shortest, longest club.Metres }

var (
	relay = regexp.MustCompile(`(?i)relay|staffel|estafeta|relais|aflos`)
	ultra = regexp.MustCompile(`(?i)ultra`)
	// longRaces lists ultras whose names don't say so.
	longRaces = []struct {
		name *regexp.Regexp
		span
	}{
		{regexp.MustCompile(`(?i)comrades`), span{85_800, 90_200}},
		{regexp.MustCompile(`(?i)two oceans`), span{56_000, 56_000}},
	}
)

// likelyLength returns the range of lengths that the name of a race suggests
// without stating one.
func likelyLength(text string) span {
	if relay.MatchString(text) || halfWords.MatchString(text) {
		return span{}
	}
	for _, race := range longRaces {
		if race.name.MatchString(text) {
			return race.span
		}
	}
	if ultra.MatchString(text) {
		return span{45_000, 161_000}
	}
	return span{}
}

// lengthIn finds the length of a race in words: 10 km, half marathon. It
// returns 0 if there is none.
func lengthIn(text string) club.Metres {
	text = strings.ReplaceAll(grid.Tidy(text), "_", " ")
	if part := measured.FindStringSubmatch(text); part != nil {
		value, err := strconv.ParseFloat(strings.Replace(part[1], ",", ".", 1), 64)
		unit := strings.ToLower(part[2])
		switch {
		case err != nil:
		case strings.HasPrefix(unit, "k"):
			return named(value * 1000)
		case unit == "m":
			// 800 m is a track race
		default:
			return named(value * 1609.344)
		}
	}
	if part := metresOf.FindStringSubmatch(text); part != nil {
		value, _ := strconv.ParseFloat(part[1], 64)
		return named(value)
	}
	switch {
	case halfWords.MatchString(text):
		return 21_098
	case wholeWord.MatchString(text) && !noLength.MatchString(text):
		return 42_195
	default:
		return 0
	}
}

// named rounds a length to whole metres, and returns the exact standard
// distance for a length that only its name has rounded.
func named(metres float64) club.Metres {
	if metres < 100 || metres > 1_000_000 {
		return 0
	}
	length := club.Metres(math.Round(metres))
	if d, standard := club.DistanceOf(length); standard && d.Key != "comrades" && math.Abs(metres-float64(d.Length)) < 110 {
		return d.Length
	}
	return length
}

// LengthOf reads the length of a race as people write it: 10km, 21.1, 5 miles,
// half marathon. It returns 0 for anything else.
func LengthOf(text string) club.Metres {
	text = grid.Tidy(text)
	if d, err := club.DistanceByKey(strings.ToLower(text)); err == nil {
		return d.Length
	}
	return lengthOfCell(text)
}

// lengthOfEvent returns the length in the name of a race: 10 km, or a bare 21.1
// if that is a standard distance.
func lengthOfEvent(name string) club.Metres {
	if length := lengthIn(name); length > 0 {
		return length
	}
	if !bareKm.MatchString(name) {
		return 0
	}
	length := lengthOfCell(name)
	if _, isStandard := club.DistanceOf(length); !isStandard {
		return 0
	}
	return length
}

// lengthOfCell reads a cell in a column of distances: with a unit, or a plain
// number of kilometres, metres or, if that gives a standard distance, miles.
func lengthOfCell(text string) club.Metres {
	if length := lengthIn(text); length > 0 {
		return length
	}
	value, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	switch {
	case err != nil:
		return 0
	case value >= 400 && value == math.Trunc(value):
		return named(value)
	case !bareKm.MatchString(text):
		return 0
	}
	_, inKm := club.DistanceOf(club.Metres(value * 1000))
	miles := named(value * 1609.344)
	if _, inMiles := club.DistanceOf(miles); inMiles && !inKm {
		return miles
	}
	return named(value * 1000)
}
