package search

import "strings"

// minSpelling is the least length in letters at which a spelling key is looked
// up.
const minSpelling = 3

// spellings normalises what South African names spell in more than one way. The
// older orthographies of the Nguni and Sotho languages wrote aspirated
// consonants plain (Kumalo, Mtembu; C. M. Doke, 1954, "The Southern Bantu
// Languages"); tsh, ts, sh and s replace each other (Tshabalala, Shabalala;
// Tshepo, Tsepo); and Sotho writes the same glide as o or w (Mokoena, Mokwena).
// The clicks c, q and x are different consonants and stay; only their
// aspiration is dropped.
var spellings = strings.NewReplacer(
	"tsh", "s", "ts", "s", "sh", "s",
	"kh", "k", "th", "t", "ph", "p", "bh", "b", "dh", "d", "gh", "g",
	"ch", "c", "qh", "q", "xh", "x",
	"oe", "we", "oa", "wa",
)

// spellingKey returns the form that all spellings of a word share.
func spellingKey(word string) string { return spellings.Replace(word) }
