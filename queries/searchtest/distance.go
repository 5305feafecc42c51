package searchtest

import "strings"

// farAway is the distance from somebody who has fewer words than were typed.
const farAway = 1000

// distance is the restricted Damerau-Levenshtein distance between a word as
// typed and a word, or, where it is unfinished, the beginning of the word that
// is nearest.
func distance(typed, word string, unfinished bool) int {
	t, w := []rune(typed), []rune(word)
	table := make([][]int, len(t)+1)
	for i := range table {
		table[i] = make([]int, len(w)+1)
		for j := range table[i] {
			table[i][j] = step(table, t, w, i, j)
		}
	}
	nearest := table[len(t)][len(w)]
	if unfinished {
		for _, d := range table[len(t)] {
			nearest = min(nearest, d)
		}
	}
	return nearest
}

func step(table [][]int, t, w []rune, i, j int) int {
	if i == 0 || j == 0 {
		return i + j
	}
	differ := 1
	if t[i-1] == w[j-1] {
		differ = 0
	}
	best := min(table[i-1][j]+1, table[i][j-1]+1, table[i-1][j-1]+differ)
	if i > 1 && j > 1 && t[i-1] == w[j-2] && t[i-2] == w[j-1] {
		best = min(best, table[i-2][j-2]+1)
	}
	return best
}

// assign is the least sum of costs when each typed word stands for another
// word, or farAway. The order of words does not matter.
func assign(typed, words []string, cost func(at int, word string) int) int {
	taken := make([]bool, len(words))
	var from func(at int) int
	from = func(at int) int {
		if at == len(typed) {
			return 0
		}
		least := farAway
		for i, word := range words {
			if taken[i] {
				continue
			}
			c := cost(at, word)
			if c >= least {
				continue
			}
			taken[i] = true
			least = min(least, c+from(at+1))
			taken[i] = false
		}
		return least
	}
	return from(0)
}

// allBegin reports whether each typed word begins another of the words.
func allBegin(typed, words []string) bool {
	return assign(typed, words, func(at int, word string) int {
		if strings.HasPrefix(word, typed[at]) {
			return 0
		}
		return farAway
	}) == 0
}
