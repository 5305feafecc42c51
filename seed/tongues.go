package seed

import (
	"embed"
	"strings"

	"runnerdb/club"
)

//go:embed names/*.txt
var nameFiles embed.FS

// tongue is a language community with its usual names.
type tongue struct {
	female, male, surnames ranked
}

// share is a community's share in per cent, of the members of the club in
// Gugulethu and of runners in the whole country.
type share struct {
	file           string
	local, country float64
}

var shares = []share{
	{"xhosa", 46, 17},
	{"zulu", 12, 25},
	{"sotho", 8, 10},
	{"tswana", 5, 11},
	{"afrikaans", 7, 14},
	{"cape", 11, 6},
	{"english", 7, 11},
	{"other", 4, 6},
}

// readTongues reads the lists of names. With rare names, each list continues
// with names built from syllables.
func readTongues(rare bool) []tongue {
	tongues := make([]tongue, len(shares))
	for i, s := range shares {
		female, male, surnames := readNames(s.file+"-female"), readNames(s.file+"-male"), readNames(s.file+"-surnames")
		if form, ok := forms[s.file]; ok && rare {
			female = append(female, form.female()...)
			male = append(male, form.male()...)
			surnames = append(surnames, form.surnames()...)
		}
		tongues[i] = tongue{newRanked(unique(female)), newRanked(unique(male)), newRanked(unique(surnames))}
	}
	return tongues
}

func readNames(file string) []string {
	text, err := nameFiles.ReadFile("names/" + file + ".txt")
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func unique(words []string) []string {
	seen := make(map[string]bool, len(words))
	kept := words[:0:0]
	for _, word := range words {
		if !seen[word] {
			seen[word] = true
			kept = append(kept, word)
		}
	}
	return kept
}

func (t tongue) given(d dice, sex club.Sex) string {
	if sex == club.Female {
		return t.female.word(d)
	}
	return t.male.word(d)
}
