package seed

import "slices"

// form builds names of a language: a given name from a verb stem with a prefix
// and a suffix, and a surname from three syllables.
type form struct {
	stems                 []string
	femaleHeads, maleTail []string
	femaleTail            []string
	head, middle, end     []string
	rare                  int
}

var forms = map[string]form{
	"xhosa":  withSyllables(nguniGiven, xhosaHeads, nguniMiddles, nguniEnds, 900),
	"zulu":   withSyllables(nguniGiven, zuluHeads, nguniMiddles, nguniEnds, 1100),
	"sotho":  withSyllables(sothoGiven, sothoHeads, sothoMiddles, sothoEnds, 500),
	"tswana": withSyllables(sothoGiven, tswanaHeads, sothoMiddles, sothoEnds, 500),
}

func withSyllables(f form, head, middle, end []string, rare int) form {
	f.head, f.middle, f.end, f.rare = head, middle, end, rare
	return f
}

// Stems such as bong- (thank), thand- (love), phum- (come out), khany- (shine).
var nguniGiven = form{
	stems: []string{
		"bong", "thand", "them", "phum", "khany", "sind", "lung", "jabul", "vuy", "dumis", "fund", "zol", "mang",
		"thob", "hlengw", "cebis", "fik", "gcin", "bek", "phik", "sizw", "nqob", "zond", "lind", "phil", "xol",
	},
	femaleHeads: []string{"No", "Noma", "Zi"},
	femaleTail:  []string{"eka", "ekile", "iswa", "elwa", "isile"},
	maleTail:    []string{"ani", "ile", "elani", "isani", "izwe", "inkosi"},
}

// Stems such as rat- (love), thab- (be glad), roris- (praise), tshep- (trust).
var sothoGiven = form{
	stems: []string{
		"rat", "thab", "roris", "tshep", "lebog", "khots", "tum", "kagis", "lokel", "bok", "thus", "amogel",
		"dum", "hlomph", "phol", "sets", "tsebis", "khethis", "rap", "nyak",
	},
	femaleHeads: []string{"Ma", "Mma", "Di"},
	femaleTail:  []string{"ang", "eho", "ile", "elang", "iseng"},
	maleTail:    []string{"o", "iso", "elo", "isang", "ego"},
}

var (
	xhosaHeads = []string{
		"Ma", "Mbo", "Mda", "Mge", "Mla", "Mnqa", "Mpu", "Mqha", "Mtya", "Mxe", "Nca", "Ndi", "Ngce", "Ngxa",
		"Njo", "Nkwa", "Nqe", "Nta", "Nyo", "Qo", "Rha", "Si", "So", "Tsho", "Tya", "Vu", "Xo", "Zi",
	}
	zuluHeads = []string{
		"Bhe", "Cha", "Dla", "Dlo", "Du", "Gwa", "Hla", "Khu", "Kwe", "Ma", "Mbu", "Mde", "Mgo", "Mha", "Mkho",
		"Mla", "Mphe", "Mshi", "Mthi", "Mzi", "Nda", "Ngo", "Ngwe", "Nko", "Nse", "Ntsha", "Nxe", "Pha", "Sho",
		"Thu", "Za", "Zwa",
	}
	nguniMiddles = []string{
		"ba", "bo", "di", "dla", "fe", "go", "hla", "ka", "khe", "lo", "ma", "mbe", "nda", "nge", "nya", "phi",
		"shu", "si", "tha", "wu", "xo", "za", "zi",
	}
	nguniEnds = []string{
		"bane", "bela", "dwa", "kazi", "kwana", "la", "lana", "le", "lo", "mba", "na", "ndla", "ne", "ni", "nga",
		"sa", "shwa", "so", "tha", "we", "ya", "zane",
	}
	sothoHeads   = []string{"Le", "Ma", "Mo", "Mpha", "Mphu", "Nkha", "Ntsu", "Pha", "Ra", "Se", "Tha", "Tsha", "Tso"}
	tswanaHeads  = []string{"Kga", "Kgo", "Le", "Ma", "Mmu", "Mo", "Moga", "Nka", "Phe", "Ra", "Se", "Ta", "Tlha"}
	sothoMiddles = []string{
		"be", "di", "fe", "ga", "hla", "ka", "kge", "kho", "le", "lo", "ma", "ne", "pha", "re", "shi", "ta", "tla",
		"tse", "tho", "wa",
	}
	sothoEnds = []string{
		"bane", "di", "dile", "kane", "ke", "la", "le", "lo", "mo", "na", "ng", "ne", "nyane", "sa", "si", "tla",
		"tse", "tsi", "wane",
	}
)

func (f form) female() []string {
	var names []string
	for _, head := range f.femaleHeads {
		for i, stem := range f.stems {
			names = append(names, head+stem+f.femaleTail[i%len(f.femaleTail)])
		}
	}
	for i, stem := range f.stems {
		names = append(names, capital(stem)+f.femaleTail[(i+2)%len(f.femaleTail)])
	}
	return names
}

func (f form) male() []string {
	var names []string
	for turn := range 3 {
		for i, stem := range f.stems {
			names = append(names, capital(stem)+f.maleTail[(i+turn)%len(f.maleTail)])
		}
	}
	return names
}

// surnames returns surnames spread over all that the syllables can make, in an
// order unrelated to the alphabet.
func (f form) surnames() []string {
	var all []string
	for _, head := range f.head {
		for _, middle := range f.middle {
			for _, end := range f.end {
				all = append(all, head+middle+end)
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return int(textHash(a)%1_000_003) - int(textHash(b)%1_000_003) })
	return all[:f.rare]
}

// textHash returns the FNV-1a hash.
func textHash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func capital(word string) string { return string(word[0]-'a'+'A') + word[1:] }
