package search

import "strings"

// minSpelling is the length of a key, in letters, from which on it is looked
// up.
const minSpelling = 3

// spellings hold what is written in more than one way in names of South
// Africa. The older orthographies of the Nguni and Sotho languages wrote
// aspirated letters plain (Kumalo, Mtembu; C. M. Doke, 1954, "The Southern
// Bantu Languages"), tsh, ts, sh and s stand for each other (Tshabalala,
// Shabalala; Tshepo, Tsepo), and Sotho writes the same glide as o or w
// (Mokoena, Mokwena). The clicks c, q and x are different letters and stay so;
// only what is breathed after them goes.
var spellings = strings.NewReplacer(
	"tsh", "s", "ts", "s", "sh", "s",
	"kh", "k", "th", "t", "ph", "p", "bh", "b", "dh", "d", "gh", "g",
	"ch", "c", "qh", "q", "xh", "x",
	"oe", "we", "oa", "wa",
)

// spellingKey is what all spellings of a word have in common.
func spellingKey(word string) string { return spellings.Replace(word) }
